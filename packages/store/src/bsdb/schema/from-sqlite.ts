/** Tables of earlier releases in SQLite: without the parts that had no rows, and with lists of their own encoding. */
import { createIndex, createTable, indexesOf, type TableShape } from '../../sql/definition.ts';
import type { Schema } from '../../sql/schema.ts';

/** What a column becomes, in SQL of the old one. */
const REWRITTEN: Readonly<Record<string, string>> = {
  checksums: `CASE WHEN checksums = '' THEN '{}' ELSE '{"\\\\x' || replace(checksums, ',', '","\\\\x') || '"}' END`,
  resources: `CASE WHEN resources = '[]' THEN NULL ELSE '{' || substr(resources, 2, length(resources) - 2) || '}' END`,
  secondary_sp_ids: `nullif(secondary_sp_ids, '')`,
  global_virtual_group_ids: `nullif(global_virtual_group_ids, '')`,
};

/** The table as it is made today, with the rows of the one that is there. */
export async function rebuildTable(schema: Schema, definition: TableShape, table: string): Promise<void> {
  const found = schema.tables.get(table)!;
  const columns = ['id', ...Object.keys(definition.columns)].filter((column) => found.has(column));
  const values = columns.map((column) => REWRITTEN[column] ?? `"${column}"`);
  const [create] = createTable('sqlite', definition, table);
  await schema.execute(`ALTER TABLE "${table}" RENAME TO "old_${table}"`);
  await schema.execute(create!);
  await schema.execute(
    `INSERT INTO "${table}" (${columns.map((column) => `"${column}"`)}) SELECT ${values} FROM "old_${table}"`,
  );
  await schema.execute(`DROP TABLE "old_${table}"`);
  for (const index of indexesOf('sqlite', definition)) await schema.execute(createIndex('sqlite', table, index));
}
