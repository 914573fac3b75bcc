/** Databases as their own clients see them, with nothing of the store in between. */
import { DatabaseSync } from 'node:sqlite';
import { createConnection, type FieldPacket } from 'mysql2/promise';
import { Client } from 'pg';
import type { DatabaseAddress, ServerAddress, SqliteAddress } from '../sql/engine.ts';

/**
 * A value as text, the same for all engines: numbers in decimal digits, flags as 1 and 0, bytes in hex, times as
 * `2026-11-21 03:45:27.602`, JSON as it is stored.
 */
export type Cell = string | null;
export type RawRow = Readonly<Record<string, Cell>>;

export interface RawClient {
  /** Placeholders are the engine's own. */
  execute(sql: string, params?: readonly (Cell | Buffer)[]): Promise<void>;
  rows(sql: string): Promise<RawRow[]>;
  /** Names of all tables. */
  tables(): Promise<string[]>;
  close(): Promise<void>;
}

const TABLES = {
  sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
  postgres: 'SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()',
  mysql: 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database()',
};

export async function openRaw(address: DatabaseAddress): Promise<RawClient> {
  const statements = await connect(address);
  const tables = async () => (await statements.rows(TABLES[address.engine])).map(({ name }) => String(name));
  return { ...statements, tables };
}

type Statements = Omit<RawClient, 'tables'>;

async function connect(address: DatabaseAddress): Promise<Statements> {
  if (address.engine === 'sqlite') return openSqlite(address);
  return address.engine === 'postgres' ? openPostgres(address) : openMysql(address);
}

function openSqlite({ path }: SqliteAddress): Statements {
  const db = new DatabaseSync(path, { timeout: 5000 });
  const cell = (value: unknown): Cell => {
    if (value === null) return null;
    return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
  };
  return {
    async execute(sql, params = []) {
      db.prepare(sql).run(...params);
    },
    async rows(sql) {
      const statement = db.prepare(sql);
      statement.setReadBigInts(true);
      return statement.all().map((row) => cellsOf(Object.entries(row), cell));
    },
    async close() {
      db.close();
    },
  };
}

/** Numbers of types in the protocol (`pg_type.oid`). */
const PG_BOOL = 16;
const PG_BYTEA = 17;

async function openPostgres({ host, port, user, password, database }: ServerAddress): Promise<Statements> {
  const types = {
    getTypeParser: (type: number) => (text: string) => {
      if (type === PG_BOOL) return text === 't' ? '1' : '0';
      return type === PG_BYTEA ? text.replace(/^\\x/, '') : text;
    },
  };
  const client = new Client({ host, port, user, password, database, types });
  await client.connect();
  return {
    async execute(sql, params = []) {
      await client.query(sql, [...params]);
    },
    rows: async (sql) => (await client.query<Record<string, Cell>>(sql)).rows,
    close: () => client.end(),
  };
}

/**
 * Numbers of types in the protocol: BINARY and the BLOBs, or CHAR and the TEXTs, which the character set tells apart.
 * VARBINARY is not among them: names are in such columns.
 */
const MYSQL_STRINGS: ReadonlySet<number | undefined> = new Set([249, 250, 251, 252, 254]);
const MYSQL_BINARY_CHARSET = 63;

async function openMysql({ host, port, user, password, database }: ServerAddress): Promise<Statements> {
  const client = await createConnection({ host, port, user, password, database, charset: 'utf8mb4' });
  const cell = (value: unknown, field: FieldPacket | undefined): Cell => {
    if (!(value instanceof Uint8Array)) return null;
    const isBytes = MYSQL_STRINGS.has(field?.columnType) && field?.characterSet === MYSQL_BINARY_CHARSET;
    return Buffer.from(value).toString(isBytes ? 'hex' : 'utf8');
  };
  return {
    async execute(sql, params = []) {
      await client.query(sql, [...params]);
    },
    async rows(sql) {
      // every value as the bytes that came
      const [rows, fields] = await client.query({ sql, typeCast: (field) => field.buffer() });
      const byName = new Map(fields.map((field) => [field.name, field]));
      return (rows as Record<string, unknown>[]).map((row) =>
        cellsOf(Object.entries(row), (value, column) => cell(value, byName.get(column))),
      );
    },
    close: () => client.end(),
  };
}

const cellsOf = (
  entries: readonly [string, unknown][],
  cell: (value: unknown, column: string) => Cell,
): Record<string, Cell> => Object.fromEntries(entries.map(([column, value]) => [column, cell(value, column)]));
