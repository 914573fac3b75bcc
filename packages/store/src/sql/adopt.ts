/** Whether a MySQL database that has no version of ours is the reference's: then it is used as it is. */
import type { Schema } from './schema.ts';

/** Columns of a table as the reference makes it, with their types. */
export interface KnownTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * Tables that are there must have exactly these columns, in these types; others, by name, are left alone.
 * @throws Error that names the first difference
 */
export function requireKnown(schema: Schema, tables: readonly KnownTable[]): void {
  for (const { name, columns } of tables) {
    const found = schema.tables.get(name);
    if (!found) continue;
    for (const column of found.keys()) {
      if (!(column in columns)) throw unknown(`table ${name} has a column ${column} that is not known`);
    }
    for (const [column, expected] of Object.entries(columns)) {
      const type = found.get(column);
      if (type === undefined) throw unknown(`table ${name} lacks the column ${column} (${expected})`);
      if (plain(type) === plain(expected)) continue;
      throw unknown(`column ${column} of table ${name} is ${type}: expected ${expected}`);
    }
  }
}

/** Servers differ in whether they tell the width that integers are shown in, and MariaDB has no JSON of its own. */
function plain(type: string): string {
  return type
    .toLowerCase()
    .replace(/int\(\d+\)/, 'int')
    .replace(/^json$/, 'longtext');
}

function unknown(difference: string): Error {
  return new Error(
    `the tables are not those of a provider that this program knows: ${difference}. Nothing was changed. ` +
      'Let release 1.10 of the provider that wrote them start once, which brings its tables up to date, or name another database',
  );
}
