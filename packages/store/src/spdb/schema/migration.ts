/** Buckets and groups that go from one provider to another (`reference/block-syncer-and-db.md` §11.4). */
import { bool, commaIds, int, longNumber, text, uint, uint64, varchar } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

export const subscribeProgressTable = defineTable({
  name: 'migrate_subscribe_progress',
  columns: { event_name: varchar(191), last_subscribed_block_height: uint64 },
  primaryKey: ['event_name'],
});

export const swapOutTable = defineTable({
  name: 'swap_out_unit',
  columns: { swap_out_key: varchar(191), is_dest_sp: bool, swap_out_msg: text, completed_gvg_list: commaIds },
  primaryKey: ['swap_out_key', 'is_dest_sp'],
});

export const migrateGvgTable = defineTable({
  name: 'migrate_gvg',
  columns: {
    migrate_key: varchar(191),
    swap_out_key: varchar(191),
    global_virtual_group_id: uint,
    dest_global_virtual_group_id: uint,
    virtual_group_family_id: uint,
    bucket_id: uint64,
    redundancy_index: int,
    src_sp_id: uint,
    dest_sp_id: uint,
    last_migrated_object_id: uint64,
    migrate_status: longNumber,
    retry_time: longNumber,
    migrated_bytes_size: uint64,
  },
  primaryKey: ['migrate_key'],
  indexes: [
    { name: 'swap_out_index', columns: ['swap_out_key'] },
    { name: 'gvg_index', columns: ['global_virtual_group_id'] },
    { name: 'dest_gvg_index', columns: ['dest_global_virtual_group_id'] },
    { name: 'vgf_index', columns: ['virtual_group_family_id'] },
    { name: 'bucket_index', columns: ['bucket_id'] },
    { name: 'redundancy_index', columns: ['redundancy_index'] },
    { name: 'migrate_status_index', columns: ['migrate_status'] },
  ],
});

export const bucketMigrationTable = defineTable({
  name: 'migrate_bucket_progress',
  columns: {
    bucket_id: uint64,
    subscribed_block_height: uint64,
    migration_state: longNumber,
    total_gvg_num: uint,
    migrated_finished_gvg_num: uint,
    gc_finished_gvg_num: uint,
    pre_deducted_quota: uint64,
    recoup_quota: uint64,
    last_gc_object_id: uint64,
    last_gc_gvg_id: uint64,
    // ours
    migrated_bytes: uint64,
    deducted_month: varchar(191),
    dest_sp_id: uint,
  },
  // the height is always 0
  primaryKey: ['bucket_id', 'subscribed_block_height'],
});
