/** `reference/internal-grpc.md` §3.5. */
import { define } from '@prairie/chain';
import type { ReceivePieceTask, TaskError } from '@prairie/gfsp';

export interface ReplicatePieceRequest {
  receive_piece_task: ReceivePieceTask | undefined;
  piece_data: Uint8Array;
}
export const ReplicatePieceRequest = define<ReplicatePieceRequest>('base.types.gfspserver.GfSpReplicatePieceRequest', {
  receive_piece_task: [1, 'base.types.gfsptask.GfSpReceivePieceTask'],
  piece_data: [2, 'bytes'],
});

export interface ReplicatePieceResponse {
  err: TaskError | undefined;
}
export const ReplicatePieceResponse = define<ReplicatePieceResponse>(
  'base.types.gfspserver.GfSpReplicatePieceResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
  },
);

export interface DoneReplicatePieceRequest {
  receive_piece_task: ReceivePieceTask | undefined;
}
export const DoneReplicatePieceRequest = define<DoneReplicatePieceRequest>(
  'base.types.gfspserver.GfSpDoneReplicatePieceRequest',
  {
    receive_piece_task: [1, 'base.types.gfsptask.GfSpReceivePieceTask'],
  },
);

export interface DoneReplicatePieceResponse {
  err: TaskError | undefined;
  integrity_hash: Uint8Array;
  signature: Uint8Array;
}
export const DoneReplicatePieceResponse = define<DoneReplicatePieceResponse>(
  'base.types.gfspserver.GfSpDoneReplicatePieceResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    integrity_hash: [2, 'bytes'],
    signature: [3, 'bytes'],
  },
);
