import type { Budget, Consensus, Logger, Modules, PieceStore, ReceivePieceTask, SpDb } from '@prairie/gfsp';
import type { ErasureCoder, Hasher } from '@prairie/redundancy';

/** Calls to other providers; `SpClient` of `@prairie/client` is one. Both throw `GfSpError` with the peer's code. */
export interface Secondaries {
  replicatePiece(endpoint: string, task: ReceivePieceTask, piece: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** The BLS signature of the seal document. */
  doneReplicatePiece(endpoint: string, task: ReceivePieceTask, signal?: AbortSignal): Promise<Uint8Array>;
}

/** What the executor's work is done with. */
export interface ExecutorTools {
  client: Modules;
  consensus: Consensus;
  spdb: SpDb;
  pieceStore: PieceStore;
  secondaries: Secondaries;
  coder: ErasureCoder;
  hasher: Hasher;
  logger: Logger;
  /** Memory for segments and their shards, of all tasks together. */
  budget: Budget;
}
