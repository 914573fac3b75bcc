import type { IntegrityMeta, PieceHash, ShadowIntegrityMeta } from './integrity.ts';
import type { UploadProgress } from './uploads.ts';

/**
 * Pieces that are about to be deleted: those of an object's content that have this redundancy index. The row is written
 * with what takes the claims on them away, and goes when they are gone, so that a crash in between leaves nothing behind.
 */
export interface CondemnedPieces {
  object_id: bigint;
  /** -1 for segments. */
  redundancy_index: number;
  /** Of the content, as in the keys. */
  version: bigint;
  /** Those of segments 0 up to this one. */
  segment_count: number;
  /**
   * Unix seconds: until then one run has them in hand, and nobody begins to store them anew. 0: nobody will ever need
   * them. Others may have become needed again when a run did not end: the chain is asked before they go.
   */
  blocked_until: number;
}

export type CondemnedKey = Pick<CondemnedPieces, 'object_id' | 'redundancy_index' | 'version'>;

/** Rows that say that pieces of an object are here, or come. */
export interface ObjectClaims {
  upload: UploadProgress | undefined;
  integrity: IntegrityMeta[];
  shadows: ShadowIntegrityMeta[];
  pieces: PieceHash[];
  condemned: CondemnedPieces[];
}

/** A range of blocks whose deleted objects are collected (`reference/block-syncer-and-db.md` §11.1). */
export interface GcObjectProgress {
  task_key: string;
  start_gc_block_id: bigint;
  end_gc_block_id: bigint;
  current_gc_block_id: bigint;
  last_deleted_object_id: bigint;
}

/** What garbage collection asks of all tables together, and what it has to remember. */
export interface GcTables {
  /** Of each object that has any. Claims that change meanwhile are seen before or after, never in neither place. */
  listClaims(objectIds: readonly bigint[]): Promise<Map<bigint, ObjectClaims>>;
  /** Ids above `after` up to `until` of objects that have a row for their pieces, ascending, at most `limit`. */
  listClaimedObjects(after: bigint, until: bigint, limit: number): Promise<bigint[]>;
  /** Of one version. */
  deletePieceHashesOf(objectId: bigint, redundancyIndex: number, version: bigint): Promise<void>;
  /** Shadow rows after that key, by object id and index; fewer than `limit` at the end. */
  listShadowIntegrity(
    limit: number,
    after?: Pick<ShadowIntegrityMeta, 'object_id' | 'redundancy_index'>,
  ): Promise<ShadowIntegrityMeta[]>;

  /** Replaces the row. */
  setCondemned(row: CondemnedPieces): Promise<void>;
  getCondemned(key: CondemnedKey): Promise<CondemnedPieces | undefined>;
  deleteCondemned(key: CondemnedKey): Promise<void>;
  /** By object id; objects above `after`. All rows of the last object may not be among them. */
  listCondemned(limit: number, after?: bigint): Promise<CondemnedPieces[]>;
  /** Whether these pieces are being deleted: who wants to store them has to wait. */
  isCondemned(key: CondemnedKey): Promise<boolean>;

  /** Replaces the row. */
  setGcProgress(progress: GcObjectProgress): Promise<void>;
  deleteGcProgress(taskKey: string): Promise<void>;
  /** By key. */
  listGcProgress(limit: number): Promise<GcObjectProgress[]>;
}
