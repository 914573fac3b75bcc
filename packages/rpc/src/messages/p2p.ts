/** `reference/internal-grpc.md` §3.7. */
import { define } from '@prairie/chain';
import type { ReplicatePieceApprovalTask, TaskError } from '@prairie/gfsp';

export type QueryP2PNodeRequest = Record<never, never>;
export const QueryP2PNodeRequest = define<QueryP2PNodeRequest>('base.types.gfspserver.GfSpQueryP2PNodeRequest', {});

export interface QueryP2PNodeResponse {
  err: TaskError | undefined;
  nodes: string[];
}
export const QueryP2PNodeResponse = define<QueryP2PNodeResponse>('base.types.gfspserver.GfSpQueryP2PNodeResponse', {
  err: [1, 'base.types.gfsperrors.GfSpError'],
  nodes: [2, 'string[]'],
});

export interface AskSecondaryReplicatePieceApprovalRequest {
  replicate_piece_approval_task: ReplicatePieceApprovalTask | undefined;
  min: number;
  max: number;
  timeout: bigint;
}
export const AskSecondaryReplicatePieceApprovalRequest = define<AskSecondaryReplicatePieceApprovalRequest>(
  'base.types.gfspserver.GfSpAskSecondaryReplicatePieceApprovalRequest',
  {
    replicate_piece_approval_task: [1, 'base.types.gfsptask.GfSpReplicatePieceApprovalTask'],
    min: [2, 'int32'],
    max: [3, 'int32'],
    timeout: [4, 'int64'],
  },
);

export interface AskSecondaryReplicatePieceApprovalResponse {
  err: TaskError | undefined;
  approved_tasks: ReplicatePieceApprovalTask[];
}
export const AskSecondaryReplicatePieceApprovalResponse = define<AskSecondaryReplicatePieceApprovalResponse>(
  'base.types.gfspserver.GfSpAskSecondaryReplicatePieceApprovalResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    approved_tasks: [2, 'base.types.gfsptask.GfSpReplicatePieceApprovalTask[]'],
  },
);
