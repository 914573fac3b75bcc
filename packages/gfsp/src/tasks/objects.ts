/**
 * Object tasks: each is about one object, with the storage params of the time its content was last changed.
 *
 * Shapes and numbers are those of the wire (`reference/internal-grpc.md` §2.1). A value that came from another process
 * may lack any message field: whoever takes a task checks what it needs and answers "request lost".
 */
import { define, type greenfieldStorage } from '@prairie/chain';
import type { Task } from './envelope.ts';

/** When the content of an object last changed: the parameters of that time are the ones that hold for it. */
export function contentTime(object: greenfieldStorage.ObjectInfo): bigint {
  return object.updated_at === 0n ? object.create_at : object.updated_at;
}

/** Pieces that are on their way to the secondaries of a group. Ours: the reference begins after the upload. */
export interface Delivery {
  global_virtual_group_id: number;
  /** In the order of the group's secondaries. */
  secondary_endpoints: string[];
  /** How many of the first segments each secondary has acknowledged; empty when that is not known. */
  delivered_segments: number[];
}
export const Delivery = define<Delivery>('prairie.Delivery', {
  global_virtual_group_id: [1, 'uint32'],
  secondary_endpoints: [2, 'string[]'],
  delivered_segments: [3, 'uint32[]'],
});

/** A payload on its way to the primary. */
export interface UploadObjectTask {
  task: Task;
  virtual_group_family_id: number;
  object_info: greenfieldStorage.ObjectInfo;
  storage_params: greenfieldStorage.Params;
  is_agent_upload: boolean;
  /** In the report of an upload whose pieces went out while it came in. */
  delivery?: Delivery | undefined;
}
export const UploadObjectTask = define<UploadObjectTask>('base.types.gfsptask.GfSpUploadObjectTask', {
  task: [1, 'base.types.gfsptask.GfSpTask'],
  virtual_group_family_id: [2, 'uint32'],
  object_info: [3, 'greenfield.storage.ObjectInfo'],
  storage_params: [4, 'greenfield.storage.Params'],
  is_agent_upload: [5, 'bool'],
  delivery: [1001, 'prairie.Delivery'],
});

/** One part of a payload that comes in parts: `length` bytes from `offset`; `completed` with the last one. */
export interface ResumableUploadObjectTask {
  task: Task;
  object_info: greenfieldStorage.ObjectInfo;
  storage_params: greenfieldStorage.Params;
  offset: bigint;
  length: bigint;
  completed: boolean;
  virtual_group_family_id: number;
  is_agent_upload: boolean;
  /** As in {@link UploadObjectTask}. */
  delivery?: Delivery | undefined;
}
export const ResumableUploadObjectTask = define<ResumableUploadObjectTask>(
  'base.types.gfsptask.GfSpResumableUploadObjectTask',
  {
    task: [1, 'base.types.gfsptask.GfSpTask'],
    object_info: [2, 'greenfield.storage.ObjectInfo'],
    storage_params: [3, 'greenfield.storage.Params'],
    offset: [4, 'uint64'],
    length: [5, 'uint64'],
    completed: [6, 'bool'],
    virtual_group_family_id: [7, 'uint32'],
    is_agent_upload: [8, 'bool'],
    delivery: [1001, 'prairie.Delivery'],
  },
);

/** Pieces to the secondaries of a group; `secondary_endpoints` and `secondary_signatures` are in the order of its secondary ids, position = redundancy index. */
export interface ReplicatePieceTask {
  task: Task;
  object_info: greenfieldStorage.ObjectInfo;
  storage_params: greenfieldStorage.Params;
  secondary_addresses: string[];
  secondary_signatures: Uint8Array[];
  /** Set by the executor when the combined seal went through. */
  sealed: boolean;
  global_virtual_group_id: number;
  secondary_endpoints: string[];
  /** First secondary that failed, as an index; -1 when none did. */
  not_available_sp_idx: number;
  is_agent_upload_task: boolean;
  /** As in {@link Delivery}. */
  delivered_segments?: number[] | undefined;
}
export const ReplicatePieceTask = define<ReplicatePieceTask>('base.types.gfsptask.GfSpReplicatePieceTask', {
  task: [1, 'base.types.gfsptask.GfSpTask'],
  object_info: [2, 'greenfield.storage.ObjectInfo'],
  storage_params: [3, 'greenfield.storage.Params'],
  secondary_addresses: [4, 'string[]'],
  secondary_signatures: [5, 'bytes[]'],
  sealed: [6, 'bool'],
  global_virtual_group_id: [7, 'uint32'],
  secondary_endpoints: [8, 'string[]'],
  not_available_sp_idx: [9, 'int32'],
  is_agent_upload_task: [10, 'bool'],
  delivered_segments: [1001, 'uint32[]'],
});

