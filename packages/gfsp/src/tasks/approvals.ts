/**
 * Approval tasks: a message that the provider is asked to sign, with the height at which the approval ends.
 *
 * Shapes and numbers are those of the wire (`reference/internal-grpc.md` §2.1). A value that came from another process
 * may lack any message field: whoever takes a task checks what it needs and answers "request lost".
 */
import { define, type greenfieldStorage } from '@prairie/chain';
import type { Task } from './envelope.ts';

export interface CreateBucketApprovalTask {
  task: Task;
  create_bucket_info: greenfieldStorage.MsgCreateBucket;
  fingerprint: Uint8Array;
}
export const CreateBucketApprovalTask = define<CreateBucketApprovalTask>(
  'base.types.gfsptask.GfSpCreateBucketApprovalTask',
  {
    task: [1, 'base.types.gfsptask.GfSpTask'],
    create_bucket_info: [2, 'greenfield.storage.MsgCreateBucket'],
    fingerprint: [3, 'bytes'],
  },
);

export interface MigrateBucketApprovalTask {
  task: Task;
  migrate_bucket_info: greenfieldStorage.MsgMigrateBucket;
}
export const MigrateBucketApprovalTask = define<MigrateBucketApprovalTask>(
  'base.types.gfsptask.GfSpMigrateBucketApprovalTask',
  {
    task: [1, 'base.types.gfsptask.GfSpTask'],
    migrate_bucket_info: [2, 'greenfield.storage.MsgMigrateBucket'],
  },
);

export interface CreateObjectApprovalTask {
  task: Task;
  create_object_info: greenfieldStorage.MsgCreateObject;
  fingerprint: Uint8Array;
}
export const CreateObjectApprovalTask = define<CreateObjectApprovalTask>(
  'base.types.gfsptask.GfSpCreateObjectApprovalTask',
  {
    task: [1, 'base.types.gfsptask.GfSpTask'],
    create_object_info: [2, 'greenfield.storage.MsgCreateObject'],
    fingerprint: [3, 'bytes'],
  },
);

export interface DelegateCreateObjectApprovalTask {
  task: Task;
  delegate_create_object: greenfieldStorage.MsgDelegateCreateObject;
  fingerprint: Uint8Array;
}
export const DelegateCreateObjectApprovalTask = define<DelegateCreateObjectApprovalTask>(
  'base.types.gfsptask.GfSpDelegateCreateObjectApprovalTask',
  {
    task: [1, 'base.types.gfsptask.GfSpTask'],
    delegate_create_object: [2, 'greenfield.storage.MsgDelegateCreateObject'],
    fingerprint: [3, 'bytes'],
  },
);

/** Asked of other providers over p2p: would they take pieces of this object? */
export interface ReplicatePieceApprovalTask {
  task: Task;
  object_info: greenfieldStorage.ObjectInfo;
  storage_params: greenfieldStorage.Params;
  ask_sp_operator_address: string;
  ask_signature: Uint8Array;
  approved_sp_endpoint: string;
  approved_sp_operator_address: string;
  approved_signature: Uint8Array;
  approved_sp_approval_address: string;
  expired_height: bigint;
}
export const ReplicatePieceApprovalTask = define<ReplicatePieceApprovalTask>(
  'base.types.gfsptask.GfSpReplicatePieceApprovalTask',
  {
    task: [1, 'base.types.gfsptask.GfSpTask'],
    object_info: [2, 'greenfield.storage.ObjectInfo'],
    storage_params: [3, 'greenfield.storage.Params'],
    ask_sp_operator_address: [4, 'string'],
    ask_signature: [5, 'bytes'],
    approved_sp_endpoint: [6, 'string'],
    approved_sp_operator_address: [7, 'string'],
    approved_signature: [8, 'bytes'],
    approved_sp_approval_address: [9, 'string'],
    expired_height: [10, 'uint64'],
  },
);
