/** Says that all pieces of an object are here (§11.2). Key: object and redundancy index. */
export interface IntegrityMeta {
  object_id: bigint;
  /** -1 for the primary's segments, else the position in the GVG's secondaries. */
  redundancy_index: number;
  /** SHA-256 of the piece checksums one after the other, 32 bytes; empty while the list still grows. */
  integrity_checksum: Uint8Array;
  /** SHA-256 of each piece, in the order of segments. */
  piece_checksum_list: Uint8Array[];
  /** Bytes of the payload, not of the pieces here. */
  object_size: bigint;
}

/**
 * The same of an update's content, until it is sealed and takes the other row's place (§11.2). Same key: an object has
 * one update under way at a time.
 */
export interface ShadowIntegrityMeta extends IntegrityMeta {
  /** Of the content, as in the keys of its pieces. A cancelled update and the next one have the same. */
  version: bigint;
  /** When the update was begun on chain, unix seconds: it tells an update from one that was cancelled. Ours. */
  updated_at: bigint;
}

/** Of a piece that came before all did (§11.2). Key: object, redundancy index and segment. */
export interface PieceHash {
  object_id: bigint;
  /** From 0. */
  segment_index: number;
  /** As in {@link IntegrityMeta}. */
  redundancy_index: number;
  /** SHA-256, 32 bytes. */
  piece_checksum: Uint8Array;
  /** Of the object's content. */
  version: bigint;
}

/** Pieces of this version are being deleted: they may come again when that is done, which takes seconds. */
export class PieceCondemnedError extends Error {
  override readonly name = 'PieceCondemnedError';
  constructor({ object_id, redundancy_index, version }: Omit<PieceHash, 'segment_index' | 'piece_checksum'>) {
    super(
      `pieces ${redundancy_index} of object ${object_id} in version ${version} are being deleted: send them again in a minute`,
    );
  }
}

/** What is stored whole, and what is still arriving. */
export interface IntegrityTables {
  /** Replaces the row: content that is uploaded again has other checksums. */
  setIntegrity(meta: IntegrityMeta): Promise<void>;
  getIntegrity(objectId: bigint, redundancyIndex: number): Promise<IntegrityMeta | undefined>;
  deleteIntegrity(objectId: bigint, redundancyIndex: number): Promise<void>;
  /** Rows after that key, ordered by object id and index; all from the beginning without one. Fewer than `limit` at the end. */
  listIntegrity(
    after: Pick<IntegrityMeta, 'object_id' | 'redundancy_index'> | undefined,
    limit: number,
  ): Promise<IntegrityMeta[]>;

  /** Replaces the row. */
  setShadowIntegrity(meta: ShadowIntegrityMeta): Promise<void>;
  getShadowIntegrity(objectId: bigint, redundancyIndex: number): Promise<ShadowIntegrityMeta | undefined>;
  deleteShadowIntegrity(objectId: bigint, redundancyIndex: number): Promise<void>;
  /**
   * Replaces the row: a piece may come twice. @throws PieceCondemnedError while garbage collection deletes pieces of this
   * version: the sender tries again
   */
  setPieceHash(row: PieceHash): Promise<void>;
  /** Ordered by segment index. */
  listPieceHashes(objectId: bigint, redundancyIndex: number): Promise<PieceHash[]>;
  deletePieceHashes(objectId: bigint, redundancyIndex: number): Promise<void>;
}
