import { ALL_SHARDS, shardTable } from '../../shards.ts';
import { type KnownTable, requireKnown } from '../../sql/adopt.ts';
import type { TableShape } from '../../sql/definition.ts';
import type { History, Migration } from '../../sql/migrate.ts';
import type { Schema } from '../../sql/schema.ts';
import { condemnedTable } from './gc.ts';
import { scrubProgressTable } from './scrub.ts';
import { convertSqlite6 } from './sqlite-6.ts';
import { ownColumns, plainTables, shardedTables } from './tables.ts';

/** With the names they have in a database. */
const allTables: readonly TableShape[] = [
  ...plainTables,
  ...shardedTables.flatMap((table) => ALL_SHARDS.map((shard) => ({ ...table, name: shardTable(table.name, shard) }))),
];

/** Versions 1 to 6 were SQLite's alone, with a part of these tables: version 7 takes each of them as it is. */
const replaced: Migration = async () => {};

/** All tables; those that are there keep their rows and get what they lack. */
const wholeSchema: Migration = async (schema) => {
  if (schema.engine === 'sqlite') await convertSqlite6(schema, allTables);
  for (const table of allTables) {
    if (schema.has(table.name))
      for (const column of ownColumns[table.name] ?? []) await schema.addColumn(table, column);
    await schema.createTable(table);
  }
};

/** Version 8. */
const scrubbing: Migration = (schema) => schema.createTable(scrubProgressTable);

/** Version 9. */
const condemning: Migration = (schema) => schema.createTable(condemnedTable);

export const history: History = {
  name: 'spdb',
  migrations: [replaced, replaced, replaced, replaced, replaced, replaced, wholeSchema, scrubbing, condemning],
  adopt,
};

async function adopt(schema: Schema): Promise<number> {
  if (schema.engine === 'mysql') requireKnown(schema, allTables.map(referenceOf));
  else {
    const ours = allTables.find(({ name }) => schema.has(name));
    if (ours)
      throw new Error(`the database has a table ${ours.name}, which this program did not make: name another one`);
  }
  return 0;
}

function referenceOf({ name, columns, primaryKey, counter = 'id' }: TableShape): KnownTable {
  const own = ownColumns[name] ?? [];
  const types = Object.entries(columns).map(([column, { types }]) => [column, types.mysql] as const);
  const counting = primaryKey ? {} : { [counter]: 'BIGINT UNSIGNED' };
  return { name, columns: { ...counting, ...Object.fromEntries(types.filter(([column]) => !own.includes(column))) } };
}
