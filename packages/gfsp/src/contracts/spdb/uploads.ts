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
  /** When the update was begun on chain whose content this is, unix seconds; 0 for an object's first content. Ours. */
  content_time: bigint;
}

/** How uploads are going. */
export interface UploadTables {
  /** A new row in state INIT. One that is there stays as it is: an upload may begin again. */
  insertUploadProgress(objectId: bigint, isAgentUpload: boolean): Promise<void>;
  getUploadProgress(objectId: bigint): Promise<UploadProgress | undefined>;
  /**
   * Only the fields given change; `update_timestamp_second` is set to now, and the description follows the state.
   * @throws Error when there is no row: a lost promise must not pass in silence
   */
  updateUploadProgress(objectId: bigint, change: Partial<Omit<UploadProgress, 'object_id'>>): Promise<void>;
  /** A row that is not there is no error, here and in every delete. */
  deleteUploadProgress(objectId: bigint): Promise<void>;
  /** Rows in any of `states`, by object id, which is by age; those after `afterObjectId`, at most `limit`. */
  listUploadProgress(states: readonly number[], limit: number, afterObjectId?: bigint): Promise<UploadProgress[]>;
}
