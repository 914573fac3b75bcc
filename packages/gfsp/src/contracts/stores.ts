/** What modules need of storage. Implementations are in `@prairie/store`. */

/**
 * Pieces by key (`reference/pieces-and-redundancy.md` §4, §13). A key is 1 to 200 bytes without separators, control
 * characters and leading dot; others are refused with an error. A piece is at most a segment, 16 MiB on the networks
 * there are, and is whole or not there: a reader never sees half of one. Calls may overlap, also for one key. What
 * fails for another reason than a missing key throws any error, and the caller's request fails.
 */
export interface PieceStore {
  /**
   * The piece, or `length` bytes of it from `offset`: what there is of them, so fewer at its end, none beyond. The
   * caller may change the bytes it gets. @throws NoSuchKeyError, RangeError for an offset or length below 0
   */
  get(key: string, offset?: number, length?: number): Promise<Buffer>;
  /**
   * Replaces what is there. Resolves when the bytes survive a loss of power: they are acknowledged then. The bytes are
   * the caller's again after that.
   */
  put(key: string, data: Uint8Array): Promise<void>;
  /** Resolves when the piece is not read any more. A missing key is not an error. */
  delete(key: string): Promise<void>;
  /** Every piece whose key starts with `prefix`, which is not empty. Resolves with the bytes deleted. */
  deleteByPrefix(prefix: string): Promise<number>;
  /**
   * Keys that start with `prefix` (all for an empty one), in no particular order, one after the other: a store may hold
   * millions. What is put or deleted meanwhile may be among them or not.
   */
  list(prefix: string): AsyncIterable<string>;
  /** Ends what runs and releases everything; later calls fail. Called once. */
  close(): Promise<void>;
}

/** What `get` throws for a piece that is not there, and for nothing else: it means that a piece is lost. */
export class NoSuchKeyError extends Error {
  override readonly name = 'NoSuchKeyError';
  constructor(key: string) {
    super(`the specified key does not exist: ${key}`);
  }
}

/** Job state of an upload (`reference/tasks-and-manager.md` §6.1). */
export const TaskState = {
  INIT: 0,
  UPLOAD_OBJECT_DOING: 1,
  UPLOAD_OBJECT_DONE: 2,
  UPLOAD_OBJECT_ERROR: 3,
  ALLOC_SECONDARY_DOING: 4,
  ALLOC_SECONDARY_DONE: 5,
  ALLOC_SECONDARY_ERROR: 6,
  REPLICATE_OBJECT_DOING: 7,
  REPLICATE_OBJECT_DONE: 8,
  REPLICATE_OBJECT_ERROR: 9,
  SIGN_OBJECT_DOING: 10,
  SIGN_OBJECT_DONE: 11,
  SIGN_OBJECT_ERROR: 12,
  SEAL_OBJECT_DOING: 13,
  SEAL_OBJECT_DONE: 14,
  SEAL_OBJECT_ERROR: 15,
  OBJECT_DISCONTINUED: 16,
} as const;

/** Where the job of an object stands (`reference/block-syncer-and-db.md` §11.1). */
export interface UploadProgress {
  object_id: bigint;
  /** A {@link TaskState}. */
  task_state: number;
  /** 0 until one is picked. */
  global_virtual_group_id: number;
  /** The state's name, as the reference stores it; the table keeps it in step. */
  task_state_description: string;
  /** Why the last attempt failed; empty without. */
  error_description: string;
  /** In the order of the group's secondaries, as are the signatures. */
  secondary_endpoints: string[];
  /** BLS signatures of 96 bytes; empty until the secondary has all. */
  secondary_signatures: Uint8Array[];
  /** Unix seconds, like `update_timestamp_second`. */
  create_timestamp_second: number;
  update_timestamp_second: number;
  /** The provider sends the object's transactions for the owner. */
  is_agent_upload: boolean;
}

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

/** Who read what (§11.3). */
export interface ReadRecord {
  bucket_id: bigint;
  object_id: bigint;
  /** Empty when anonymous. */
  user_address: string;
  /** Unix microseconds. */
  read_timestamp_us: bigint;
  bucket_name: string;
  object_name: string;
  /** Bytes. */
  read_size: bigint;
}

/** What a read takes, and the pools it is taken from, in bytes (§13.4). */
export interface QuotaRequest {
  bucket_id: bigint;
  bucket_name: string;
  /** `YYYY-MM`, UTC. */
  month: string;
  read_size: bigint;
  /** The chain's charged quota of the bucket. */
  charged_quota: bigint;
  /** The provider's one-time free quota on chain. */
  free_quota: bigint;
  /** The provider's free quota of each month. */
  monthly_free_quota: bigint;
}

/**
 * The provider's own tables (`reference/block-syncer-and-db.md` §10–13). Every call survives the end of the process;
 * integrity rows and what is done in `transaction` survive loss of power too, so whatever is acknowledged to others
 * goes there.
 *
 * Calls are synchronous, so that a module decides and writes without anybody in between. Rows are the caller's own
 * copies. Modules of several processes may stand on the same tables. What is thrown has no code: the module gives it
 * its own (uploader 115001, receiver 85201, manager 65201, metadata 95202).
 */
export interface SpDb {
  /** A new row in state INIT. One that is there stays as it is: an upload may begin again. */
  insertUploadProgress(objectId: bigint, isAgentUpload: boolean): void;
  getUploadProgress(objectId: bigint): UploadProgress | undefined;
  /**
   * Only the fields given change; `update_timestamp_second` is set to now, and the description follows the state.
   * @throws Error when there is no row: a lost promise must not pass in silence
   */
  updateUploadProgress(objectId: bigint, change: Partial<Omit<UploadProgress, 'object_id'>>): void;
  /** A row that is not there is no error, here and in every delete. */
  deleteUploadProgress(objectId: bigint): void;
  /** Rows in any of `states`, by object id, which is by age; those after `afterObjectId`, at most `limit`. */
  listUploadProgress(states: readonly number[], limit: number, afterObjectId?: bigint): UploadProgress[];

  /** Replaces the row: content that is uploaded again has other checksums. */
  setIntegrity(meta: IntegrityMeta): void;
  getIntegrity(objectId: bigint, redundancyIndex: number): IntegrityMeta | undefined;
  deleteIntegrity(objectId: bigint, redundancyIndex: number): void;

  /** Replaces the row: a piece may come twice. */
  setPieceHash(row: PieceHash): void;
  /** Ordered by segment index. */
  listPieceHashes(objectId: bigint, redundancyIndex: number): PieceHash[];
  deletePieceHashes(objectId: bigint, redundancyIndex: number): void;

  /**
   * Takes the quota and writes the record in one transaction: charged, then monthly, then one-time quota. false when
   * they do not suffice together: then nothing is taken.
   */
  consumeReadQuota(request: QuotaRequest, record: ReadRecord): boolean;
  /**
   * Gives back bytes that were taken in `month` (`YYYY-MM`) and not sent, in the order charged, monthly, one-time. Of a
   * month that is over they become one-time quota. A bucket without a row is left alone.
   */
  reimburseReadQuota(bucketId: bigint, month: string, size: bigint): void;

  /** Several writes as one: all of them, or none when `work` throws, which is thrown on. `work` is synchronous. */
  transaction<T>(work: () => T): T;
  /** Called once, when no module uses the tables any more. */
  close(): void;
}
