/** Recovery as operators ask for it (`reference/tasks-and-manager.md` §4.1), and what of it is ours. */
import { define } from '@prairie/chain';
import type {
  FailedRecoverObject,
  RecoveredObject,
  RecoverProcess,
  RecoverProcesses,
  RecoverRequest,
  TaskError,
} from '@prairie/gfsp';

export type ResetFailedListRequest = Record<never, never>;
export const ResetFailedListRequest = define<ResetFailedListRequest>(
  'base.types.gfspserver.GfSpResetRecoveryFailedListRequest',
  {},
);

export interface ResetFailedListResponse {
  recovery_failed_list: string[];
}
export const ResetFailedListResponse = define<ResetFailedListResponse>(
  'base.types.gfspserver.GfSpResetRecoveryFailedListResponse',
  { recovery_failed_list: [1, 'string[]'] },
);

export interface TriggerRecoverRequest {
  vgf_id: number;
  gvg_id: number;
  replicate_index: number;
}
export const TriggerRecoverRequest = define<TriggerRecoverRequest>(
  'base.types.gfspserver.GfSpTriggerRecoverForSuccessorSPRequest',
  { vgf_id: [1, 'uint32'], gvg_id: [2, 'uint32'], replicate_index: [3, 'int32'] },
);

export interface TriggerRecoverResponse {
  err: TaskError | undefined;
}
export const TriggerRecoverResponse = define<TriggerRecoverResponse>(
  'base.types.gfspserver.GfSpTriggerRecoverForSuccessorSPResponse',
  { err: [1, 'base.types.gfsperrors.GfSpError'] },
);

export interface QueryRecoverRequest {
  vgf_id: number;
  gvg_id: number;
}
export const QueryRecoverRequest = define<QueryRecoverRequest>('base.types.gfspserver.GfSpQueryRecoverProcessRequest', {
  vgf_id: [1, 'uint32'],
  gvg_id: [2, 'uint32'],
});

export const FailedObject = define<FailedRecoverObject>('base.types.gfspserver.FailedRecoverObject', {
  object_id: [1, 'uint64'],
  virtual_group_id: [2, 'uint32'],
  redundancy_index: [3, 'int32'],
  retry_time: [4, 'int32'],
});

export const Process = define<RecoverProcess>('base.types.gfspserver.RecoverProcess', {
  virtual_group_id: [1, 'uint32'],
  virtual_group_family_id: [2, 'uint32'],
  redundancy_index: [3, 'int32'],
  start_after: [4, 'uint64'],
  limit: [5, 'uint64'],
  status: [6, 'int32'],
  object_count: [7, 'uint64'],
  failed_object_total_count: [8, 'uint64'],
  recover_failed_object: [9, 'base.types.gfspserver.FailedRecoverObject[]'],
});

export interface QueryRecoverResponse extends RecoverProcesses {
  err: TaskError | undefined;
}
export const QueryRecoverResponse = define<QueryRecoverResponse>(
  'base.types.gfspserver.GfSpQueryRecoverProcessResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    recover_processes: [2, 'base.types.gfspserver.RecoverProcess[]'],
    executing: [3, 'bool'],
  },
);

export interface RecoverPiecesRequest extends Omit<RecoverRequest, 'objects'> {
  objects: string[];
}
export const RecoverPiecesRequest = define<RecoverPiecesRequest>('prairie.RecoverPiecesRequest', {
  objects: [1, 'string[]'],
  bucket: [2, 'string'],
  gvg_id: [3, 'uint32'],
  family_id: [4, 'uint32'],
  segment: [5, 'int32'],
  verify: [6, 'bool'],
  after: [7, 'string'],
});

export const Recovered = define<RecoveredObject>('prairie.RecoveredObject', {
  position: [1, 'string'],
  bucket_name: [2, 'string'],
  object_name: [3, 'string'],
  object_id: [4, 'uint64'],
  pieces: [5, 'uint32'],
  good: [6, 'uint32'],
  repaired: [7, 'uint32'],
  failed: [8, 'uint32'],
  error: [9, 'string'],
});
