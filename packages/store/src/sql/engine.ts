/**
 * What the tables stand on: SQLite in a file, a PostgreSQL or a MySQL/MariaDB server. Queries are built and compiled by
 * Kysely (`session.ts`); an engine takes the text and runs it.
 */

export type EngineName = 'sqlite' | 'postgres' | 'mysql';

/** What a statement takes. Dates are for columns of that type alone. */
export type SqlValue = null | number | bigint | string | boolean | Uint8Array | Date;
/** A row as the driver gives it: 64-bit integers are bigint or decimal text, never a number that has lost digits. */
export type SqlRow = Record<string, SqlValue>;

export interface SqlResult {
  rows: SqlRow[];
  /** Rows that were written, or that the condition of an update found. */
  changes: number;
}

export interface Connection {
  execute(sql: string, params?: readonly SqlValue[]): Promise<SqlResult>;
  /** A query's rows, each with its values in the order of the query's columns: a third cheaper than by name. */
  list(sql: string, params?: readonly SqlValue[]): Promise<SqlValue[][]>;
  /**
   * Nobody else who asks for the same name in this database gets it before the transaction ends: locks what has no row
   * yet. SQLite has one transaction at a time, which is a lock of all names. Outside of a transaction it means nothing.
   */
  lock(name: string): Promise<void>;
}

export interface TransactionOptions {
  /**
   * false: what was written survives the end of the process, but the newest of it may be lost with the power; for what
   * can be made or found again. MySQL does as it is configured. Default true.
   */
  durable?: boolean;
  /** Statements may take as long as they do: a change of a table with millions of rows. */
  unhurried?: boolean;
}

export interface Engine extends Connection {
  readonly name: EngineName;
  /** For messages: a file, or host and database; no password. */
  readonly location: string;
  /** One statement, a transaction of its own. */
  execute(sql: string, params?: readonly SqlValue[], options?: TransactionOptions): Promise<SqlResult>;
  /**
   * `work` on a connection of its own, as a whole or not at all. It is called again when the server ends it because
   * others were in its way.
   */
  transaction<T>(work: (connection: Connection) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Connections in use, idle, and callers that wait for one. */
  pool(): PoolUse;
  close(): Promise<void>;
}

export interface PoolUse {
  used: number;
  idle: number;
  waiting: number;
}

export interface SqliteAddress {
  engine: 'sqlite';
  /** File name; `:memory:` for tests. */
  path: string;
}

export interface ServerAddress {
  engine: 'postgres' | 'mysql';
  host: string;
  /** Of TCP. */
  port: number;
  user: string;
  password: string;
  database: string;
  /** Connections at most. Default 16. */
  maxConnections?: number;
  /** An idle connection is closed after so long, seconds. Default 600. */
  idleSeconds?: number;
  /** And any connection after so long. Default 2048, the reference's. */
  lifetimeSeconds?: number;
}

export type DatabaseAddress = SqliteAddress | ServerAddress;

/** How long a caller waits for a connection, or for a transaction before its own, milliseconds. */
export const ACQUIRE_TIMEOUT = 30_000;
/** How long one statement may run, milliseconds. */
export const STATEMENT_TIMEOUT = 60_000;

/** A transaction that was in the way of others on a server: how often, and after which pauses, it is tried again. */
export const AGAIN = { attempts: 5, baseMs: 5, maxMs: 200 };

export function locationOf(address: DatabaseAddress): string {
  if (address.engine === 'sqlite') return address.path;
  return `${address.engine} database ${address.database} at ${address.host}:${address.port}`;
}
