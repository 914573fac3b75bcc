/**
 * Migration: a group of a bucket that moves to this provider, and what the two providers tell one another.
 *
 * Shapes and numbers are those of the wire (`reference/internal-grpc.md` §2.1). A value that came from another process
 * may lack any message field: whoever takes a task checks what it needs and answers "request lost".
 */
import { define, type greenfieldSp, type greenfieldStorage, type greenfieldVirtualgroup } from '@prairie/chain';
import type { Task } from './envelope.ts';

/** All objects of one group; `redundancy_idx` -1 moves the primary's segments. */
export interface MigrateGVGTask {
  task: Task;
  bucket_id: bigint;
  src_gvg: greenfieldVirtualgroup.GlobalVirtualGroup;
  dest_gvg: greenfieldVirtualgroup.GlobalVirtualGroup;
  redundancy_idx: number;
  src_sp: greenfieldSp.StorageProvider;
  last_migrated_object_id: bigint;
  finished: boolean;
  expire_time: bigint;
  signature: Uint8Array;
  migrated_bytes_size: bigint;
}
export const MigrateGVGTask = define<MigrateGVGTask>('base.types.gfsptask.GfSpMigrateGVGTask', {
  task: [1, 'base.types.gfsptask.GfSpTask'],
  bucket_id: [2, 'uint64'],
  src_gvg: [3, 'greenfield.virtualgroup.GlobalVirtualGroup'],
  dest_gvg: [4, 'greenfield.virtualgroup.GlobalVirtualGroup'],
  redundancy_idx: [5, 'int32'],
  src_sp: [6, 'greenfield.sp.StorageProvider'],
  last_migrated_object_id: [7, 'uint64'],
  finished: [8, 'bool'],
  expire_time: [9, 'int64'],
  signature: [10, 'bytes'],
  migrated_bytes_size: [11, 'uint64'],
});

/** One piece, pulled from the source; executed inside a MigrateGVGTask. */
export interface MigratePieceTask {
  task: Task;
  object_info: greenfieldStorage.ObjectInfo;
  storage_params: greenfieldStorage.Params;
  src_sp_endpoint: string;
  segment_idx: number;
  redundancy_idx: number;
  is_bucket_migrate: boolean;
}
export const MigratePieceTask = define<MigratePieceTask>('base.types.gfsptask.GfSpMigratePieceTask', {
  task: [1, 'base.types.gfsptask.GfSpTask'],
  object_info: [2, 'greenfield.storage.ObjectInfo'],
  storage_params: [3, 'greenfield.storage.Params'],
  src_sp_endpoint: [4, 'string'],
  segment_idx: [5, 'uint32'],
  redundancy_idx: [6, 'int32'],
  is_bucket_migrate: [7, 'bool'],
});

export interface BucketMigrationInfo {
  bucket_id: bigint;
  finished: boolean;
  migrated_bytes_size: bigint;
  dest_sp: greenfieldSp.StorageProvider | undefined;
  src_sp: greenfieldSp.StorageProvider | undefined;
  expire_time: bigint;
  signature: Uint8Array;
}
export const BucketMigrationInfo = define<BucketMigrationInfo>('base.types.gfsptask.GfSpBucketMigrationInfo', {
  bucket_id: [1, 'uint64'],
  finished: [2, 'bool'],
  migrated_bytes_size: [3, 'uint64'],
  dest_sp: [4, 'greenfield.sp.StorageProvider'],
  src_sp: [5, 'greenfield.sp.StorageProvider'],
  expire_time: [6, 'int64'],
  signature: [7, 'bytes'],
});

/** Read quota of a bucket, handed over with it. `month` is `YYYY-MM`. */
export interface BucketQuotaInfo {
  bucket_id: bigint;
  month: string;
  bucket_name: string;
  read_consumed_size: bigint;
  free_quota_consumed_size: bigint;
  free_quota_size: bigint;
  charged_quota_size: bigint;
  allow_migrate: boolean;
  monthly_free_quota_size: bigint;
  monthly_free_quota_consumed_size: bigint;
}
export const BucketQuotaInfo = define<BucketQuotaInfo>('base.types.gfsptask.GfSpBucketQuotaInfo', {
  bucket_id: [1, 'uint64'],
  month: [2, 'string'],
  bucket_name: [3, 'string'],
  read_consumed_size: [4, 'uint64'],
  free_quota_consumed_size: [5, 'uint64'],
  free_quota_size: [6, 'uint64'],
  charged_quota_size: [7, 'uint64'],
  allow_migrate: [8, 'bool'],
  monthly_free_quota_size: [9, 'uint64'],
  monthly_free_quota_consumed_size: [10, 'uint64'],
});
