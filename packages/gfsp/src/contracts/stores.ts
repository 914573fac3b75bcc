/** What modules need of storage. Implementations are in `@prairie/store`. */

/** Pieces by key (`reference/pieces-and-redundancy.md` §4, §13). */
export interface PieceStore {
  /** The piece, or `length` bytes of it from `offset`. @throws NoSuchKeyError */
  get(key: string, offset?: number, length?: number): Promise<Buffer>;
  /** Replaces what is there. Resolves when the bytes survive a crash. */
  put(key: string, data: Uint8Array): Promise<void>;
  /** A missing key is not an error. */
  delete(key: string): Promise<void>;
  /** Bytes deleted. */
  deleteByPrefix(prefix: string): Promise<number>;
  /** Keys that start with `prefix`, in no particular order. */
  list(prefix: string): AsyncIterable<string>;
  close(): Promise<void>;
}

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

export interface UploadProgress {
  object_id: bigint;
  task_state: number;
  global_virtual_group_id: number;
  task_state_description: string;
  error_description: string;
  secondary_endpoints: string[];
  secondary_signatures: Uint8Array[];
  create_timestamp_second: number;
  update_timestamp_second: number;
  is_agent_upload: boolean;
}

export interface IntegrityMeta {
  object_id: bigint;
  /** -1 for the primary's segments, else the position in the GVG's secondaries. */
  redundancy_index: number;
  integrity_checksum: Uint8Array;
  piece_checksum_list: Uint8Array[];
  object_size: bigint;
}

export interface PieceHash {
  object_id: bigint;
  segment_index: number;
  redundancy_index: number;
  piece_checksum: Uint8Array;
  version: bigint;
}

export interface ReadRecord {
  bucket_id: bigint;
  object_id: bigint;
  user_address: string;
  read_timestamp_us: bigint;
  bucket_name: string;
  object_name: string;
  read_size: bigint;
}

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
  monthly_free_quota: bigint;
}

/** The provider's own tables (`reference/block-syncer-and-db.md` §10–13). Every call survives
 * the end of the process; integrity rows and what is done in `transaction` survive loss of power too, so whatever is
 * acknowledged to others goes there. */
export interface SpDb {
  insertUploadProgress(objectId: bigint, isAgentUpload: boolean): void;
  getUploadProgress(objectId: bigint): UploadProgress | undefined;
  /** Only the fields given change; `update_timestamp_second` is set to now. */
  updateUploadProgress(objectId: bigint, change: Partial<Omit<UploadProgress, 'object_id'>>): void;
  deleteUploadProgress(objectId: bigint): void;
  /** Rows in any of `states`, oldest first, after `afterObjectId`. */
  listUploadProgress(states: readonly number[], limit: number, afterObjectId?: bigint): UploadProgress[];

  setIntegrity(meta: IntegrityMeta): void;
  getIntegrity(objectId: bigint, redundancyIndex: number): IntegrityMeta | undefined;
  deleteIntegrity(objectId: bigint, redundancyIndex: number): void;

  setPieceHash(row: PieceHash): void;
  /** Ordered by segment index. */
  listPieceHashes(objectId: bigint, redundancyIndex: number): PieceHash[];
  deletePieceHashes(objectId: bigint, redundancyIndex: number): void;

  /** Takes the quota and writes the record in one transaction. false when the pools do not suffice: then nothing is taken. */
  consumeReadQuota(request: QuotaRequest, record: ReadRecord): boolean;
  /** Gives back bytes that were charged and not sent, in the order charged, monthly, one-time. */
  reimburseReadQuota(bucketId: bigint, month: string, size: bigint): void;

  /** Several writes as one. */
  transaction<T>(work: () => T): T;
  close(): void;
}
