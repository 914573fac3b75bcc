/** A gateway with its downloader and pieces of one erasure-coded object, for what other providers ask for. */
import type { TestContext } from 'node:test';
import {
  type greenfieldPermission,
  greenfieldSp,
  type MessageType,
  signDigest,
  greenfieldStorage as storage,
  taskDigest,
  toHeaderJson,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import { type Consensus, silentLogger } from '@prairie/gfsp';
import { createErasureCoder, ecPieceKey, segmentKey } from '@prairie/redundancy';
import { MemoryPieceStore, openSpDb } from '@prairie/store';
import { DownloaderModule } from '../../downloader/index.ts';
import { keysOf, operatorOf } from '../../testing/chain.ts';
import { chainOf, gatewayOf, OPERATOR } from '../testing.ts';

/** Two segments, of which the last is shorter than its data pieces are many. */
export const SEGMENT = 1024;
export const payload = Buffer.from(Array.from({ length: SEGMENT + 5 }, (_, i) => (i * 31 + 7) & 255));
export const segments = [payload.subarray(0, SEGMENT), payload.subarray(SEGMENT)];
export const params = storage.Params.create({
  versioned_params: { max_segment_size: BigInt(SEGMENT), redundant_data_chunk_num: 4, redundant_parity_chunk_num: 2 },
});
export const object = storage.ObjectInfo.create({
  ...{ id: 7n, bucket_name: 'photos', object_name: 'a', payload_size: BigInt(payload.length), version: 2n },
  object_status: storage.ObjectStatus.OBJECT_STATUS_SEALED,
});

const coder = createErasureCoder();
/** Of each segment, the pieces in the order of the secondaries. */
export const shards = await Promise.all(segments.map((segment) => coder.encode(segment, 4, 2)));

export interface Facts {
  /** Id of the bucket's and the group's primary; this provider is 1. */
  primary?: number;
  secondaries?: number[];
  /** `family/group` → who takes over. */
  swaps?: Record<string, { successor_sp_id: number; target_sp_id: number }>;
  object?: Partial<storage.ObjectInfo>;
  /** What metadata says of migrations, `bucket/group/provider`. */
  effects?: Record<string, greenfieldPermission.Effect>;
}

/** Everything is stored here: the segments, and the pieces of all secondaries. */
export async function setUp(t: TestContext, facts: Facts = {}) {
  const { primary = 1, secondaries = [2, 3, 4, 5, 6, 7], swaps = {}, effects = {} } = facts;
  const [spdb, pieceStore] = [await openSpDb({ engine: 'sqlite', path: ':memory:' }), new MemoryPieceStore()];
  for (const [i, segment] of segments.entries()) {
    await pieceStore.put(segmentKey(7n, i, 2n), segment);
    for (const [p, shard] of shards[i]!.entries()) await pieceStore.put(ecPieceKey(7n, i, p, 2n), shard);
  }
  const group = virtualgroup.GlobalVirtualGroup.create({
    ...{ id: 4, family_id: 3, primary_sp_id: primary, secondary_sp_ids: secondaries },
  });
  const bucket_info = storage.BucketInfo.create({ id: 9n, global_virtual_group_family_id: 3 });
  const consensus = chainOf({
    object: async (_, name) =>
      name === 'a' ? { object_info: { ...object, ...facts.object }, global_virtual_group: group } : undefined,
    bucket: async () => ({ bucket_info, is_rate_limited: false }),
    family: async (id) => virtualgroup.GlobalVirtualGroupFamily.create({ id, primary_sp_id: primary }),
    storageParams: async () => params,
    spByOperator: async (operator) => {
      const id = [1, 2, 3, 4, 5, 6, 7, 8].find((one) => operatorOf(one) === operator);
      return id === undefined ? undefined : greenfieldSp.StorageProvider.create({ id, operator_address: operator });
    },
    swapInInfo: async (family, gvg) => {
      const swap = swaps[`${family}/${gvg}`];
      return swap && virtualgroup.SwapInInfo.create(swap);
    },
  } satisfies Partial<Consensus>);
  const downloader = new DownloaderModule(
    { operatorAddress: OPERATOR },
    { consensus, spdb, pieceStore, logger: silentLogger },
  );
  const metadata = {
    verifyMigrateGvgPermission: async (bucketId: bigint, gvgId: number, spId: number) =>
      effects[`${bucketId}/${gvgId}/${spId}`] ?? 2,
  };
  const gateway = await gatewayOf(t, { downloader, metadata }, consensus);
  return { gateway, pieceStore, spdb };
}

/** Hex of the message as a provider sends it; `from` is the id of who signs. */
export function signedHeader<T extends { signature: Uint8Array }>(type: MessageType<T>, task: T, from: number): string {
  const signature = signDigest(keysOf(from).operator, taskDigest(type, task as never));
  return headerOf(type, { ...task, signature });
}

export function headerOf<T>(type: MessageType<T>, task: T): string {
  return Buffer.from(toHeaderJson(type, task as never)).toString('hex');
}
