/** The piece store that a configuration asks for. */
import type { Logger, PieceStore } from '@prairie/gfsp';
import { CachedPieceStore } from './cached-store.ts';
import { FilePieceStore, type SyncPolicy } from './file-store.ts';
import { MemoryPieceStore } from './memory-store.ts';
import { bucketAddress, type RemoteStorage } from './s3/address.ts';
import { type IamType, signingFor } from './s3/credentials.ts';
import { S3PieceStore } from './s3/s3-store.ts';
import { ShardedPieceStore } from './sharded-store.ts';

export type Storage = 'file' | 'memory' | RemoteStorage;

/** `PieceStore` of the configuration (`reference/pieces-and-redundancy.md` §13.2), and what is ours. */
export interface PieceStoreSettings {
  storage: Storage;
  /** Folder, or URL of a bucket. With several shards it has one `%d`, for their numbers from 0. Not for memory. */
  bucketUrl: string;
  /** Default 0: as 1, not spread. */
  shards?: number | undefined;
  /** Of files. Default `batch`. */
  sync?: SyncPolicy | undefined;
  /** Pieces that were read stay in memory, as many bytes. Default 0: none. */
  cacheBytes?: number | undefined;
  /** How often a request to a bucket is made again. Default 5. */
  maxRetries?: number | undefined;
  /** Least pause before that. Default 1000. */
  minRetryDelayMs?: number | undefined;
  /** Of buckets. Default false. */
  tlsInsecureSkipVerify?: boolean | undefined;
  /** Default `SA`. */
  iamType?: IamType | undefined;
}

export interface PieceStoreDependencies {
  /** Keys of buckets. Default: the environment of the process. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Told of each read through the cache: whether the piece was in memory. */
  onCacheRead?: ((hit: boolean) => void) | undefined;
  /** Told when a request to a bucket is made again. */
  onRetry?: (() => void) | undefined;
  /** Told of requests to buckets that took more than one try. */
  logger?: Logger | undefined;
}

/** Connections to buckets at most. */
const MAX_CONNECTIONS = 512;
/** `PieceStore.Shards` at most (§13.2). */
export const MAX_SHARDS = 256;

/** What is wrong with a location for so many shards, in a sentence; false when nothing is. */
export function shardProblem({ storage, bucketUrl, shards = 0 }: PieceStoreSettings): string | false {
  if (storage === 'memory') return false;
  const places = bucketUrl.split('%d').length - 1;
  if (shards > MAX_SHARDS) return `${shards} shards: expected ${MAX_SHARDS} at most`;
  if (shards > 1 && places !== 1) return `${shards} shards need one %d in the location of pieces, got ${places}`;
  return shards <= 1 && places > 0 && 'a location of pieces with %d is for more than one shard';
}

/** Location of one shard; without shards that of all, whatever the number. */
export const locationOfShard = (bucketUrl: string, shard: number): string => bucketUrl.replace('%d', String(shard));

/** @throws Error that says what is wrong: BucketUrlError, MissingCredentialsError, ObjectStorageError, of the file system */
export async function openPieceStore(
  settings: PieceStoreSettings,
  dependencies: PieceStoreDependencies = {},
): Promise<PieceStore> {
  const { shards = 0, cacheBytes: maxBytes = 0 } = settings;
  const problem = shardProblem(settings);
  if (problem) throw new Error(problem);
  const store = shards > 1 ? await openShards(settings, dependencies, shards) : await openOne(settings, dependencies);
  return maxBytes > 0 ? new CachedPieceStore({ maxBytes }, store, { onRead: dependencies.onCacheRead }) : store;
}

async function openShards(settings: PieceStoreSettings, dependencies: PieceStoreDependencies, shards: number) {
  const opened: PieceStore[] = [];
  try {
    // one after the other: 256 buckets at once would be a storm on each start
    for (let shard = 0; shard < shards; shard++) {
      const bucketUrl = locationOfShard(settings.bucketUrl, shard);
      opened.push(await openOne({ ...settings, bucketUrl }, dependencies));
    }
  } catch (error) {
    await Promise.all(opened.map((store) => store.close()));
    throw error;
  }
  return new ShardedPieceStore(opened);
}

async function openOne(settings: PieceStoreSettings, dependencies: PieceStoreDependencies): Promise<PieceStore> {
  const { storage, bucketUrl, shards = 0, sync = 'batch' } = settings;
  if (storage === 'memory') return new MemoryPieceStore();
  if (storage === 'file') return await FilePieceStore.open({ root: bucketUrl, sync });
  const { env = process.env, onRetry, logger } = dependencies;
  const { iamType = 'SA', maxRetries = 5, minRetryDelayMs = 1000, tlsInsecureSkipVerify = false } = settings;
  const options = {
    address: bucketAddress(storage, bucketUrl, env),
    signing: signingFor(storage, iamType, env),
    createBucket: storage !== 'minio', // there it is an error (§13.4)
    // all shards together have what one store has
    maxConnections: Math.ceil(MAX_CONNECTIONS / Math.max(1, shards)),
    ...{ maxRetries, minRetryDelayMs, tlsInsecureSkipVerify },
  };
  return await S3PieceStore.open(options, { onRetry, logger });
}
