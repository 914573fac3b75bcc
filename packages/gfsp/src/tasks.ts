/**
 * Tasks: the units of work that modules hand to one another (`reference/tasks-and-manager.md` §1).
 *
 * Those that travel between providers (`ReceivePieceTask`) have a field table, from which header JSON and sign bytes
 * are made (`reference/sp-to-sp.md` §1–3); the field names of the others follow theirs.
 */
import { define, type greenfieldStorage, type greenfieldVirtualgroup } from '@prairie/chain';

export interface TaskError {
  code_space: string;
  http_status_code: number;
  inner_code: number;
  description: string;
}
export const TaskError = define<TaskError>('base.types.gfsperrors.GfSpError', {
  code_space: [1, 'string'],
  http_status_code: [2, 'int32'],
  inner_code: [3, 'int32'],
  description: [4, 'string'],
});

/** What every task carries. Times are unix seconds. */
export interface Task {
  address: string;
  create_time: bigint;
  update_time: bigint;
  timeout: bigint;
  /** 0–255: below 85 low, below 170 medium, else high. */
  task_priority: number;
  retry: bigint;
  max_retry: bigint;
  user_address: string;
  logs: string;
  err: TaskError | undefined;
}
export const Task = define<Task>('base.types.gfsptask.GfSpTask', {
  address: [1, 'string'],
  create_time: [2, 'int64'],
  update_time: [3, 'int64'],
  timeout: [4, 'int64'],
  task_priority: [5, 'int32'],
  retry: [6, 'int64'],
  max_retry: [7, 'int64'],
  user_address: [8, 'string'],
  logs: [9, 'string'],
  err: [10, 'base.types.gfsperrors.GfSpError'],
});

export interface ReceivePieceTask {
  task: Task | undefined;
  object_info: greenfieldStorage.ObjectInfo | undefined;
  storage_params: greenfieldStorage.Params | undefined;
  segment_idx: number;
  redundancy_idx: number;
  piece_size: bigint;
  /** SHA-256 of the piece. */
  piece_checksum: Uint8Array;
  /** The primary's operator key over the sign bytes: 65 bytes R‖S‖V, V 0 or 1. */
  signature: Uint8Array;
  sealed: boolean;
  finished: boolean;
  global_virtual_group_id: number;
  bucket_migration: boolean;
  is_agent_upload_task: boolean;
}
export const ReceivePieceTask = define<ReceivePieceTask>('base.types.gfsptask.GfSpReceivePieceTask', {
  task: [1, 'base.types.gfsptask.GfSpTask'],
  object_info: [2, 'greenfield.storage.ObjectInfo'],
  storage_params: [3, 'greenfield.storage.Params'],
  segment_idx: [4, 'uint32'],
  redundancy_idx: [5, 'int32'],
  piece_size: [6, 'int64'],
  piece_checksum: [7, 'bytes'],
  signature: [8, 'bytes'],
  sealed: [9, 'bool'],
  finished: [10, 'bool'],
  global_virtual_group_id: [11, 'uint32'],
  bucket_migration: [12, 'bool'],
  is_agent_upload_task: [13, 'bool'],
});

/** The object a task is about, with the parameters that were in force when its content was last changed. */
export interface ObjectTask {
  task: Task;
  object_info: greenfieldStorage.ObjectInfo;
  storage_params: greenfieldStorage.Params;
}

export interface UploadObjectTask extends ObjectTask {
  virtual_group_family_id: number;
  is_agent_upload: boolean;
}

export interface ReplicatePieceTask extends ObjectTask {
  gvg: greenfieldVirtualgroup.GlobalVirtualGroup;
  /** In the order of the GVG's secondary ids: position = redundancy index. */
  secondary_endpoints: string[];
  /** Filled by the executor, in index order. */
  secondary_signatures: Uint8Array[];
  /** Set by the executor when the combined seal went through. */
  sealed: boolean;
  /** First secondary that failed, as an index; -1 when none did. */
  not_available_sp_idx: number;
  is_agent_upload: boolean;
}

export interface SealObjectTask extends ObjectTask {
  global_virtual_group_id: number;
  secondary_endpoints: string[];
  secondary_signatures: Uint8Array[];
  is_agent_upload: boolean;
}

/** Work that the manager hands to executors. */
export type ExecutorTask =
  | { kind: 'replicate'; key: string; value: ReplicatePieceTask }
  | { kind: 'seal'; key: string; value: SealObjectTask }
  | { kind: 'receive'; key: string; value: ReceivePieceTask };
