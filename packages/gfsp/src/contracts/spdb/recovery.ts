/** How far the recovery of a group is that this provider takes a place in (`reference/tasks-and-manager.md` §13.2). */
export const RecoverStatus = {
  /** Its objects are being gone through. */
  PROCESSING: 0,
  /** All were gone through; it is looked whether all is here. */
  PROCESSED: 1,
  /** All is here, and this provider has the place on chain. */
  COMPLETED: 2,
} as const;

/** A group of which this provider recovers one index. Key: the group. */
export interface RecoverGvg {
  virtual_group_id: number;
  /** Of the family that is taken over; 0 when only a place in the group is. */
  virtual_group_family_id: number;
  /** -1 for the primary's segments. */
  redundancy_index: number;
  /** Objects up to this id were gone through. */
  start_after: bigint;
  /** The same once the batch that is under way ends. */
  next_start_after: bigint;
  /** Objects of a batch. */
  limit: number;
  /** A {@link RecoverStatus}. */
  status: number;
  /** Objects that were gone through. */
  object_count: bigint;
}

/** An object of such a group that is not whole yet. Key: the object. */
export interface RecoverFailedObject {
  object_id: bigint;
  virtual_group_id: number;
  redundancy_index: number;
  /** Times that it was tried again. */
  retry: number;
}

/** What has to be known of the recovery of whole groups after a restart. */
export interface RecoveryTables {
  /** Replaces the row. */
  setRecoverGvg(row: RecoverGvg): Promise<void>;
  /** By group. A provider recovers few groups at a time; at most 10,000. */
  listRecoverGvgs(): Promise<RecoverGvg[]>;
  deleteRecoverGvg(gvgId: number): Promise<void>;
  /** A row that is there stays as it is, with its retries. */
  insertRecoverFailed(row: RecoverFailedObject): Promise<void>;
  /** Replaces the row. */
  setRecoverFailed(row: RecoverFailedObject): Promise<void>;
  /** Of all groups, by object id: those after `after`, at most `limit`. */
  listRecoverFailed(limit: number, after?: bigint): Promise<RecoverFailedObject[]>;
  countRecoverFailed(gvgId: number): Promise<number>;
  deleteRecoverFailed(objectId: bigint): Promise<void>;
}
