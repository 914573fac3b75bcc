/** How far the scrubbing of pieces is. The reference has no such table: it does not scrub. */
import { int, longNumber, uint64, varchar } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

export const scrubProgressTable = defineTable({
  name: 'scrub_progress',
  columns: {
    // of the one row: `pieces`
    scrub_name: varchar(191),
    holder: varchar(191),
    held_until: longNumber,
    object_id: uint64,
    redundancy_index: int,
    started_at: longNumber,
    pieces: longNumber,
    bytes: longNumber,
    damaged: longNumber,
    repaired: longNumber,
    failed: longNumber,
    last_started_at: longNumber,
    last_finished_at: longNumber,
    last_pieces: longNumber,
    last_bytes: longNumber,
    last_damaged: longNumber,
    last_repaired: longNumber,
    last_failed: longNumber,
  },
  primaryKey: ['scrub_name'],
});
