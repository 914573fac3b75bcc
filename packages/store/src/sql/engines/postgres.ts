import { retry } from '@prairie/gfsp';
import { Pool, type PoolClient, type QueryConfig } from 'pg';
import {
  ACQUIRE_TIMEOUT,
  AGAIN,
  type Connection,
  type Engine,
  locationOf,
  type PoolUse,
  type ServerAddress,
  type SqlResult,
  type SqlRow,
  type SqlValue,
  STATEMENT_TIMEOUT,
  type TransactionOptions,
} from '../engine.ts';

/** Serialization failure, deadlock. */
const IN_THE_WAY: ReadonlySet<string> = new Set(['40001', '40P01']);

/** The server does not wait for its disk. */
const BEGIN_RELAXED = 'BEGIN; SET LOCAL synchronous_commit = off';
/** How long a driver waits for a statement that may take as long as it does, milliseconds: a timer's most. */
const LONG = 2 ** 31 - 1;
/** Two names of one hash wait for each other, and no more. */
const LOCK = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';

/** A PostgreSQL database. All texts are compared by their bytes (collation `C`, see `columns.ts`). */
export class PostgresEngine implements Engine {
  readonly name = 'postgres';
  readonly location: string;
  readonly #pool: Pool;

  constructor(address: ServerAddress) {
    const { host, port, user, password, database } = address;
    const { maxConnections = 16, idleSeconds = 600, lifetimeSeconds = 2048 } = address;
    this.location = locationOf(address);
    this.#pool = new Pool({
      ...{ host, port, user, password, database },
      max: maxConnections,
      idleTimeoutMillis: idleSeconds * 1000,
      maxLifetimeSeconds: lifetimeSeconds,
      connectionTimeoutMillis: ACQUIRE_TIMEOUT,
      statement_timeout: STATEMENT_TIMEOUT,
      query_timeout: STATEMENT_TIMEOUT + 5_000,
      // whoever holds rows and is gone must not stop the others
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT,
      application_name: 'prairie',
      // A page is read in the order of an index. By a bitmap all that follows is read and sorted for it, which planners
      // take for less whenever a table has grown since they looked.
      options: '-c enable_bitmapscan=off',
    });
    // an idle connection that the server ends is replaced by the next query
    this.#pool.on('error', () => {});
  }

  execute(sql: string, params?: readonly SqlValue[]): Promise<SqlResult> {
    return query(this.#pool, sql, params);
  }

  list(sql: string, params?: readonly SqlValue[]): Promise<SqlValue[][]> {
    return list(this.#pool, sql, params);
  }

  transaction<T>(work: (connection: Connection) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const begin = options.durable === false ? BEGIN_RELAXED : 'BEGIN';
    const { unhurried = false } = options;
    return retry({ ...AGAIN, retryable: isInTheWay }, () => this.#transact(work, begin, unhurried));
  }

  async lock(): Promise<void> {}

  pool(): PoolUse {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #transact<T>(work: (connection: Connection) => Promise<T>, begin: string, unhurried: boolean): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query(begin);
      if (unhurried) await client.query('SET LOCAL statement_timeout = 0');
      const result = await work({
        execute: (sql, params) => query(client, sql, params, unhurried ? LONG : undefined),
        list: (sql, params) => list(client, sql, params),
        lock: async (name) => void (await client.query(LOCK, [name])),
      });
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((cause: Error) => {
        broken = cause;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

/** `query_timeout` in milliseconds; without it the pool's. */
async function query(
  on: Pool | PoolClient,
  text: string,
  values: readonly SqlValue[] = [],
  query_timeout?: number,
): Promise<SqlResult> {
  const { rows, rowCount } = await on.query<SqlRow>({
    text,
    values: values as SqlValue[],
    query_timeout,
  } as QueryConfig);
  return { rows, changes: rowCount ?? 0 };
}

async function list(on: Pool | PoolClient, text: string, values: readonly SqlValue[] = []): Promise<SqlValue[][]> {
  return (await on.query<SqlValue[]>({ text, values: values as SqlValue[], rowMode: 'array' })).rows;
}

function isInTheWay(error: unknown): boolean {
  return error instanceof Error && 'code' in error && IN_THE_WAY.has(String(error.code));
}
