/** What the manager is told and asked of migrations (`reference/internal-grpc.md` §3.6). */
import { define, type greenfieldVirtualgroup } from '@prairie/chain';
import type { BucketMigrationInfo, BucketQuotaInfo, TaskError } from '@prairie/gfsp';

export interface NotifyMigrateSwapOutRequest {
  swap_out: greenfieldVirtualgroup.MsgSwapOut | undefined;
}
export const NotifyMigrateSwapOutRequest = define<NotifyMigrateSwapOutRequest>(
  'base.types.gfspserver.GfSpNotifyMigrateSwapOutRequest',
  { swap_out: [1, 'greenfield.virtualgroup.MsgSwapOut'] },
);

export interface NotifyMigrateSwapOutResponse {
  err: TaskError | undefined;
}
export const NotifyMigrateSwapOutResponse = define<NotifyMigrateSwapOutResponse>(
  'base.types.gfspserver.GfSpNotifyMigrateSwapOutResponse',
  { err: [1, 'base.types.gfsperrors.GfSpError'] },
);

export interface NotifyPreMigrateBucketRequest {
  bucket_id: bigint;
  /** Ours: who the bucket goes to. */
  prairie_dest_sp_id: number;
}
export const NotifyPreMigrateBucketRequest = define<NotifyPreMigrateBucketRequest>(
  'base.types.gfspserver.GfSpNotifyPreMigrateBucketRequest',
  { bucket_id: [1, 'uint64'], prairie_dest_sp_id: [1001, 'uint32'] },
);

export interface NotifyMigrateBucketResponse {
  err: TaskError | undefined;
  quota: BucketQuotaInfo | undefined;
}
const quotaAnswer = {
  err: [1, 'base.types.gfsperrors.GfSpError'],
  quota: [2, 'base.types.gfsptask.GfSpBucketQuotaInfo'],
} as const;
export const NotifyPreMigrateBucketResponse = define<NotifyMigrateBucketResponse>(
  'base.types.gfspserver.GfSpNotifyPreMigrateBucketResponse',
  quotaAnswer,
);
export const NotifyPostMigrateBucketResponse = define<NotifyMigrateBucketResponse>(
  'base.types.gfspserver.GfSpNotifyPostMigrateBucketResponse',
  quotaAnswer,
);

export interface NotifyPostMigrateBucketRequest {
  bucket_id: bigint;
  bucket_migration_info: BucketMigrationInfo | undefined;
}
export const NotifyPostMigrateBucketRequest = define<NotifyPostMigrateBucketRequest>(
  'base.types.gfspserver.GfSpNotifyPostMigrateBucketRequest',
  { bucket_id: [1, 'uint64'], bucket_migration_info: [2, 'base.types.gfsptask.GfSpBucketMigrationInfo'] },
);

export interface QueryBucketMigrationProgressRequest {
  bucket_id: bigint;
}
export const QueryBucketMigrationProgressRequest = define<QueryBucketMigrationProgressRequest>(
  'base.types.gfspserver.GfSpQueryBucketMigrationProgressRequest',
  { bucket_id: [1, 'uint64'] },
);

export interface MigrateBucketProgressMeta {
  bucket_id: bigint;
  subscribed_block_height: bigint;
  migrate_state: number;
  total_gvg_num: number;
  migrated_finished_gvg_num: number;
  gc_finished_gvg_num: number;
  pre_deducted_quota: bigint;
  recoup_quota: bigint;
  last_gc_object_id: bigint;
  last_gc_gvg_id: bigint;
  migrated_bytes: bigint;
  /** Ours: the month that the quota was taken in. */
  prairie_deducted_month: string;
  /** Ours: who the bucket goes to. */
  prairie_dest_sp_id: number;
}
export const MigrateBucketProgressMeta = define<MigrateBucketProgressMeta>(
  'base.types.gfspserver.MigrateBucketProgressMeta',
  {
    bucket_id: [1, 'uint64'],
    subscribed_block_height: [2, 'uint64'],
    migrate_state: [3, 'uint32'],
    total_gvg_num: [4, 'uint32'],
    migrated_finished_gvg_num: [5, 'uint32'],
    gc_finished_gvg_num: [6, 'uint32'],
    pre_deducted_quota: [7, 'uint64'],
    recoup_quota: [8, 'uint64'],
    last_gc_object_id: [9, 'uint64'],
    last_gc_gvg_id: [10, 'uint64'],
    migrated_bytes: [11, 'uint64'],
    prairie_deducted_month: [1001, 'string'],
    prairie_dest_sp_id: [1002, 'uint32'],
  },
);

export interface QueryBucketMigrationProgressResponse {
  progress: MigrateBucketProgressMeta | undefined;
}
export const QueryBucketMigrationProgressResponse = define<QueryBucketMigrationProgressResponse>(
  'base.types.gfspserver.GfSpQueryBucketMigrationProgressResponse',
  { progress: [1, 'base.types.gfspserver.MigrateBucketProgressMeta'] },
);
