import type { ReplicatePieceApprovalTask } from '../../tasks/approvals.ts';

/** Talks to other providers' peers (`reference/internal-grpc.md` §3.7). */
export interface P2p {
  /** Answers of `min` to `max` other providers within `timeoutMs`. @throws p2p 70002 when fewer agree */
  askSecondaryReplicatePieceApproval(
    task: ReplicatePieceApprovalTask,
    wanted: { min: number; max: number; timeoutMs: number },
  ): Promise<ReplicatePieceApprovalTask[]>;
  /** Configured bootstrap addresses. */
  queryBootstrap(): Promise<string[]>;
}
