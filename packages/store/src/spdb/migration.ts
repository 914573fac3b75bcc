/** Buckets that migrate, and what other providers leave to this one (`reference/block-syncer-and-db.md` §11.5). */
import type { BucketMigrationChange, BucketMigrationProgress, SwapOutUnit } from '@prairie/gfsp';
import { bool, ids, int, text, uint64 } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { ddl, defineTable, Table } from '../sqlite/table.ts';

const bucketMigrationTable = defineTable({
  name: 'migrate_bucket_progress',
  columns: {
    bucket_id: uint64,
    migration_state: int,
    total_gvg_num: int,
    migrated_finished_gvg_num: int,
    gc_finished_gvg_num: int,
    pre_deducted_quota: uint64,
    recoup_quota: uint64,
    last_gc_object_id: uint64,
    last_gc_gvg_id: uint64,
    migrated_bytes: uint64,
    deducted_month: text,
    dest_sp_id: int,
  },
  // the reference's key has a height in it, too, which is always 0 (§11)
  primaryKey: ['bucket_id'],
});

const swapOutTable = defineTable({
  name: 'swap_out_unit',
  columns: { swap_out_key: text, is_dest_sp: bool, swap_out_msg: text, completed_gvg_list: ids },
  primaryKey: ['swap_out_key', 'is_dest_sp'],
});

export function createMigrationTables(db: SqliteDatabase): void {
  for (const table of [bucketMigrationTable, swapOutTable]) db.exec(ddl(table));
}

export class MigrationRows {
  private readonly buckets: Table<typeof bucketMigrationTable.columns>;
  private readonly swapOuts: Table<typeof swapOutTable.columns>;

  constructor(db: SqliteDatabase) {
    this.buckets = new Table(db, bucketMigrationTable);
    this.swapOuts = new Table(db, swapOutTable);
  }

  get(bucketId: bigint): BucketMigrationProgress | undefined {
    return this.buckets.get({ bucket_id: bucketId });
  }

  update(bucketId: bigint, change: BucketMigrationChange): void {
    if (this.buckets.insertOrIgnore({ bucket_id: bucketId, ...change })) return;
    this.buckets.update({ bucket_id: bucketId }, change);
  }

  delete(bucketId: bigint): void {
    this.buckets.delete({ bucket_id: bucketId });
  }

  insertSwapOut(unit: SwapOutUnit): boolean {
    return this.swapOuts.insertOrIgnore(unit);
  }

  getSwapOut(swapOutKey: string, isDestSp: boolean): SwapOutUnit | undefined {
    return this.swapOuts.get({ swap_out_key: swapOutKey, is_dest_sp: isDestSp });
  }
}
