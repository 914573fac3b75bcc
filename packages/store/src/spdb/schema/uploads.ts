/** Uploads, and ranges of the garbage collection (`reference/block-syncer-and-db.md` §11.1). */
import { bool, commaTexts, hexList, int, int64, longNumber, text, uint, uint64, varchar } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

export const uploadProgressTable = defineTable({
  name: 'upload_object_progress',
  columns: {
    object_id: uint64,
    task_state: int,
    global_virtual_group_id: uint,
    task_state_description: text,
    error_description: text,
    secondary_endpoints: commaTexts,
    secondary_signatures: hexList,
    create_timestamp_second: longNumber,
    update_timestamp_second: longNumber,
    is_agent_upload: bool,
    // ours
    content_time: int64,
  },
  primaryKey: ['object_id'],
  indexes: [
    // has the primary key in it, but in PostgreSQL
    { name: 'state_index', columns: ['task_state'], engines: ['sqlite', 'mysql'] },
    { name: 'state_object_index', columns: ['task_state', 'object_id'], engines: ['postgres'] },
    { name: 'create_timestamp_index', columns: ['create_timestamp_second'], engines: ['mysql'] },
    { name: 'update_timestamp_index', columns: ['update_timestamp_second'], engines: ['mysql'] },
  ],
});

export const gcProgressTable = defineTable({
  name: 'gc_object_progress',
  columns: {
    task_key: varchar(191),
    start_gc_block_id: uint64,
    end_gc_block_id: uint64,
    current_gc_block_id: uint64,
    last_deleted_object_id: uint64,
    create_timestamp_second: longNumber,
    update_timestamp_second: longNumber,
  },
  primaryKey: ['task_key'],
  indexes: [{ name: 'update_timestamp_index', columns: ['update_timestamp_second'] }],
});
