/** A reference provider's databases on MariaDB, as its operator has them: the recorded schema, the recorded rows. */
import type { Cell, RawClient, RawRow } from '@prairie/store/testing';
import type { RecordedColumn, RecordedDatabase, RecordedIndex, RecordedTable } from './recorded.ts';

/** MySQL and MariaDB compare texts without case unless a table says otherwise, and the reference's tables do not. */
const CHARSET = 'DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci';
/** An index has a part of such a long text only. */
const LONG_TEXT = 'varchar(1024)';
const INDEXED_CHARACTERS = 512;
/** MariaDB shows the type `json` as longtext: that one compares by bytes, and refuses what is no JSON. */
const JSON_COLUMN = 'tags';

/** Makes the tables that `belongs` is true for, with the recorded rows. */
export async function fill(
  raw: RawClient,
  { tables, rows }: RecordedDatabase,
  belongs: (table: string) => boolean,
): Promise<void> {
  for (const [name, table] of tables) {
    if (!belongs(name)) continue;
    await raw.execute(createTable(name, table));
    const recorded = rows.get(name) ?? [];
    for (const row of recorded) await insertRow(raw, name, table, row);
  }
}

function createTable(name: string, { columns, indexes }: RecordedTable): string {
  const types = new Map(columns.map((column) => [column.name, column.type]));
  const definitions = [...columns.map(columnSql), ...indexes.map((index) => indexSql(index, types))];
  return `CREATE TABLE \`${name}\` (${definitions.join(', ')}) ${CHARSET}`;
}

function columnSql({ name, type, null: nullable, default: value, extra }: RecordedColumn): string {
  const parts = [name === JSON_COLUMN ? 'json' : type, nullable ? 'NULL' : 'NOT NULL', extra.toUpperCase()];
  return `\`${name}\` ${parts.filter(Boolean).join(' ')}${value === null ? '' : ` DEFAULT ${value}`}`;
}

function indexSql({ name, unique, columns }: RecordedIndex, types: ReadonlyMap<string, string>): string {
  const parts = columns.map((column) => {
    const length = types.get(column) === LONG_TEXT ? `(${INDEXED_CHARACTERS})` : '';
    return `\`${column}\`${length}`;
  });
  if (name === 'PRIMARY') return `PRIMARY KEY (${parts.join(', ')})`;
  return `${unique ? 'UNIQUE ' : ''}KEY \`${name}\` (${parts.join(', ')})`;
}

/** As the provider writes it: with its own columns, and no others. */
export async function insertRow(raw: RawClient, name: string, { columns }: RecordedTable, row: RawRow): Promise<void> {
  const values = columns.map(({ name: column, type }) => parameterOf(row[column] ?? null, type));
  const names = columns.map((column) => `\`${column.name}\``).join(', ');
  await raw.execute(`INSERT INTO \`${name}\` (${names}) VALUES (${values.map(() => '?').join(', ')})`, values);
}

const parameterOf = (cell: Cell, type: string): Cell | Buffer =>
  cell !== null && /^(binary|longblob)/.test(type) ? Buffer.from(cell, 'hex') : cell;

/** What tables are like, a line for each column and index: to see whether anything changed. */
export async function schemaOf(raw: RawClient): Promise<string[]> {
  const columns = await raw.rows(
    `SELECT table_name, column_name, column_type, is_nullable, column_default, extra
     FROM information_schema.columns WHERE table_schema = database()`,
  );
  const indexes = await raw.rows(
    `SELECT table_name, index_name, non_unique, group_concat(column_name ORDER BY seq_in_index) AS columns
     FROM information_schema.statistics WHERE table_schema = database() GROUP BY 1, 2, 3`,
  );
  return [...columns, ...indexes].map((row) => Object.values(row).join(' ')).sort();
}

/** Everything that can be seen of a database. */
export async function contentsOf(raw: RawClient): Promise<unknown> {
  const rows: [string, RawRow[]][] = [];
  for (const table of (await raw.tables()).sort()) rows.push([table, await raw.rows(`SELECT * FROM \`${table}\``)]);
  return { schema: await schemaOf(raw), rows };
}
