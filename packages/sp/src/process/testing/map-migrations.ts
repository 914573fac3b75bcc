/** Migrations in maps, for `MapSpDb`. */
import type { BucketMigrationChange, BucketMigrationProgress, MigrationTables, SwapOutUnit } from '@prairie/gfsp';

const NEW_MIGRATION: Omit<BucketMigrationProgress, 'bucket_id'> = {
  migration_state: 0,
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
    this.#buckets.set(bucket_id, { ...NEW_MIGRATION, ...this.#buckets.get(bucket_id), ...change, bucket_id });
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
