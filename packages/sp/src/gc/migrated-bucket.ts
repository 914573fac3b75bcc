/** What a bucket that moved left behind: at its old primary, or where it was to go (`reference/tasks-and-manager.md` §10, §11.9). */
import type { GCBucketMigrationTask } from '@prairie/gfsp';
import { collecting } from './collector.ts';
import type { GcCounts, GcRun, GcTools } from './ports.ts';

export type MigratedBucket = Pick<GCBucketMigrationTask, 'bucket_id' | 'last_gc_gvg_id' | 'last_gc_object_id'>;

export interface MigratedBucketCounts extends GcCounts {
  groups: number;
}

export interface MigratedBucketRun extends Omit<GcRun, 'onProgress'> {
  /** After each page: the group, its last object, and how many groups are done, of all. */
  onProgress?: (progress: { gvgId: bigint; objectId: bigint; done: number; groups: number }) => Promise<void>;
}

/** `reference/tasks-and-manager.md` §10: objects of a page. */
const PAGE = 100;

/**
 * Goes through the bucket's groups by id, from where the task says it stands, and through the objects of each from its
 * first: the reference keeps the cursor of the group before, and skips objects. What is this provider's by another role
 * stays. @throws Error while the tables do not know yet where the bucket is now
 */
export async function collectMigratedBucket(
  { bucket_id, last_gc_gvg_id, last_gc_object_id }: MigratedBucket,
  { onProgress, ...run }: MigratedBucketRun,
  tools: GcTools,
): Promise<MigratedBucketCounts> {
  const { metadata } = tools.client;
  const groups = (await metadata.listGvgsOfBucket(bucket_id)).sort((a, b) => a.id - b.id);
  await requireFamily(bucket_id, groups, tools);
  const begun = Math.max(
    groups.findIndex(({ id }) => BigInt(id) >= last_gc_gvg_id),
    0,
  );
  const counts = await collecting({ kind: 'migration' }, run, tools, async (collector) => {
    for (let at = begun; at < groups.length; at++) {
      const gvgId = groups[at]!.id;
      let startAfter = BigInt(gvgId) === last_gc_gvg_id ? last_gc_object_id : 0n;
      for (let isMore = true; isMore; ) {
        run.signal?.throwIfAborted();
        const page = await metadata.listObjectsForGc(bucket_id, { gvgId, startAfter, limit: PAGE });
        const ids = page.map(({ object }) => object.object_info.id);
        await collector.collect(ids.map((objectId) => ({ objectId })));
        startAfter = ids.at(-1) ?? startAfter;
        isMore = page.length === PAGE;
        const done = isMore ? at : at + 1;
        await onProgress?.({ gvgId: BigInt(gvgId), objectId: startAfter, done, groups: groups.length });
      }
    }
  });
  return { ...counts, groups: groups.length };
}

/** Groups of another family than the bucket's are those of before the move: the block syncer is behind. */
async function requireFamily(
  bucketId: bigint,
  groups: readonly { id: number; family_id: number }[],
  { consensus }: GcTools,
): Promise<void> {
  const bucket = await consensus.bucketById(bucketId);
  if (!bucket) throw new Error(`bucket ${bucketId} is not on chain: its objects are collected as deleted ones`);
  const family = bucket.bucket_info.global_virtual_group_family_id;
  const other = groups.find(({ family_id }) => family_id !== family);
  if (!other) return;
  throw new Error(
    `group ${other.id} of bucket ${bucketId} is of family ${other.family_id} in the tables, and the bucket's family is ` +
      `${family} on chain: the block syncer is behind`,
  );
}
