/** What garbage collection works with, is told, and tells. */
import type { Consensus, GcFinding, Logger, Metadata, PieceStore, SpDb } from '@prairie/gfsp';

export interface GcTools {
  /** This provider's operator. */
  operatorAddress: string;
  consensus: Consensus;
  spdb: SpDb;
  pieceStore: PieceStore;
  client: { readonly metadata: GcMetadata };
  logger: Logger;
  /** Unix seconds. */
  now?: () => number;
}

export type GcMetadata = Pick<
  Metadata,
  'listDeletedObjects' | 'getLatestObjectId' | 'listObjectsByIds' | 'listGvgsOfBucket' | 'listObjectsForGc'
>;

/** Objects that the chain is asked for at a time: a node may be far away. */
export const ASKED_AT_ONCE = 16;

/** Where a run stands: what comes before is done. */
export interface GcProgress {
  /** Of deleted objects: the height of the last one's removal. Of a bucket: the id of its group. */
  position: bigint;
  objectId: bigint;
}

export interface GcRun {
  /** Decides the same, and deletes nothing. */
  dryRun?: boolean;
  /** Waited for. */
  onFinding?: (finding: GcFinding) => void | Promise<void>;
  /** Waited for; what it throws ends the run, and what was done stays done. */
  onProgress?: (progress: GcProgress) => Promise<void>;
  signal?: AbortSignal;
  /** Pieces deleted in a second at most. Default 500. */
  rate?: number;
  /** Objects among the so many newest ids are left alone when the chain does not know them. Default 1000. */
  safeObjectIds?: bigint;
  /**
   * What was deleted on chain in the so many newest blocks stays for now (`reference/tasks-and-manager.md` §15.4); a run
   * over deleted objects has its range for that. Default 0.
   */
  safeBlocks?: bigint;
  /** A pass over the store stops when more than a few of its pieces would go. Default false: an operator asked for it. */
  brake?: boolean;
  /** Blocks that are waited for, twice, before the chain's word is final. Default 6. */
  settleBlocks?: bigint;
}

/** What came of a run. */
export interface GcCounts {
  /** Objects that were looked at. */
  looked: number;
  rows: number;
  pieces: number;
  /** Of the pieces. */
  bytes: bigint;
  /** Objects that were left for another run: they change at the moment, or could not be judged. */
  kept: number;
}

export const noCounts = (): GcCounts => ({ looked: 0, rows: 0, pieces: 0, bytes: 0n, kept: 0 });
