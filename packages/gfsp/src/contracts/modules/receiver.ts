import type { ReceivePieceTask } from '../../tasks/receive.ts';

export interface Receiver {
  /**
   * Stores one piece for another primary, whose signature was checked. A piece that is there already is no error.
   * @throws receiver 80001…80004, 85101, 85201; TaskQueue 970002, or 990802, when busy
   */
  replicatePiece(task: ReceivePieceTask, piece: Uint8Array): Promise<void>;
  /**
   * All pieces are here: checks integrity, records it durably, and signs the seal document with the BLS key. 32 and 96
   * bytes. The same answer when asked again.
   * @throws receiver 80001, 80003, 80004, 85201; TaskQueue 970001, 970002 when busy; what the signer throws
   */
  doneReplicatePiece(task: ReceivePieceTask): Promise<{ integrity_hash: Uint8Array; signature: Uint8Array }>;
}
