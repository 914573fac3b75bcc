import type { greenfieldStorage as storage } from '@prairie/chain';
import {
  newTask,
  nowSeconds,
  type ReplicatePieceTask,
  type SealObjectTask,
  type Task,
  TaskAttempts,
  TaskState,
  type UploadProgress,
} from '@prairie/gfsp';
import type { Placement } from './virtual-groups.ts';

/** States in which nothing was acknowledged yet. */
export const INCOMPLETE: readonly number[] = [
  TaskState.INIT,
  TaskState.UPLOAD_OBJECT_DOING,
  TaskState.UPLOAD_OBJECT_ERROR,
];

/** An object whose payload is here and which is to be replicated. */
export interface ReplicateJob {
  object_info: storage.ObjectInfo;
  storage_params: storage.Params;
  family_id: number;
  is_agent_upload: boolean;
  task: Task;
}

export function replicateTask(job: ReplicateJob, { gvg, endpoints }: Placement): ReplicatePieceTask {
  return {
    task: { ...job.task, max_retry: BigInt(TaskAttempts.replicate) },
    object_info: job.object_info,
    storage_params: job.storage_params,
    gvg,
    secondary_endpoints: endpoints,
    secondary_signatures: [],
    sealed: false,
    not_available_sp_idx: -1,
    is_agent_upload: job.is_agent_upload,
  };
}

/** What is left of a replication whose pieces are out. */
export function sealTask(done: ReplicatePieceTask): SealObjectTask {
  return {
    task: newTask({ create_time: done.task.create_time, logs: done.task.logs }),
    object_info: done.object_info,
    storage_params: done.storage_params,
    global_virtual_group_id: done.gvg.id,
    secondary_endpoints: done.secondary_endpoints,
    secondary_signatures: done.secondary_signatures,
    is_agent_upload: done.is_agent_upload,
  };
}

/** The envelope of a job that is taken up again: it was tried before, so secondaries are asked what they have. */
export function resumedTask(row: UploadProgress): Task {
  return newTask({ create_time: BigInt(row.create_timestamp_second) || nowSeconds(), retry: 1n });
}
