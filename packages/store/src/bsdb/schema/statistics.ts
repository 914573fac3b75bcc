/** How many objects there are: counted as they change, because counting a million rows takes a second. */
import { int, int64 } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

/** Not in the reference. Rows of each part of the table of objects, removed ones too; all 64 are there from the start. */
export const objectCountTable = defineTable({
  name: 'object_counts',
  columns: { shard: int, total: int64, sealed: int64, discontinued: int64 },
  primaryKey: ['shard'],
});
