/** What a successor makes anew (`reference/block-syncer-and-db.md` §11.4). */
import { int, longNumber, uint, uint64 } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

export const recoverGvgTable = defineTable({
  name: 'recover_gvg_stats',
  columns: {
    virtual_group_id: uint,
    virtual_group_family_id: uint,
    redundancy_index: int,
    start_after: uint64,
    next_start_after: uint64,
    limit: uint,
    status: longNumber,
    object_count: uint64,
  },
  primaryKey: ['virtual_group_id'],
  indexes: [{ name: 'redundancy_index', columns: ['redundancy_index'] }],
});

export const recoverFailedTable = defineTable({
  name: 'recover_failed_object',
  columns: { object_id: uint64, virtual_group_id: uint, redundancy_index: int, retry: longNumber },
  primaryKey: ['object_id'],
  indexes: [
    { name: 'idx_gvg', columns: ['virtual_group_id'] },
    { name: 'retry', columns: ['retry'] },
  ],
});
