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
  /** Moves to the provider that no completion of the same bucket follows, at the same height or later. */
  openMigrationsTo(dstSpId: number, until?: bigint): Promise<BsdbMigration[]>;
  latestMigration(bucketId: bigint): Promise<BsdbMigration | undefined>;
  latestCompleteMigration(bucketId: bigint): Promise<BsdbCompleteMigration | undefined>;
  /** The latest of each of these buckets, in any order. */
  latestCancelMigrations(bucketIds: readonly bigint[], until?: bigint): Promise<BsdbBucketEvent[]>;
  latestRejectMigrations(bucketIds: readonly bigint[], until?: bigint): Promise<BsdbBucketEvent[]>;
  /** Of exactly that height. */
  completeMigrationsFrom(srcSpId: number, height: bigint): Promise<BsdbCompleteMigration[]>;
  /** Of all these providers together. */
  swapOutsOf(spIds: readonly number[], until?: bigint): Promise<BsdbSwapOut[]>;
  cancelSwapOutsOf(spId: number, until?: bigint): Promise<BsdbSwapOut[]>;
  /** Of swaps that the provider went out by. */
  completeSwapOutsOf(srcSpId: number, until?: bigint): Promise<BsdbCompleteSwapOut[]>;
  latestSpExit(spId: number, until: bigint): Promise<BsdbSpExit | undefined>;
  latestCompleteSpExit(spId: number, until: bigint): Promise<BsdbCompleteSpExit | undefined>;
}
