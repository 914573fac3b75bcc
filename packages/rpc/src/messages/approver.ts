/** `reference/internal-grpc.md` §3.1. */
import { define } from '@prairie/chain';
import type {
  CreateBucketApprovalTask,
  CreateObjectApprovalTask,
  DelegateCreateObjectApprovalTask,
  MigrateBucketApprovalTask,
  TaskError,
} from '@prairie/gfsp';

export interface AskApprovalRequest {
  create_bucket_approval_task: CreateBucketApprovalTask | undefined;
  migrate_bucket_approval_task: MigrateBucketApprovalTask | undefined;
  create_object_approval_task: CreateObjectApprovalTask | undefined;
  delegate_create_object_approval_task: DelegateCreateObjectApprovalTask | undefined;
}
export const AskApprovalRequest = define<AskApprovalRequest>('base.types.gfspserver.GfSpAskApprovalRequest', {
  create_bucket_approval_task: [1, 'base.types.gfsptask.GfSpCreateBucketApprovalTask'],
  migrate_bucket_approval_task: [2, 'base.types.gfsptask.GfSpMigrateBucketApprovalTask'],
  create_object_approval_task: [3, 'base.types.gfsptask.GfSpCreateObjectApprovalTask'],
  delegate_create_object_approval_task: [4, 'base.types.gfsptask.GfSpDelegateCreateObjectApprovalTask'],
});

export interface AskApprovalResponse {
  err: TaskError | undefined;
  allowed: boolean;
  create_bucket_approval_task: CreateBucketApprovalTask | undefined;
  migrate_bucket_approval_task: MigrateBucketApprovalTask | undefined;
  create_object_approval_task: CreateObjectApprovalTask | undefined;
  delegate_create_object_approval_task: DelegateCreateObjectApprovalTask | undefined;
  /** Ours: why it is not allowed. The reference says no more than that. */
  prairie_reason: string;
}
export const AskApprovalResponse = define<AskApprovalResponse>('base.types.gfspserver.GfSpAskApprovalResponse', {
  err: [1, 'base.types.gfsperrors.GfSpError'],
  allowed: [2, 'bool'],
  create_bucket_approval_task: [3, 'base.types.gfsptask.GfSpCreateBucketApprovalTask'],
  migrate_bucket_approval_task: [4, 'base.types.gfsptask.GfSpMigrateBucketApprovalTask'],
  create_object_approval_task: [5, 'base.types.gfsptask.GfSpCreateObjectApprovalTask'],
  delegate_create_object_approval_task: [6, 'base.types.gfsptask.GfSpDelegateCreateObjectApprovalTask'],
  prairie_reason: [1001, 'string'],
});
