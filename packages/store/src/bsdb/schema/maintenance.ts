/** What keeps the tables in order: which database is in use, jobs that ran, counts, raw results of blocks (§4). */
import { bool, int64, textOf, varchar } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

export const masterTable = defineTable({
  name: 'master_db',
  columns: { one_row_id: bool, is_master: bool },
  primaryKey: ['one_row_id'],
});

export const dataMigrationTable = defineTable({
  name: 'data_migration_record',
  columns: { process_key: varchar(191), is_completed: bool },
  primaryKey: ['process_key'],
});

/** Counts are JSON lists of 64 numbers, one for each part of the table of objects. */
export const dataStatTable = defineTable({
  name: 'data_stat',
  columns: {
    one_row_id: bool,
    block_height: int64,
    object_total_count: varchar(2048),
    object_seal_count: varchar(2048),
    object_del_count: varchar(2048),
    update_time: int64,
  },
  primaryKey: ['one_row_id'],
});

export const blockResultTable = defineTable({
  name: 'block_result',
  columns: {
    block_height: { ...int64, types: { ...int64.types, mysql: 'BIGINT UNSIGNED' } },
    result: textOf('MEDIUMTEXT'),
  },
  primaryKey: ['block_height'],
});
