/** `reference/internal-grpc.md` §3.6. */
import { define } from '@prairie/chain';
import type {
  ChallengePieceTask,
  CreateBucketApprovalTask,
  Delivery,
  DownloadObjectTask,
  GCBucketMigrationTask,
  GCMetaTask,
  GCObjectTask,
  GCStaleVersionObjectTask,
  GCZombiePieceTask,
  Limit,
  MigrateGVGTask,
  ReceivePieceTask,
  RecoverPieceTask,
  ReplicatePieceTask,
  ResumableUploadObjectTask,
  SealObjectTask,
  TaskError,
  TasksStats,
  UploadObjectTask,
} from '@prairie/gfsp';

export interface BeginTaskRequest {
  upload_object_task: UploadObjectTask | undefined;
  resumable_upload_object_task: ResumableUploadObjectTask | undefined;
}
export const BeginTaskRequest = define<BeginTaskRequest>('base.types.gfspserver.GfSpBeginTaskRequest', {
  upload_object_task: [1, 'base.types.gfsptask.GfSpUploadObjectTask'],
  resumable_upload_object_task: [2, 'base.types.gfsptask.GfSpResumableUploadObjectTask'],
});

export interface BeginTaskResponse {
  err: TaskError | undefined;
  /** Ours. */
  delivery: Delivery | undefined;
}
export const BeginTaskResponse = define<BeginTaskResponse>('base.types.gfspserver.GfSpBeginTaskResponse', {
  err: [1, 'base.types.gfsperrors.GfSpError'],
  delivery: [1001, 'prairie.Delivery'],
});

export interface AskTaskRequest {
  node_limit: Limit | undefined;
}
export const AskTaskRequest = define<AskTaskRequest>('base.types.gfspserver.GfSpAskTaskRequest', {
  node_limit: [1, 'base.types.gfsplimit.GfSpLimit'],
});

export interface AskTaskResponse {
  err: TaskError | undefined;
  replicate_piece_task: ReplicatePieceTask | undefined;
  seal_object_task: SealObjectTask | undefined;
  receive_piece_task: ReceivePieceTask | undefined;
  gc_object_task: GCObjectTask | undefined;
  gc_zombie_piece_task: GCZombiePieceTask | undefined;
  gc_meta_task: GCMetaTask | undefined;
  recover_piece_task: RecoverPieceTask | undefined;
  migrate_gvg_task: MigrateGVGTask | undefined;
  gc_bucket_migration_task: GCBucketMigrationTask | undefined;
  gc_stale_version_object_task: GCStaleVersionObjectTask | undefined;
  /** Ours: the task's key in the manager's queue. The reference has none. */
  prairie_key: string;
}
export const AskTaskResponse = define<AskTaskResponse>('base.types.gfspserver.GfSpAskTaskResponse', {
  err: [1, 'base.types.gfsperrors.GfSpError'],
  replicate_piece_task: [2, 'base.types.gfsptask.GfSpReplicatePieceTask'],
  seal_object_task: [3, 'base.types.gfsptask.GfSpSealObjectTask'],
  receive_piece_task: [4, 'base.types.gfsptask.GfSpReceivePieceTask'],
  gc_object_task: [5, 'base.types.gfsptask.GfSpGCObjectTask'],
  gc_zombie_piece_task: [6, 'base.types.gfsptask.GfSpGCZombiePieceTask'],
  gc_meta_task: [7, 'base.types.gfsptask.GfSpGCMetaTask'],
  recover_piece_task: [8, 'base.types.gfsptask.GfSpRecoverPieceTask'],
  migrate_gvg_task: [9, 'base.types.gfsptask.GfSpMigrateGVGTask'],
  gc_bucket_migration_task: [10, 'base.types.gfsptask.GfSpGCBucketMigrationTask'],
  gc_stale_version_object_task: [11, 'base.types.gfsptask.GfSpGCStaleVersionObjectTask'],
  prairie_key: [1001, 'string'],
});

