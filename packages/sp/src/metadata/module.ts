import { greenfieldPermission } from '@prairie/chain';
import {
  type AppPart,
  type BsDbReader,
  type BucketMeta,
  type Consensus,
  GfSpError,
  type ListObjectsPage,
  type ListObjectsQuery,
  type Logger,
  type Metadata,
  type ObjectMeta,
  type SpDb,
  type UploadProgressText,
} from '@prairie/gfsp';
import { metadataErrors } from './errors.ts';
import { Freshness, type SyncProgress } from './freshness.ts';
import { listObjects } from './list-objects.ts';
import { PermissionRules, type Question } from './permission.ts';
import { bucketMeta, objectMeta, streamRecord } from './records.ts';
import { type ObjectState, progressText } from './upload-progress.ts';

export interface MetadataOptions {
  /** Longest wait for the tables to reach the chain's head, milliseconds. Default 2000. */
  freshnessMs?: number;
  /** Unix seconds. */
  now?: () => bigint;
}

export interface MetadataDependencies {
  bsdb: BsDbReader;
  spdb: Pick<SpDb, 'getUploadProgress' | 'getIntegrity' | 'listPieceHashes'>;
  chain: Pick<Consensus, 'currentHeight' | 'objectById'>;
  /** Of the block syncer that writes the BSDB. */
  progress: SyncProgress;
  logger: Logger;
}

/** Buckets a user sees; there is no paging (`reference/gateway-http.md` §5.9.2). */
const MAX_USER_BUCKETS = 100;
const { EFFECT_ALLOW } = greenfieldPermission.Effect;
/** Redundancy index of the primary's own segments. */
const PRIMARY = -1;

type Verdict = { effect: greenfieldPermission.Effect } | { error: GfSpError };

/** What the chain says of buckets, objects and rights, answered from this provider's tables. */
export class MetadataModule implements Metadata, AppPart {
  readonly name = 'metadata';
  readonly uses = ['blocksyncer'] as const;
  readonly #dependencies: MetadataDependencies;
  readonly #freshness: Freshness;
  readonly #rules: PermissionRules;
  readonly #now: () => bigint;

  constructor(options: MetadataOptions, dependencies: MetadataDependencies) {
    this.#dependencies = dependencies;
    this.#freshness = new Freshness(options.freshnessMs ?? 2000, dependencies);
    this.#rules = new PermissionRules(dependencies.bsdb);
    this.#now = options.now ?? (() => BigInt(Math.floor(Date.now() / 1000)));
  }

  async start(): Promise<void> {
    await this.#dependencies.progress.start?.();
  }

  async stop(): Promise<void> {
    await this.#dependencies.progress.stop?.();
  }

  async getUserBuckets(account: string, includeRemoved: boolean): Promise<BucketMeta[]> {
    await this.#freshness.catchUp();
    return this.#read(({ bsdb }) => {
      const rows = bsdb.buckets.ofOwner(account, includeRemoved, MAX_USER_BUCKETS);
      return rows.map((row) => bucketMeta(bsdb, row));
    });
  }

  /** Of buckets that are there: the limit at approval is about them. */
  async getUserBucketsCount(account: string): Promise<number> {
    await this.#freshness.catchUp();
    return this.#read(({ bsdb }) => bsdb.buckets.countOfOwner(account, false));
  }

  async listObjectsByBucket(query: ListObjectsQuery): Promise<ListObjectsPage> {
    await this.#freshness.catchUp();
    return this.#read(({ bsdb }) => listObjects(bsdb, query));
  }

  async getBucketMeta(bucketName: string): Promise<BucketMeta | undefined> {
    const row = await this.#known(({ bsdb }) => bsdb.buckets.liveByName(bucketName));
    if (!row) return undefined;
    return this.#read(({ bsdb }) => ({
      ...bucketMeta(bsdb, row),
      stream_record: streamRecord(bsdb, row.payment_address),
    }));
  }

  async getObjectMeta(bucketName: string, objectName: string): Promise<ObjectMeta | undefined> {
    const row = await this.#known(({ bsdb }) => bsdb.objects.live(bucketName, objectName));
    // this query of the reference never tells the height
    return row && { ...objectMeta(row), update_at: 0n };
  }

  async verifyPermission(
    operator: string,
    bucketName: string,
    objectName: string,
    action: number,
  ): Promise<greenfieldPermission.Effect> {
    const question = { operator, action, now: this.#now() };
    const verdict = await this.#freshness.answer(
      () => this.#read((own) => this.#verdict(own, bucketName, objectName, question)),
      // a right may have been granted in a block that is not in the tables yet
      (answer) => 'effect' in answer && answer.effect === EFFECT_ALLOW,
    );
    if ('error' in verdict) throw verdict.error;
    return verdict.effect;
  }

  async getUploadProgress(objectId: bigint): Promise<UploadProgressText> {
    const object = await this.#objectState(objectId);
    return this.#read(({ spdb }) => progressText(object, spdb.getUploadProgress(objectId)));
  }

  async getUploadedSegments(objectId: bigint): Promise<number> {
    const segments = this.#read(({ spdb }) => {
      const whole = spdb.getIntegrity(objectId, PRIMARY)?.piece_checksum_list.length;
      return whole ?? withoutGap(spdb.listPieceHashes(objectId, PRIMARY).map((row) => row.segment_index));
    });
    if (segments === 0) throw metadataErrors.noUploadingRecord();
    return segments;
  }

  /** A row, waited for when the tables may not have it yet. */
  #known<T>(find: (own: MetadataDependencies) => T | undefined): Promise<T | undefined> {
    return this.#freshness.answer(
      () => this.#read(find),
      (row) => row !== undefined,
    );
  }

  #verdict({ bsdb }: MetadataDependencies, bucketName: string, objectName: string, question: Question): Verdict {
    const bucket = bsdb.buckets.liveByName(bucketName);
    if (!bucket) return { error: metadataErrors.noSuchBucket() };
    if (objectName === '') return { effect: this.#rules.bucket(bucket, question) };
    const object = bsdb.objects.live(bucketName, objectName);
    return object ? { effect: this.#rules.object(bucket, object, question) } : { error: metadataErrors.noSuchObject() };
  }

  /** From the chain, which knows of a sealing first; from the tables when it cannot be asked. */
  async #objectState(objectId: bigint): Promise<ObjectState | undefined> {
    const { bsdb, chain, logger } = this.#dependencies;
    try {
      return (await chain.objectById(objectId))?.object_info;
    } catch (error) {
      logger.warn('the chain does not tell the state of an object, the tables do', { object: objectId, error });
      const row = this.#read(() => bsdb.objects.byId(objectId));
      return row && { object_status: row.status, is_updating: row.is_updating };
    }
  }

  #read<T>(work: (own: MetadataDependencies) => T): T {
    try {
      return work(this.#dependencies);
    } catch (error) {
      if (error instanceof GfSpError) throw error;
      const text = error instanceof Error ? error.message : String(error);
      throw metadataErrors.database(`failed to read the database: ${text}`, error);
    }
  }
}

/** How many of the segments are there from the first on: what follows a gap has to be sent again. */
function withoutGap(segments: readonly number[]): number {
  const gap = segments.findIndex((segment, i) => segment !== i);
  return gap === -1 ? segments.length : gap;
}
