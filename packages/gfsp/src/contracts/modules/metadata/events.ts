import type { greenfieldStorage as storage, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';

/** A move of a bucket that has not been completed. */
export interface MigrateBucketEvents {
  event: storage.EventMigrationBucket;
  cancel_event: storage.EventCancelMigrationBucket | undefined;
  reject_event: storage.EventRejectMigrateBucket | undefined;
}

export interface SwapOutEvents {
  event: virtualgroup.EventSwapOut;
  cancel_event: virtualgroup.EventCancelSwapOut | undefined;
  complete_event: virtualgroup.EventCompleteSwapOut | undefined;
}

export interface SpExitEvents {
  event: virtualgroup.EventStorageProviderExit | undefined;
  complete_event: virtualgroup.EventCompleteStorageProviderExit | undefined;
}

/**
 * What schedulers follow (`reference/metadata-api.md` §10). `height` is the last block that counts.
 * @throws metadata 90005 for a height that the tables do not have yet
 */
export interface EventQueries {
  /** Moves of buckets to the provider, one of each bucket. */
  listMigrateBucketEvents(dstSpId: number, height: bigint): Promise<MigrateBucketEvents[]>;
  /** Moves away from the provider that were completed at exactly that height. */
  listCompleteMigrationEvents(srcSpId: number, height: bigint): Promise<storage.EventCompleteMigrationBucket[]>;
  listSwapOutEvents(spId: number, height: bigint): Promise<SwapOutEvents[]>;
  getSpExitEvents(spId: number, height: bigint): Promise<SpExitEvents>;
  /** Buckets that move to the provider now. */
  countMigratingBuckets(dstSpId: number): Promise<number>;
}
