/**
 * How the tables came to be what they are. The third step is the first one that all engines have: it makes what is not
 * there, and brings along what is: files of earlier releases, which had SQLite alone, and a reference provider's
 * database in MySQL.
 */
import type { History, Migration } from '../../sql/migrate.ts';
import type { Schema } from '../../sql/schema.ts';
import { countObjects, fillFamilies, noteSecondaries } from './derived.ts';
import { adoptReference, convertTable } from './from-reference.ts';
import { rebuildTable } from './from-sqlite.ts';
import { objectCountTable } from './statistics.ts';
import { bsDbTableNames, bsDbTables } from './tables.ts';

/** Of the releases before: what it made is brought along by the third. */
const past: Migration = async () => {};

const everything: Migration = async (schema) => {
  // made anew from the objects
  if (schema.has(objectCountTable.name)) await schema.dropTable(objectCountTable.name);
  for (const { table, definition } of bsDbTables) {
    if (schema.has(table) && schema.engine === 'sqlite') await rebuildTable(schema, definition, table);
    else if (schema.has(table) && schema.engine === 'mysql') await convertTable(schema, definition, table);
    else await schema.createTable(definition, table);
  }
  if (schema.engine === 'mysql') await fillFamilies(schema);
  await noteSecondaries(schema);
  await countObjects(schema);
};

export const history: History = { name: 'bsdb', migrations: [past, past, everything], adopt };

async function adopt(schema: Schema): Promise<number> {
  const found = bsDbTableNames.find((name) => schema.has(name));
  if (found === undefined) return 0;
  if (schema.engine === 'mysql') {
    adoptReference(schema);
    return 0;
  }
  throw new Error(
    `the database has a table ${found}, but no schema_version, so its tables are not those of this program. ` +
      'Nothing was changed. Name another database, or one without tables',
  );
}
