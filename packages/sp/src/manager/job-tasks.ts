import type { greenfieldStorage as storage } from '@prairie/chain';
import {
  type Delivery,
  newTask,
  nowSeconds,
  type ReplicatePieceTask,
  type SealObjectTask,
  type Task,
  type UploadProgress,
} from '@prairie/gfsp';
import type { StoredObject } from '../common/pieces.ts';
import type { Placement, Wanted } from './virtual-groups.ts';

/** An object whose payload is here and which is to be replicated. */
export interface ReplicateJob {
  object_info: storage.ObjectInfo;
  storage_params: storage.Params;
  family_id: number;
  is_agent_upload: boolean;
  task: Task;
  /** What is with secondaries already. */
  delivery?: Delivery | undefined;
}

/** The group that an object needs. */
export function wantedFor({ object_info, storage_params }: StoredObject): Wanted {
  const { redundant_data_chunk_num: data, redundant_parity_chunk_num: parity } = storage_params.versioned_params;
  return { secondaries: data + parity, payloadSize: object_info.payload_size };
}

/** A provider that was to get the same pieces keeps what it has, whichever group it is in. */
export function replicateTask(job: ReplicateJob, { gvg, endpoints }: Placement): ReplicatePieceTask {
  const { delivery } = job;
  const delivered = endpoints.map((endpoint, index) =>
    delivery?.secondary_endpoints[index] === endpoint ? (delivery.delivered_segments[index] ?? 0) : 0,
  );
  return {
    task: job.task,
    object_info: job.object_info,
    storage_params: job.storage_params,
    secondary_addresses: [],
    secondary_signatures: [],
    sealed: false,
    global_virtual_group_id: gvg.id,
    secondary_endpoints: endpoints,
    not_available_sp_idx: -1,
    is_agent_upload_task: job.is_agent_upload,
    // nothing is said of a job that is taken up after a crash: the secondaries are asked
    ...(delivery ? { delivered_segments: delivered } : {}),
  };
}

/** What is left of a replication whose pieces are out. */
export function sealTask(done: ReplicatePieceTask): SealObjectTask {
  return {
    task: newTask({ create_time: done.task.create_time, logs: done.task.logs }),
    object_info: done.object_info,
    storage_params: done.storage_params,
    secondary_addresses: [],
    secondary_signatures: done.secondary_signatures,
    global_virtual_group_id: done.global_virtual_group_id,
    secondary_endpoints: done.secondary_endpoints,
    is_agent_upload_task: done.is_agent_upload_task,
  };
}

/** The envelope of a job that is taken up again: it was tried before, so secondaries are asked what they have. */
export function resumedTask(row: UploadProgress): Task {
  return newTask({ create_time: BigInt(row.create_timestamp_second) || nowSeconds(), retry: 1n });
}

/** The seal of an object whose signatures are in its row. */
export function sealTaskOf(
  row: UploadProgress,
  object: { object_info: storage.ObjectInfo; storage_params: storage.Params },
): SealObjectTask {
  return {
    task: { ...resumedTask(row), retry: 0n },
    ...object,
    secondary_addresses: [],
    secondary_signatures: row.secondary_signatures,
    global_virtual_group_id: row.global_virtual_group_id,
    secondary_endpoints: row.secondary_endpoints,
    is_agent_upload_task: row.is_agent_upload,
  };
}
