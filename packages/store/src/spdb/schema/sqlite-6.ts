/** Brings a SQLite file of version 1 to 6 to the encodings that all engines have since. */
import { quoted, type TableShape } from '../../sql/definition.ts';
import type { Schema } from '../../sql/schema.ts';

/** Bytes were blobs, endpoints a JSON list, and this one time was text. */
const CONVERTED: Readonly<Record<string, string>> = {
  integrity_checksum: 'lower(hex(integrity_checksum))',
  piece_checksum: 'lower(hex(piece_checksum))',
  secondary_endpoints: `coalesce((SELECT group_concat(value) FROM json_each(secondary_endpoints)), '')`,
  // of the traffic; of keys it is a number of milliseconds already
  'bucket_traffic modified_time': `unixepoch(modified_time) * 1000`,
  'migrate_bucket_progress subscribed_block_height': '0',
  'read_record read_record_id': 'id',
};

/** Rows of tables that are there are copied into new ones; parts and columns that were not made yet stay empty. */
export async function convertSqlite6(schema: Schema, tables: readonly TableShape[]): Promise<void> {
  for (const table of tables) {
    const { name } = table;
    const old = schema.tables.get(name);
    if (!old) continue;
    for (const index of schema.indexesOf(name)) {
      if (!index.startsWith('sqlite_autoindex_')) await schema.dropIndex(name, index);
    }
    await schema.execute(`ALTER TABLE "${name}" RENAME TO "${name}_6"`);
    schema.tables.delete(name);
    await schema.createTable(table);
    const values = columnsOf(table).flatMap((column) => {
      const value =
        CONVERTED[`${name} ${column}`] ??
        (old.has(column) ? (CONVERTED[column] ?? quoted('sqlite', column)) : undefined);
      return value === undefined ? [] : [[quoted('sqlite', column), value]];
    });
    const [into, from] = [values.map(([column]) => column).join(', '), values.map(([, value]) => value).join(', ')];
    await schema.execute(`INSERT INTO "${name}" (${into}) SELECT ${from} FROM "${name}_6"`);
    await schema.execute(`DROP TABLE "${name}_6"`);
  }
}

function columnsOf({ columns, primaryKey, counter = 'id' }: TableShape): string[] {
  return [...(primaryKey ? [] : [counter]), ...Object.keys(columns)];
}
