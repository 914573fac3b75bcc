interface Logged {
  /** Height. */
  readonly create_at: bigint;
}

export interface BsdbBucketEvent extends Logged {
  readonly bucket_id: bigint;
  readonly bucket_name: string;
  readonly operator: string;
}

export interface BsdbMigration extends BsdbBucketEvent {
  readonly dst_primary_sp_id: number;
}

export interface BsdbCompleteMigration extends BsdbBucketEvent {
  readonly global_virtual_group_family_id: number;
  readonly src_primary_sp_id: number;
}

export interface BsdbSwapOut extends Logged {
  readonly storage_provider_id: number;
  /** 0 when it is about single groups. */
  readonly global_virtual_group_family_id: number;
  readonly global_virtual_group_ids: number[];
  readonly successor_sp_id: number;
}

export interface BsdbCompleteSwapOut extends Logged {
  /** The successor. */
  readonly storage_provider_id: number;
  readonly src_storage_provider_id: number;
  readonly global_virtual_group_family_id: number;
  readonly global_virtual_group_ids: number[];
}

export interface BsdbSpExit extends Logged {
  readonly storage_provider_id: number;
  readonly operator_address: string;
}

export interface BsdbCompleteSpExit extends BsdbSpExit {
  readonly total_deposit: bigint;
}

/**
 * What the chain told of migrations of buckets, swaps and exits. Lists are in the chain's order; `until` is the last
 * height that counts, without it all do.
 */
export interface BsdbEvents {
  migrationsTo(dstSpId: number, until?: bigint): BsdbMigration[];
  latestMigration(bucketId: bigint): BsdbMigration | undefined;
  latestCompleteMigration(bucketId: bigint, until?: bigint): BsdbCompleteMigration | undefined;
  latestCancelMigration(bucketId: bigint, until?: bigint): BsdbBucketEvent | undefined;
  latestRejectMigration(bucketId: bigint, until?: bigint): BsdbBucketEvent | undefined;
  /** Of exactly that height. */
  completeMigrationsFrom(srcSpId: number, height: bigint): BsdbCompleteMigration[];
  swapOutsOf(spId: number, until?: bigint): BsdbSwapOut[];
  cancelSwapOutsOf(spId: number, until?: bigint): BsdbSwapOut[];
  /** Of swaps that the provider went out by. */
  completeSwapOutsOf(srcSpId: number, until?: bigint): BsdbCompleteSwapOut[];
  latestSpExit(spId: number, until: bigint): BsdbSpExit | undefined;
  latestCompleteSpExit(spId: number, until: bigint): BsdbCompleteSpExit | undefined;
}
