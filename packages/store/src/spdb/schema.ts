/** The provider's own tables (`reference/block-syncer-and-db.md` §11), as far as this provider uses them. */
import { blob, bool, bytesList, int, int64, text, texts, uint64 } from '../sqlite/columns.ts';
import type { Migration } from '../sqlite/migrate.ts';
import { ddl, defineTable } from '../sqlite/table.ts';
import { createAuthKeys } from './auth-keys.ts';
import { createMigrationTables } from './migration.ts';
import { addContentTime, createShadowIntegrity } from './shadow-integrity.ts';
import { indexTraffic } from './traffic-schema.ts';

export const uploadProgressTable = defineTable({
  name: 'upload_object_progress',
  columns: {
    object_id: uint64,
    task_state: int,
    global_virtual_group_id: int,
    task_state_description: text,
    error_description: text,
    secondary_endpoints: texts,
    secondary_signatures: bytesList,
    create_timestamp_second: int,
    update_timestamp_second: int,
    is_agent_upload: bool,
    content_time: int64,
  },
  primaryKey: ['object_id'],
});

/** In 64 parts, `integrity_meta_00` … */
export const integrityTable = defineTable({
  name: 'integrity_meta',
  columns: {
    object_id: uint64,
    redundancy_index: int,
    integrity_checksum: blob,
    piece_checksum_list: bytesList,
    object_size: uint64,
  },
  primaryKey: ['object_id', 'redundancy_index'],
});

export const pieceHashTable = defineTable({
  name: 'piece_hash',
  columns: {
    object_id: uint64,
    segment_index: int,
    redundancy_index: int,
    piece_checksum: blob,
    version: int64,
  },
  // the reference's key in another order: rows are always read by object and redundancy index
  primaryKey: ['object_id', 'redundancy_index', 'segment_index'],
});

export const bucketTrafficTable = defineTable({
  name: 'bucket_traffic',
  columns: {
    bucket_id: uint64,
    month: text,
    bucket_name: text,
    read_consumed_size: uint64,
    free_quota_consumed_size: uint64,
    monthly_free_quota_consumed_size: uint64,
    free_quota_size: uint64,
    charged_quota_size: uint64,
    monthly_quota_size: uint64,
    modified_time: text,
  },
  primaryKey: ['bucket_id', 'month'],
});

export const readRecordTable = defineTable({
  name: 'read_record',
  columns: {
    bucket_id: uint64,
    object_id: uint64,
    user_address: text,
    read_timestamp_us: int64,
    bucket_name: text,
    object_name: text,
    read_size: uint64,
  },
  indexes: ['bucket_id, read_timestamp_us'],
});

export const migrations: readonly Migration[] = [
  (db) => {
    for (const table of [uploadProgressTable, pieceHashTable, bucketTrafficTable, readRecordTable]) db.exec(ddl(table));
  },
  indexTraffic,
  createAuthKeys,
  createMigrationTables,
  createShadowIntegrity,
  addContentTime,
];
