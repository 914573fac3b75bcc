/** How many objects there are: counted as they change, because counting a million rows takes a second. */
import { int, int64 } from '../../sqlite/columns.ts';
import { defineTable } from '../../sqlite/table.ts';

/** Rows of each part of the table of objects, removed ones too. */
export const objectCountTable = defineTable({
  name: 'object_counts',
  columns: { shard: int, total: int64, sealed: int64 },
  primaryKey: ['shard'],
});
