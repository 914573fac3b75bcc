/** Lost and damaged pieces as an operator sees them (`reference/tasks-and-manager.md` §13). */

/** Which pieces of this provider are to be looked at: those of one of the first four. */
export interface RecoverRequest {
  /** `bucket/object` each, at most 1000. */
  objects: readonly string[];
  /** Name of a bucket; empty for none. */
  bucket: string;
  /** 0 for none. */
  gvg_id: number;
  /** 0 for none. */
  family_id: number;
  /** One segment of each object; -1 for all. */
  segment: number;
  /** Pieces are read and hashed; otherwise only missing ones, and those of a wrong length, are found. */
  verify: boolean;
  /** The `position` of the last object that is not to be looked at again; empty for the beginning. */
  after: string;
}

/** What came of one object. */
export interface RecoveredObject {
  /** Where a request that was cut short goes on: `after`. */
  position: string;
  bucket_name: string;
  object_name: string;
  object_id: bigint;
  /** Pieces that this provider should have. */
  pieces: number;
  /** Of these: were right before, were made again, could not be. */
  good: number;
  repaired: number;
  failed: number;
  /** Why the first could not, or that the chain has no object of that name; empty when all is well. */
  error: string;
}

/** A family or group that this provider takes over, as far as it is recovered (§13.3). */
export interface RecoverProcess {
  virtual_group_id: number;
  virtual_group_family_id: number;
  redundancy_index: number;
  start_after: bigint;
  limit: bigint;
  /** A `RecoverStatus`. */
  status: number;
  object_count: bigint;
  failed_object_total_count: bigint;
  /** The first of them. */
  recover_failed_object: FailedRecoverObject[];
}

export interface FailedRecoverObject {
  object_id: bigint;
  virtual_group_id: number;
  redundancy_index: number;
  retry_time: number;
}

export interface RecoverProcesses {
  recover_processes: RecoverProcess[];
  /** Whether it runs. */
  executing: boolean;
}

export interface Recovering {
  /**
   * Looks at the pieces, repairs what is lost or damaged, and tells of each object, in order, as fast as that is taken.
   * It ends with the signal; what was repaired stays so.
   * @throws manager 60001 for a request that names nothing, or a bucket that is not there; 60003 while too many run
   */
  recoverPieces(request: RecoverRequest, signal: AbortSignal): AsyncIterable<RecoveredObject>;
  /** Names (`bucket/object`) of objects that could not be recovered; they are forgotten with that. */
  resetRecoveryFailedList(): Promise<string[]>;
  /**
   * Begins to recover a family (`gvgId` 0), or a place in a group (`familyId` 0) that this provider has reserved on
   * chain, and completes the swap on chain when all is here. What runs when the manager ends goes on with the next.
   * `redundancyIndex` is the place; -1 leaves it to the reservation.
   * @throws manager 60001 when this provider is not the successor on chain, or that of another place, 60002 while it
   * runs already, 65201
   */
  triggerRecoverForSuccessorSP(familyId: number, gvgId: number, redundancyIndex: number): Promise<void>;
  /** Both 0: of all. @throws manager 65201 */
  queryRecoverProcess(familyId: number, gvgId: number): Promise<RecoverProcesses>;
}