export interface ReportTaskRequest {
  upload_object_task: UploadObjectTask | undefined;
  replicate_piece_task: ReplicatePieceTask | undefined;
  seal_object_task: SealObjectTask | undefined;
  gc_object_task: GCObjectTask | undefined;
  gc_zombie_piece_task: GCZombiePieceTask | undefined;
  gc_meta_task: GCMetaTask | undefined;
  download_object_task: DownloadObjectTask | undefined;
  challenge_piece_task: ChallengePieceTask | undefined;
  receive_piece_task: ReceivePieceTask | undefined;
  resumable_upload_object_task: ResumableUploadObjectTask | undefined;
  recover_piece_task: RecoverPieceTask | undefined;
  migrate_gvg_task: MigrateGVGTask | undefined;
  gc_bucket_migration_task: GCBucketMigrationTask | undefined;
  gc_stale_version_object_task: GCStaleVersionObjectTask | undefined;
  /** Ours: the task's key in the manager's queue. The reference has none. */
  prairie_key: string;
}
export const ReportTaskRequest = define<ReportTaskRequest>('base.types.gfspserver.GfSpReportTaskRequest', {
  upload_object_task: [1, 'base.types.gfsptask.GfSpUploadObjectTask'],
  replicate_piece_task: [2, 'base.types.gfsptask.GfSpReplicatePieceTask'],
  seal_object_task: [3, 'base.types.gfsptask.GfSpSealObjectTask'],
  gc_object_task: [4, 'base.types.gfsptask.GfSpGCObjectTask'],
  gc_zombie_piece_task: [5, 'base.types.gfsptask.GfSpGCZombiePieceTask'],
  gc_meta_task: [6, 'base.types.gfsptask.GfSpGCMetaTask'],
  download_object_task: [7, 'base.types.gfsptask.GfSpDownloadObjectTask'],
  challenge_piece_task: [8, 'base.types.gfsptask.GfSpChallengePieceTask'],
  receive_piece_task: [9, 'base.types.gfsptask.GfSpReceivePieceTask'],
  resumable_upload_object_task: [10, 'base.types.gfsptask.GfSpResumableUploadObjectTask'],
  recover_piece_task: [11, 'base.types.gfsptask.GfSpRecoverPieceTask'],
  migrate_gvg_task: [12, 'base.types.gfsptask.GfSpMigrateGVGTask'],
  gc_bucket_migration_task: [13, 'base.types.gfsptask.GfSpGCBucketMigrationTask'],
  gc_stale_version_object_task: [14, 'base.types.gfsptask.GfSpGCStaleVersionObjectTask'],
  prairie_key: [1001, 'string'],
});

export interface ReportTaskResponse {
  err: TaskError | undefined;
}
export const ReportTaskResponse = define<ReportTaskResponse>('base.types.gfspserver.GfSpReportTaskResponse', {
  err: [1, 'base.types.gfsperrors.GfSpError'],
});

export interface PickVirtualGroupFamilyRequest {
  create_bucket_approval_task: CreateBucketApprovalTask | undefined;
}
export const PickVirtualGroupFamilyRequest = define<PickVirtualGroupFamilyRequest>(
  'base.types.gfspserver.GfSpPickVirtualGroupFamilyRequest',
  {
    create_bucket_approval_task: [1, 'base.types.gfsptask.GfSpCreateBucketApprovalTask'],
  },
);

export interface PickVirtualGroupFamilyResponse {
  err: TaskError | undefined;
  vgf_id: number;
}
export const PickVirtualGroupFamilyResponse = define<PickVirtualGroupFamilyResponse>(
  'base.types.gfspserver.GfSpPickVirtualGroupFamilyResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    vgf_id: [2, 'uint32'],
  },
);

export type QueryTasksStatsRequest = Record<never, never>;
export const QueryTasksStatsRequest = define<QueryTasksStatsRequest>(
  'base.types.gfspserver.GfSpQueryTasksStatsRequest',
  {},
);

export const StatsMessage = define<TasksStats>('base.types.gfspserver.TasksStats', {
  upload_count: [1, 'uint32'],
  replicate_count: [2, 'uint32'],
  seal_count: [3, 'uint32'],
  resumable_upload_count: [4, 'uint32'],
  max_uploading: [5, 'uint32'],
  migrate_gvg_count: [6, 'uint32'],
  recovery_process_count: [7, 'uint32'],
  recovery_failed_list: [8, 'string[]'],
});

export interface QueryTasksStatsResponse {
  stats: TasksStats | undefined;
}
export const QueryTasksStatsResponse = define<QueryTasksStatsResponse>(
  'base.types.gfspserver.GfSpQueryTasksStatsResponse',
  {
    stats: [1, 'base.types.gfspserver.TasksStats'],
  },
);
