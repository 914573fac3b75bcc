/**
 * A reference provider's database in MySQL. It is used as it is but for what its queries would be slow or wrong with:
 * names become bytes, which have one order and no two spellings, and every query gets an index.
 */
import { requireKnown } from '../../sql/adopt.ts';
import { type Index, indexesOf, type TableShape } from '../../sql/definition.ts';
import type { Schema } from '../../sql/schema.ts';
import { permissionTable, statementTable } from './access.ts';
import { type NamedTable, ownTables, referenceTables } from './tables.ts';

/** @throws Error unless all tables of the reference are there, and none of ours */
export function adoptReference(schema: Schema): void {
  const missing = referenceTables.find(({ table }) => !schema.has(table));
  const alien = ownTables.find(({ table }) => schema.has(table));
  if (missing || alien) {
    const difference = missing ? `there is no table ${missing.table}` : `there is a table ${alien!.table}`;
    throw new Error(
      `the tables are not those of a block syncer that this program knows: ${difference}. Nothing was changed. ` +
        'Let release 1.10 of the provider that wrote them start once, which brings its tables up to date, or name another database',
    );
  }
  requireKnown(schema, referenceTables.map(knownTable));
}

function knownTable({ table, definition }: NamedTable) {
  const columns = Object.entries(definition.columns).map(([name, { types }]) => [name, referenceType(types.mysql)]);
  // two tables count with a signed number
  const id = definition.name === permissionTable.name || definition.name === statementTable.name ? '' : ' UNSIGNED';
  return {
    name: table,
    columns: { ...(definition.primaryKey ? {} : { id: `BIGINT${id}` }), ...Object.fromEntries(columns) },
  };
}

const BINARY_NAME = 'VARBINARY';

function referenceType(type: string): string {
  return type.replace(BINARY_NAME, 'VARCHAR').replace(/ COLLATE .*$/, '');
}

/** Changes columns, drops rows that are there twice, then changes indexes; each is left out where it is done. */
export async function convertTable(schema: Schema, definition: TableShape, table: string): Promise<void> {
  const changed = Object.entries(definition.columns).filter(([name, { types }]) => {
    const found = schema.tables.get(table)!.get(name);
    return / COLLATE /.test(types.mysql) || (types.mysql.startsWith(BINARY_NAME) && !/^varbinary/i.test(found ?? ''));
  });
  const columns = changed.map(([name, { types }]) => `MODIFY COLUMN \`${name}\` ${types.mysql}`);
  if (columns.length > 0) await schema.execute(`ALTER TABLE \`${table}\` ${columns}`);
  await changeIndexes(schema, definition, table);
}

async function changeIndexes(schema: Schema, definition: TableShape, table: string): Promise<void> {
  const found = await foundIndexes(schema, table);
  const wanted = new Map(indexesOf('mysql', definition).map((index) => [signature(index), index]));
  const dropped = [...found].filter(([key]) => !wanted.has(key));
  const added = [...wanted].filter(([key]) => !found.has(key)).map(([, index]) => index);
  for (const { unique, columns } of added) if (unique) await dropRepeated(schema, table, columns);
  const changes = [
    ...dropped.map(([, name]) => `DROP INDEX \`${name}\``),
    ...added.map((index) => `ADD ${index.unique ? 'UNIQUE ' : ''}INDEX \`${index.name}\` (${list(index.columns)})`),
  ];
  if (changes.length > 0) await schema.execute(`ALTER TABLE \`${table}\` ${changes}`);
}

/** Names by signatures, without the primary key. A part of a column makes another signature. */
async function foundIndexes(schema: Schema, table: string): Promise<Map<string, string>> {
  const { rows } = await schema.connection.execute(
    `SELECT index_name AS index_name, non_unique AS non_unique, column_name AS column_name, sub_part AS sub_part
     FROM information_schema.statistics
     WHERE table_schema = database() AND table_name = ? AND index_name <> 'PRIMARY' ORDER BY index_name, seq_in_index`,
    [table],
  );
  const byName = Map.groupBy(rows, ({ index_name }) => String(index_name));
  return new Map(
    [...byName].map(([name, parts]) => {
      const columns = parts.map(
        ({ column_name, sub_part }) => `${column_name}${sub_part === null ? '' : `(${sub_part})`}`,
      );
      return [signature({ name, columns, unique: Number(parts[0]!.non_unique) === 0 }), name];
    }),
  );
}

function signature({ name, columns, unique = false }: Index): string {
  return `${name} ${unique} ${columns}`;
}

/** Of rows with the same key the newest stays. */
async function dropRepeated(schema: Schema, table: string, key: readonly string[]): Promise<void> {
  const same = key.map((column) => `t.\`${column}\` = k.\`${column}\``).join(' AND ');
  await schema.execute(
    `DELETE t FROM \`${table}\` t JOIN
       (SELECT max(id) AS newest, ${list(key)} FROM \`${table}\` GROUP BY ${list(key)} HAVING count(*) > 1) k
     ON ${same} AND t.id <> k.newest`,
  );
}

const list = (columns: readonly string[]) => columns.map((column) => `\`${column}\``).join(', ');
