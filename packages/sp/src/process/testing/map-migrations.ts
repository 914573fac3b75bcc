/** Migrations in maps, for `MapSpDb`. */
import {
  type BucketMigrationChange,
  type BucketMigrationProgress,
  type MigrationTables,
  NO_MIGRATION_PROGRESS,
  type SwapOutUnit,
} from '@prairie/gfsp';

export class MapMigrations implements MigrationTables {
  readonly #buckets: Map<bigint, BucketMigrationProgress>;
  readonly #swapOuts: Map<string, SwapOutUnit>;

  /** A copy: rows never change in their maps. */
  constructor(of?: MapMigrations) {
    this.#buckets = new Map(of ? of.#buckets : []);
    this.#swapOuts = new Map(of ? of.#swapOuts : []);
  }

  getBucketMigration(bucketId: bigint): BucketMigrationProgress | undefined {
    return this.#buckets.get(bucketId);
  }

  updateBucketMigration(bucket_id: bigint, change: BucketMigrationChange): void {
    this.#buckets.set(bucket_id, { ...NO_MIGRATION_PROGRESS, ...this.#buckets.get(bucket_id), ...change, bucket_id });
  }

  deleteBucketMigration(bucketId: bigint): void {
    this.#buckets.delete(bucketId);
  }

  insertSwapOutUnit(unit: SwapOutUnit): boolean {
    const key = `${unit.swap_out_key} ${unit.is_dest_sp}`;
    if (this.#swapOuts.has(key)) return false;
    this.#swapOuts.set(key, unit);
    return true;
  }

  getSwapOutUnit(swapOutKey: string, isDestSp: boolean): SwapOutUnit | undefined {
    return this.#swapOuts.get(`${swapOutKey} ${isDestSp}`);
  }
}
