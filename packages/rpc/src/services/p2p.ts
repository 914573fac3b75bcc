import { baseErrors, type P2p } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import {
  AskSecondaryReplicatePieceApprovalRequest,
  AskSecondaryReplicatePieceApprovalResponse,
  QueryP2PNodeRequest,
  QueryP2PNodeResponse,
} from '../messages/p2p.ts';
import { defineRpc, serve, unary } from '../method.ts';

/** Beyond the time that the other providers have. */
const MARGIN_MS = 5000;

/** Longest time that a caller may give the other providers. */
const MAX_TIMEOUT_S = 300n;

export const p2pService = defineRpc('base.types.gfspserver.GfSpP2PService', {
  GfSpAskSecondaryReplicatePieceApproval: unary(
    AskSecondaryReplicatePieceApprovalRequest,
    AskSecondaryReplicatePieceApprovalResponse,
    { repeatable: true, deadlineMs: Number(MAX_TIMEOUT_S) * 1000 + MARGIN_MS },
  ),
  GfSpQueryP2PBootstrap: unary(QueryP2PNodeRequest, QueryP2PNodeResponse, { repeatable: true, deadlineMs: 10_000 }),
});

export const serveP2p = (p2p: P2p) =>
  serve(p2pService, {
    async GfSpAskSecondaryReplicatePieceApproval({ replicate_piece_approval_task: task, min, max, timeout }) {
      if (!task) throw baseErrors.replicatePieceApprovalTaskDangling();
      const seconds = timeout < MAX_TIMEOUT_S ? timeout : MAX_TIMEOUT_S;
      const wanted = { min, max, timeoutMs: Number(seconds) * 1000 };
      return { approved_tasks: await p2p.askSecondaryReplicatePieceApproval(task, wanted) };
    },
    async GfSpQueryP2PBootstrap() {
      return { nodes: await p2p.queryBootstrap() };
    },
  });

export const callP2p = (caller: Caller): P2p => ({
  async askSecondaryReplicatePieceApproval(replicate_piece_approval_task, { min, max, timeoutMs }) {
    // the wire counts seconds
    const timeout = BigInt(Math.ceil(timeoutMs / 1000));
    const request = { replicate_piece_approval_task, min, max, timeout };
    const { approved_tasks } = await caller.unary(p2pService.methods.GfSpAskSecondaryReplicatePieceApproval, request, {
      deadlineMs: Number(timeout) * 1000 + MARGIN_MS,
    });
    return approved_tasks;
  },
  async queryBootstrap() {
    const { nodes } = await caller.unary(p2pService.methods.GfSpQueryP2PBootstrap, {});
    return nodes;
  },
});
