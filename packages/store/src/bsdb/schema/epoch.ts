/** How far the rows are, and of which chain. */
import { bool, hash, int64, varchar } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

export const epochTable = defineTable({
  name: 'epoch',
  columns: { one_row_id: bool, block_height: int64, block_hash: hash, update_time: int64 },
  primaryKey: ['one_row_id'],
});

/** Not in the reference: which chain the rows are of. */
export const chainTable = defineTable({
  name: 'chain',
  columns: { one_row_id: bool, chain_id: varchar(64) },
  primaryKey: ['one_row_id'],
});
