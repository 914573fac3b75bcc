/** Migrations in maps, for `MapTables`. */
import {
  type BucketMigrationChange,
  type BucketMigrationProgress,
  type MigrationTables,
  NO_MIGRATION_PROGRESS,
  type SwapOutUnit,
} from '@prairie/gfsp';

/** Rows never change in their maps, so a copy of the maps is a copy of the tables. */
export class MigrationMaps {
  readonly buckets: Map<bigint, BucketMigrationProgress>;
  readonly swapOuts: Map<string, SwapOutUnit>;

  constructor(of?: MigrationMaps) {
    this.buckets = new Map(of?.buckets);
    this.swapOuts = new Map(of?.swapOuts);
  }
}

export class MapMigrations implements MigrationTables {
  /** Where the rows are at the time of a call. */
  readonly #maps: () => Promise<MigrationMaps>;

  constructor(maps: () => Promise<MigrationMaps>) {
    this.#maps = maps;
  }

  async getBucketMigration(bucketId: bigint): Promise<BucketMigrationProgress | undefined> {
    return (await this.#maps()).buckets.get(bucketId);
  }

  async updateBucketMigration(bucket_id: bigint, change: BucketMigrationChange): Promise<void> {
    const { buckets } = await this.#maps();
    buckets.set(bucket_id, { ...NO_MIGRATION_PROGRESS, ...buckets.get(bucket_id), ...change, bucket_id });
  }

  async deleteBucketMigration(bucketId: bigint): Promise<void> {
    (await this.#maps()).buckets.delete(bucketId);
  }

  async insertSwapOutUnit(unit: SwapOutUnit): Promise<boolean> {
    const { swapOuts } = await this.#maps();
    const key = `${unit.swap_out_key} ${unit.is_dest_sp}`;
    if (swapOuts.has(key)) return false;
    swapOuts.set(key, unit);
    return true;
  }

  async getSwapOutUnit(swapOutKey: string, isDestSp: boolean): Promise<SwapOutUnit | undefined> {
    return (await this.#maps()).swapOuts.get(`${swapOutKey} ${isDestSp}`);
  }
}
