import type { Consensus, Logger, Modules, PieceStore, SpDb } from '@prairie/gfsp';
import type { PieceMaker } from '@prairie/redundancy';
import type { PieceMemory } from '../common/piece-memory.ts';
import type { PieceRepair } from '../recovery/index.ts';
import type { Secondaries } from '../replication/secondaries.ts';

/** What the executor's work is done with. */
export interface ExecutorTools {
  client: Modules;
  consensus: Consensus;
  spdb: SpDb;
  pieceStore: PieceStore;
  secondaries: Secondaries;
  pieceMaker: PieceMaker;
  /** Of pieces of this provider. */
  repair: Pick<PieceRepair, 'ensure' | 'takeOver'>;
  logger: Logger;
  /** For segments and their shards, of all tasks together. */
  pieceMemory: PieceMemory;
}
