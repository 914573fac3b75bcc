/**
 * Garbage collection tasks. Progress fields are reported while the task runs, so that another executor can go on.
 *
 * Shapes and numbers are those of the wire (`reference/internal-grpc.md` §2.1). A value that came from another process
 * may lack any message field: whoever takes a task checks what it needs and answers "request lost".
 */
import { define } from '@prairie/chain';
import type { Task } from './envelope.ts';

/** Content of objects deleted on chain in blocks `start_block_number` to `end_block_number`. */
export interface GCObjectTask {
  task: Task;
  start_block_number: bigint;
  end_block_number: bigint;
  current_block_number: bigint;
  last_deleted_object_id: bigint;
  running: boolean;
}
export const GCObjectTask = define<GCObjectTask>('base.types.gfsptask.GfSpGCObjectTask', {
  task: [1, 'base.types.gfsptask.GfSpTask'],
  start_block_number: [2, 'uint64'],
  end_block_number: [3, 'uint64'],
  current_block_number: [4, 'uint64'],
  last_deleted_object_id: [5, 'uint64'],
  running: [6, 'bool'],
});

/** Pieces without a reason to exist, of objects `start_object_id` to `end_object_id`. */
export interface GCZombiePieceTask {
  task: Task;
  running: boolean;
  start_object_id: bigint;
  end_object_id: bigint;
  finished: boolean;
}
export const GCZombiePieceTask = define<GCZombiePieceTask>('base.types.gfsptask.GfSpGCZombiePieceTask', {
  task: [1, 'base.types.gfsptask.GfSpTask'],
  running: [2, 'bool'],
  start_object_id: [3, 'uint64'],
  end_object_id: [4, 'uint64'],
  finished: [5, 'bool'],
});

/** Pieces of a version that an update replaced. */
export interface GCStaleVersionObjectTask {
  task: Task;
  object_id: bigint;
  redundancy_index: number;
  version: bigint;
  integrity_checksum: Uint8Array;
  piece_checksum_list: Uint8Array[];
  object_size: bigint;
}
export const GCStaleVersionObjectTask = define<GCStaleVersionObjectTask>(
  'base.types.gfsptask.GfSpGCStaleVersionObjectTask',
  {
    task: [1, 'base.types.gfsptask.GfSpTask'],
    object_id: [2, 'uint64'],
    redundancy_index: [3, 'int32'],
    version: [4, 'int64'],
    integrity_checksum: [5, 'bytes'],
    piece_checksum_list: [6, 'bytes[]'],
    object_size: [7, 'uint64'],
  },
);

/** Expired traffic and read records. */
export interface GCMetaTask {
  task: Task;
  current_idx: bigint;
  delete_count: bigint;
}
export const GCMetaTask = define<GCMetaTask>('base.types.gfsptask.GfSpGCMetaTask', {
  task: [1, 'base.types.gfsptask.GfSpTask'],
  current_idx: [2, 'uint64'],
  delete_count: [3, 'uint64'],
});

/** Content of a bucket that has moved away. */
export interface GCBucketMigrationTask {
  task: Task;
  bucket_id: bigint;
  last_gc_object_id: bigint;
  last_gc_gvg_id: bigint;
  finished: boolean;
  total_gvg_num: bigint;
  gc_finished_gvg_num: bigint;
}
export const GCBucketMigrationTask = define<GCBucketMigrationTask>('base.types.gfsptask.GfSpGCBucketMigrationTask', {
  task: [1, 'base.types.gfsptask.GfSpTask'],
  bucket_id: [2, 'uint64'],
  last_gc_object_id: [3, 'uint64'],
  last_gc_gvg_id: [4, 'uint64'],
  finished: [5, 'bool'],
  total_gvg_num: [6, 'uint64'],
  gc_finished_gvg_num: [7, 'uint64'],
});
