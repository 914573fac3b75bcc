/**
 * The receive task travels between providers: its field table makes the header JSON and the sign bytes
 * (`reference/sp-to-sp.md` §1–3).
 */
import { define, type greenfieldStorage } from '@prairie/chain';
import type { Task } from './envelope.ts';

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
