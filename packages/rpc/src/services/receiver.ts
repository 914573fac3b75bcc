import { baseErrors, type Receiver } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import {
  DoneReplicatePieceRequest,
  DoneReplicatePieceResponse,
  ReplicatePieceRequest,
  ReplicatePieceResponse,
} from '../messages/receiver.ts';
import { defineRpc, serve, unary } from '../method.ts';

/** The longest that the reference gives a receive task (`reference/tasks-and-manager.md` §1.6). */
const DEADLINE_MS = 90_000;

export const receiveService = defineRpc('base.types.gfspserver.GfSpReceiveService', {
  // a piece that is there already answers 80002, so neither is repeated
  GfSpReplicatePiece: unary(ReplicatePieceRequest, ReplicatePieceResponse, { deadlineMs: DEADLINE_MS }),
  GfSpDoneReplicatePiece: unary(DoneReplicatePieceRequest, DoneReplicatePieceResponse, { deadlineMs: DEADLINE_MS }),
});

export const serveReceive = (receiver: Receiver) =>
  serve(receiveService, {
    async GfSpReplicatePiece({ receive_piece_task, piece_data }) {
      if (!receive_piece_task) throw baseErrors.receiveTaskDangling();
      await receiver.replicatePiece(receive_piece_task, piece_data);
      return {};
    },
    async GfSpDoneReplicatePiece({ receive_piece_task }) {
      if (!receive_piece_task) throw baseErrors.receiveTaskDangling();
      return receiver.doneReplicatePiece(receive_piece_task);
    },
  });

export const callReceiver = (caller: Caller): Receiver => ({
  async replicatePiece(receive_piece_task, piece_data) {
    await caller.unary(receiveService.methods.GfSpReplicatePiece, { receive_piece_task, piece_data });
  },
  async doneReplicatePiece(receive_piece_task) {
    const { integrity_hash, signature } = await caller.unary(receiveService.methods.GfSpDoneReplicatePiece, {
      receive_piece_task,
    });
    return { integrity_hash, signature };
  },
});
