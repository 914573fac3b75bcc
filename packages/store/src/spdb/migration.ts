/** Buckets that migrate, and what other providers leave to this one (`reference/block-syncer-and-db.md` §11.4). */
import type { BucketMigrationChange, BucketMigrationProgress, SwapOutUnit } from '@prairie/gfsp';
import type { RowOf } from '../sql/columns.ts';
import { Table } from '../sql/table.ts';
import type { Ground } from './ground.ts';
import { bucketMigrationTable, subscribeProgressTable, swapOutTable } from './schema/migration.ts';

/** Rows read at a time. */
const PAGE = 500;

export class MigrationRows {
  readonly #ground: Ground;
  readonly #buckets: Table<typeof bucketMigrationTable.columns>;
  readonly #swapOuts: Table<typeof swapOutTable.columns>;
  readonly #cursors: Table<typeof subscribeProgressTable.columns>;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#buckets = new Table(ground.session, bucketMigrationTable);
    this.#swapOuts = new Table(ground.session, swapOutTable);
    this.#cursors = new Table(ground.relaxed, subscribeProgressTable);
  }

  async get(bucketId: bigint): Promise<BucketMigrationProgress | undefined> {
    const row = await this.#buckets.get({ bucket_id: bucketId }, this.#ground);
    return row && progressOf(row);
  }

  /** By bucket. Most moves are over: of a page of rows few are of those states, and no index is worth its writes. */
  async list(states: readonly number[], limit: number, after: bigint): Promise<BucketMigrationProgress[]> {
    const found: BucketMigrationProgress[] = [];
    for (let from = after; ; ) {
      const rows = await this.#page(from);
      found.push(...rows.filter((row) => states.includes(row.migration_state)));
      if (rows.length < PAGE || found.length >= limit) return found.slice(0, limit);
      from = rows.at(-1)!.bucket_id;
    }
  }

  async #page(after: bigint): Promise<BucketMigrationProgress[]> {
    const rows = await this.#buckets.select(
      'after',
      (query, mark) =>
        query.where('bucket_id', '>', mark.of('bucket_id')).orderBy('bucket_id').limit(mark.limit('limit')),
      { bucket_id: after, limit: PAGE },
    );
    return rows.map(progressOf);
  }

  async cursor(event_name: string): Promise<bigint> {
    return (await this.#cursors.get({ event_name }, this.#ground))?.last_subscribed_block_height ?? 0n;
  }

  setCursor(event_name: string, last_subscribed_block_height: bigint): Promise<void> {
    return this.#cursors.put({ event_name, last_subscribed_block_height });
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

function progressOf({
  subscribed_block_height: _,
  ...progress
}: RowOf<typeof bucketMigrationTable.columns>): BucketMigrationProgress {
  return progress;
}
