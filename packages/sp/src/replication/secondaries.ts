import type { ReceivePieceTask } from '@prairie/gfsp';

/** Calls to other providers; `SpClient` of `@prairie/client` is one. Both throw `GfSpError` with the peer's code. */
export interface Secondaries {
  replicatePiece(endpoint: string, task: ReceivePieceTask, piece: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** The BLS signature of the seal document. */
  doneReplicatePiece(endpoint: string, task: ReceivePieceTask, signal?: AbortSignal): Promise<Uint8Array>;
}
