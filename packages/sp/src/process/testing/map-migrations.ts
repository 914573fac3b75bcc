/** Migrations in maps, for `MapTables`. */
import {
  type BucketMigrationChange,
  type BucketMigrationProgress,
  type MigrationTables,
  NO_MIGRATION_PROGRESS,
  type SwapOutUnit,
} from '@prairie/gfsp';
import { MapRecovery, RecoveryMaps } from './map-recovery.ts';

/** Rows never change in their maps, so a copy of the maps is a copy of the tables. */
export class MigrationMaps extends RecoveryMaps {
  readonly buckets: Map<bigint, BucketMigrationProgress>;
  readonly swapOuts: Map<string, SwapOutUnit>;
  readonly cursors: Map<string, bigint>;

  constructor(of?: MigrationMaps) {
    super(of);
    this.buckets = new Map(of?.buckets);
    this.swapOuts = new Map(of?.swapOuts);
    this.cursors = new Map(of?.cursors);
  }
}

export class MapMigrations extends MapRecovery implements MigrationTables {
  /** Where the rows are at the time of a call. */
  readonly #maps: () => Promise<MigrationMaps>;

  constructor(maps: () => Promise<MigrationMaps>) {
    super(maps);
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

  async listBucketMigrations(states: readonly number[], limit: number, after = 0n): Promise<BucketMigrationProgress[]> {
    return [...(await this.#maps()).buckets.values()]
      .filter((row) => row.bucket_id > after && states.includes(row.migration_state))
      .sort((a, b) => Number(a.bucket_id - b.bucket_id))
      .slice(0, limit);
  }

  async getSubscribeProgress(name: string): Promise<bigint> {
    return (await this.#maps()).cursors.get(name) ?? 0n;
  }

  async setSubscribeProgress(name: string, value: bigint): Promise<void> {
    (await this.#maps()).cursors.set(name, value);
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
