/** Buckets that migrate, and what other providers leave to this one (`reference/block-syncer-and-db.md` §11.4). */
import type { BucketMigrationChange, BucketMigrationProgress, SwapOutUnit } from '@prairie/gfsp';
import { Table } from '../sql/table.ts';
import type { Ground } from './ground.ts';
import { bucketMigrationTable, swapOutTable } from './schema/migration.ts';

export class MigrationRows {
  readonly #ground: Ground;
  readonly #buckets: Table<typeof bucketMigrationTable.columns>;
  readonly #swapOuts: Table<typeof swapOutTable.columns>;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#buckets = new Table(ground.session, bucketMigrationTable);
    this.#swapOuts = new Table(ground.session, swapOutTable);
  }

  async get(bucketId: bigint): Promise<BucketMigrationProgress | undefined> {
    const row = await this.#buckets.get({ bucket_id: bucketId }, this.#ground);
    if (!row) return undefined;
    const { subscribed_block_height: _, ...progress } = row;
    return progress;
  }

  update(bucketId: bigint, change: BucketMigrationChange): Promise<void> {
    return this.#buckets.merge({ bucket_id: bucketId, ...change });
  }

  async delete(bucketId: bigint): Promise<void> {
    await this.#buckets.delete({ bucket_id: bucketId });
  }

  insertSwapOut(unit: SwapOutUnit): Promise<boolean> {
    return this.#swapOuts.insertOrIgnore(unit);
  }

  getSwapOut(swapOutKey: string, isDestSp: boolean): Promise<SwapOutUnit | undefined> {
    return this.#swapOuts.get({ swap_out_key: swapOutKey, is_dest_sp: isDestSp }, this.#ground);
  }
}