/** The seal of an object whose pieces are out. */
export interface SealObjectTask {
  task: Task;
  object_info: greenfieldStorage.ObjectInfo;
  storage_params: greenfieldStorage.Params;
  secondary_addresses: string[];
  secondary_signatures: Uint8Array[];
  global_virtual_group_id: number;
  secondary_endpoints: string[];
  is_agent_upload_task: boolean;
}
export const SealObjectTask = define<SealObjectTask>('base.types.gfsptask.GfSpSealObjectTask', {
  task: [1, 'base.types.gfsptask.GfSpTask'],
  object_info: [2, 'greenfield.storage.ObjectInfo'],
  storage_params: [3, 'greenfield.storage.Params'],
  secondary_addresses: [4, 'string[]'],
  secondary_signatures: [5, 'bytes[]'],
  global_virtual_group_id: [6, 'uint32'],
  secondary_endpoints: [7, 'string[]'],
  is_agent_upload_task: [8, 'bool'],
});

/** One damaged or missing piece; `ec_idx` -1 is a segment of the primary. */
export interface RecoverPieceTask {
  task: Task;
  object_info: greenfieldStorage.ObjectInfo;
  storage_params: greenfieldStorage.Params;
  segment_idx: number;
  ec_idx: number;
  piece_size: bigint;
  signature: Uint8Array;
  recovered: boolean;
  by_successor_sp: boolean;
  gvg_id: number;
  /** What was there of the piece before: `good`, `damaged` or `missing`; empty until it was looked at. Ours. */
  found: string;
}
export const RecoverPieceTask = define<RecoverPieceTask>('base.types.gfsptask.GfSpRecoverPieceTask', {
  task: [1, 'base.types.gfsptask.GfSpTask'],
  object_info: [2, 'greenfield.storage.ObjectInfo'],
  storage_params: [3, 'greenfield.storage.Params'],
  segment_idx: [4, 'uint32'],
  ec_idx: [5, 'int32'],
  piece_size: [6, 'uint64'],
  signature: [7, 'bytes'],
  recovered: [8, 'bool'],
  by_successor_sp: [9, 'bool'],
  gvg_id: [10, 'uint32'],
  found: [1001, 'string'],
});

/** Bytes `low` to `high`, both inclusive, for the reader in `task.user_address` (empty: anonymous). */
export interface DownloadObjectTask {
  task: Task;
  object_info: greenfieldStorage.ObjectInfo;
  bucket_info: greenfieldStorage.BucketInfo;
  storage_params: greenfieldStorage.Params;
  low: bigint;
  high: bigint;
}
export const DownloadObjectTask = define<DownloadObjectTask>('base.types.gfsptask.GfSpDownloadObjectTask', {
  task: [1, 'base.types.gfsptask.GfSpTask'],
  object_info: [2, 'greenfield.storage.ObjectInfo'],
  bucket_info: [3, 'greenfield.storage.BucketInfo'],
  storage_params: [4, 'greenfield.storage.Params'],
  low: [5, 'int64'],
  high: [6, 'int64'],
});

/** `piece_length` bytes of one piece from `piece_offset`. */
export interface DownloadPieceTask {
  task: Task;
  object_info: greenfieldStorage.ObjectInfo;
  bucket_info: greenfieldStorage.BucketInfo;
  storage_params: greenfieldStorage.Params;
  enable_check: boolean;
  total_size: bigint;
  piece_key: string;
  piece_offset: bigint;
  piece_length: bigint;
}
export const DownloadPieceTask = define<DownloadPieceTask>('base.types.gfsptask.GfSpDownloadPieceTask', {
  task: [1, 'base.types.gfsptask.GfSpTask'],
  object_info: [2, 'greenfield.storage.ObjectInfo'],
  bucket_info: [3, 'greenfield.storage.BucketInfo'],
  storage_params: [4, 'greenfield.storage.Params'],
  enable_check: [5, 'bool'],
  total_size: [6, 'uint64'],
  piece_key: [7, 'string'],
  piece_offset: [8, 'uint64'],
  piece_length: [9, 'uint64'],
});

/** What a challenger needs to judge one piece; `redundancy_idx` -1 is a segment of the primary. */
export interface ChallengePieceTask {
  task: Task;
  object_info: greenfieldStorage.ObjectInfo;
  bucket_info: greenfieldStorage.BucketInfo;
  storage_params: greenfieldStorage.Params;
  segment_idx: number;
  redundancy_idx: number;
  integrity_hash: Uint8Array;
  piece_hash: Uint8Array[];
  piece_data_size: bigint;
}
export const ChallengePieceTask = define<ChallengePieceTask>('base.types.gfsptask.GfSpChallengePieceTask', {
  task: [1, 'base.types.gfsptask.GfSpTask'],
  object_info: [2, 'greenfield.storage.ObjectInfo'],
  bucket_info: [3, 'greenfield.storage.BucketInfo'],
  storage_params: [4, 'greenfield.storage.Params'],
  segment_idx: [5, 'uint32'],
  redundancy_idx: [6, 'int32'],
  integrity_hash: [7, 'bytes'],
  piece_hash: [8, 'bytes[]'],
  piece_data_size: [9, 'int64'],
});
