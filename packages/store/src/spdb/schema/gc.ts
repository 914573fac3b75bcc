/** Pieces on their way out. The reference has no such table: there a crash in between leaves them for ever. */
import { int, int64, longNumber, uint, uint64 } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

export const condemnedTable = defineTable({
  name: 'condemned_pieces',
  columns: {
    object_id: uint64,
    redundancy_index: int,
    version: int64,
    segment_count: uint,
    blocked_until: longNumber,
  },
  primaryKey: ['object_id', 'redundancy_index', 'version'],
});
