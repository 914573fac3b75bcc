/** How far the migration of a bucket is (`reference/tasks-and-manager.md` §11.1); the numbers are shown to clients. */
export const BucketMigrationState = {
  INIT_UNSPECIFIED: 0,
  SRC_SP_PRE_DEDUCT_QUOTA_DONE: 1,
  DEST_SP_PRE_DEDUCT_QUOTA_DONE: 2,
  MIGRATE_GVG_DOING: 5,
  MIGRATE_GVG_DONE: 6,
  MIGRATE_QUOTA_INFO_DONE: 7,
  SEND_COMPLETE_TX_DONE: 10,
  WAIT_COMPLETE_TX_EVENT_DONE: 11,
  SEND_REJECT_TX_DONE: 12,
  WAIT_REJECT_TX_EVENT_DONE: 13,
  WAIT_CANCEL_TX_EVENT_DONE: 14,
  SRC_SP_GC_DOING: 20,
  DEST_SP_GC_DOING: 21,
  POST_SRC_SP_DONE: 30,
  MIGRATION_FINISHED: 31,
} as const;

/** A bucket that comes to this provider, or leaves it (§11.5 of `reference/block-syncer-and-db.md`). Sizes in bytes. */
export interface BucketMigrationProgress {
  bucket_id: bigint;
  /** A {@link BucketMigrationState}. */
  migration_state: number;
  total_gvg_num: number;
  migrated_finished_gvg_num: number;
  gc_finished_gvg_num: number;
  /** Read quota that the source took for the migration, and what it gave back. */
  pre_deducted_quota: bigint;
  recoup_quota: bigint;
  last_gc_object_id: bigint;
  last_gc_gvg_id: bigint;
  /** Of all groups of the bucket. Ours: the reference counts its units. */
  migrated_bytes: bigint;
  /** Month (`YYYY-MM`) that the quota was taken in: where it goes back to. Ours. */
  deducted_month: string;
  /** At the source, who the bucket goes to: its word counts to the end. Ours. */
  dest_sp_id: number;
}

/** Of a bucket that nobody has begun to migrate. */
export const NO_MIGRATION_PROGRESS: Omit<BucketMigrationProgress, 'bucket_id'> = {
  migration_state: BucketMigrationState.INIT_UNSPECIFIED,
  total_gvg_num: 0,
  migrated_finished_gvg_num: 0,
  gc_finished_gvg_num: 0,
  pre_deducted_quota: 0n,
  recoup_quota: 0n,
  last_gc_object_id: 0n,
  last_gc_gvg_id: 0n,
  migrated_bytes: 0n,
  deducted_month: '',
  dest_sp_id: 0,
};

export type BucketMigrationChange = Partial<Omit<BucketMigrationProgress, 'bucket_id'>>;

/** A family or groups that one provider leaves to another. */
export interface SwapOutUnit {
  /** `familyID-<id>`, or `gvgIDList-<id>,<id>`. */
  swap_out_key: string;
  /** This provider is the successor. */
  is_dest_sp: boolean;
  /** Hex of the JSON of the `MsgSwapOut`. */
  swap_out_msg: string;
  completed_gvg_list: number[];
}

/** What has to be known of migrations after a restart. */
export interface MigrationTables {
  /** undefined for a bucket that does not migrate. */
  getBucketMigration(bucketId: bigint): Promise<BucketMigrationProgress | undefined>;
  /** Only the fields given change; a new row has zeros in the others. */
  updateBucketMigration(bucketId: bigint, change: BucketMigrationChange): Promise<void>;
  deleteBucketMigration(bucketId: bigint): Promise<void>;
  /** Rows in any of `states`, by bucket id; those after `after`, at most `limit`. */
  listBucketMigrations(states: readonly number[], limit: number, after?: bigint): Promise<BucketMigrationProgress[]>;
  /** Where a reader of the chain's events, or of ids, stands; 0 when it has not begun. `name` is the reader's. */
  getSubscribeProgress(name: string): Promise<bigint>;
  setSubscribeProgress(name: string, value: bigint): Promise<void>;
  /** A unit that is there stays as it is: providers say it again and again. Whether it is new. */
  insertSwapOutUnit(unit: SwapOutUnit): Promise<boolean>;
  getSwapOutUnit(swapOutKey: string, isDestSp: boolean): Promise<SwapOutUnit | undefined>;
}
