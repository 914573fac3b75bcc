/** Garbage collection tasks (`reference/tasks-and-manager.md` §10): the work is in `../gc`, progress is reported from here. */
import {
  type ExecutorTaskKind,
  type ExecutorTasks,
  type GCBucketMigrationTask,
  type GCMetaTask,
  type GCObjectTask,
  type GCStaleVersionObjectTask,
  type GCZombiePieceTask,
  keyOf,
} from '@prairie/gfsp';
import {
  collectDeletedObjects,
  collectMeta,
  collectMigratedBucket,
  collectStaleOf,
  collectZombies,
  type GcRun,
  type GcTools,
} from '../gc/index.ts';
import type { Workshop } from './handlers.ts';

/** Sections `Executor` and `GC` of the configuration. */
export interface ExecutorGcOptions {
  /** Pieces deleted in a second. Default 500. */
  rate?: number;
  /** Newest object ids that are left alone when the chain does not know them. Default 1000. */
  safeObjectIds?: bigint;
  /** Newest blocks: what was deleted in them stays for now. Default 1000. */
  safeBlocks?: bigint;
  /** Days that read quota and read records are kept. Default 90 and 30. */
  trafficDays?: number;
  recordDays?: number;
  /** Records deleted at a time. Default 100. */
  recordLimit?: number;
  /** Told how many deleted objects a task has collected. */
  onObjectsDeleted?: (count: number) => void;
}

/** Blocks from `current_block_number` on; of the first one the objects after `last_deleted_object_id`. */
export async function gcObjects(task: GCObjectTask, shop: Workshop, signal: AbortSignal): Promise<GCObjectTask> {
  const { start_block_number: start, end_block_number: to, current_block_number: current } = task;
  const isBegun = current >= start;
  const from = isBegun ? current : start;
  const afterObjectId = isBegun ? task.last_deleted_object_id : 0n;
  let latest = task;
  const onProgress: GcRun['onProgress'] = async ({ position, objectId }) => {
    latest = { ...task, current_block_number: position, last_deleted_object_id: objectId };
    // the last word is the task's own report
    if (position <= to) await report('gc-object', latest, shop);
  };
  const { next, looked, kept } = await collectDeletedObjects(
    { from, to, afterObjectId },
    { ...runOf(shop, signal), onProgress },
    toolsOf(shop),
  );
  shop.gc.onObjectsDeleted?.(looked - kept);
  return { ...latest, current_block_number: next };
}

export async function gcZombies(
  task: GCZombiePieceTask,
  shop: Workshop,
  signal: AbortSignal,
): Promise<GCZombiePieceTask> {
  const { start_object_id: from, end_object_id: to } = task;
  await collectZombies({ from, to }, runOf(shop, signal), toolsOf(shop));
  return { ...task, finished: true };
}

export async function gcMeta(task: GCMetaTask, shop: Workshop, signal: AbortSignal): Promise<GCMetaTask> {
  const { trafficDays = 90, recordDays = 30, recordLimit = 100 } = shop.gc;
  const counts = await collectMeta({ trafficDays, recordDays, recordLimit }, runOf(shop, signal), toolsOf(shop));
  return { ...task, delete_count: BigInt(counts.rows) };
}

/** Of the object whatever is stale at that moment, at any index. */
export async function gcStaleVersion(
  task: GCStaleVersionObjectTask,
  shop: Workshop,
  signal: AbortSignal,
): Promise<GCStaleVersionObjectTask> {
  await gcStaleOf([task.object_id], shop, signal);
  return task;
}

/** Of these objects whatever is stale, or not this provider's. */
export async function gcStaleOf(
  objectIds: readonly bigint[],
  shop: Pick<Workshop, 'operatorAddress' | 'tools' | 'gc'>,
  signal: AbortSignal,
): Promise<void> {
  await collectStaleOf(objectIds, runOf(shop, signal), toolsOf(shop));
}

export async function gcBucketMigration(
  task: GCBucketMigrationTask,
  shop: Workshop,
  signal: AbortSignal,
): Promise<GCBucketMigrationTask> {
  let latest = task;
  const onProgress = async (at: { gvgId: bigint; objectId: bigint; done: number; groups: number }): Promise<void> => {
    const { gvgId: last_gc_gvg_id, objectId: last_gc_object_id } = at;
    const [gc_finished_gvg_num, total_gvg_num] = [BigInt(at.done), BigInt(at.groups)];
    latest = { ...task, last_gc_gvg_id, last_gc_object_id, gc_finished_gvg_num, total_gvg_num };
    await report('gc-bucket-migration', latest, shop);
  };
  await collectMigratedBucket(task, { ...runOf(shop, signal), onProgress }, toolsOf(shop));
  return { ...latest, finished: true };
}

/** @throws manager 60004 when the task is not wanted any more: the run ends with it */
async function report<K extends ExecutorTaskKind>(
  kind: K,
  value: ExecutorTasks[K],
  { tools }: Workshop,
): Promise<void> {
  const task = { kind, key: keyOf(kind, value), value } as Parameters<typeof tools.client.manager.reportTask>[0];
  await tools.client.manager.reportTask(task);
}

function runOf({ gc: { rate, safeObjectIds, safeBlocks = 1000n } }: Pick<Workshop, 'gc'>, signal: AbortSignal): GcRun {
  const bounds = { ...(rate === undefined ? {} : { rate }), ...(safeObjectIds === undefined ? {} : { safeObjectIds }) };
  return { signal, safeBlocks, ...bounds };
}

function toolsOf({ operatorAddress, tools }: Pick<Workshop, 'operatorAddress' | 'tools'>): GcTools {
  return { operatorAddress, ...tools };
}
