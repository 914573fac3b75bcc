import { retry } from '@prairie/gfsp';
import { createPool, type Pool, type PoolConnection, type QueryOptions, type ResultSetHeader } from 'mysql2/promise';
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

const LOCK_WAIT_TIMEOUT = 1205;
const DEADLOCK = 1213;
const IN_THE_WAY: ReadonlySet<number> = new Set([LOCK_WAIT_TIMEOUT, DEADLOCK]);

/** As PostgreSQL's: without locks on what is between rows, where uploads of different objects would be in each other's way. */
const ISOLATION = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED';
/** For a row that another transaction has, seconds: the server's own 50 are longer than any caller waits. */
const LOCK_WAIT = 'SET SESSION innodb_lock_wait_timeout = 10';
/** Two that wait for each other's names and rows are not seen by the server: one gives up, and is called again. */
const LOCK_SECONDS = 5;
/** Names are the server's own. */
const LOCK = `SELECT GET_LOCK(SHA2(CONCAT(DATABASE(), ' ', ?), 256), ${LOCK_SECONDS}) AS got`;
const UNLOCK = 'SELECT RELEASE_ALL_LOCKS()';

/** A MySQL or MariaDB database. */
export class MysqlEngine implements Engine {
  readonly name = 'mysql';
  readonly location: string;
  readonly #pool: Pool;
  readonly #lifetimeMs: number;
  readonly #born = new WeakMap<object, number>();
  #used = 0;
  #waiting = 0;

  constructor(address: ServerAddress) {
    const { host, port, user, password, database } = address;
    const { maxConnections = 16, idleSeconds = 600, lifetimeSeconds = 2048 } = address;
    this.location = locationOf(address);
    this.#lifetimeMs = lifetimeSeconds * 1000;
    this.#pool = createPool({
      ...{ host, port, user, password, database },
      connectionLimit: maxConnections,
      maxIdle: maxConnections,
      idleTimeout: idleSeconds * 1000,
      connectTimeout: ACQUIRE_TIMEOUT,
      charset: 'utf8mb4',
      // 64-bit integers come as text: a number would lose digits
      supportBigNumbers: true,
      bigNumberStrings: true,
      // the reference writes times in the server's zone
      timezone: 'local',
      jsonStrings: true,
    });
  }

  async execute(sql: string, params?: readonly SqlValue[]): Promise<SqlResult> {
    const connection = await this.#acquire();
    return query(connection, sql, params).finally(() => this.#release(connection));
  }

  async list(sql: string, params?: readonly SqlValue[]): Promise<SqlValue[][]> {
    const connection = await this.#acquire();
    return list(connection, sql, params).finally(() => this.#release(connection));
  }

  transaction<T>(work: (connection: Connection) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const timeout = options.unhurried ? 0 : STATEMENT_TIMEOUT;
    return retry({ ...AGAIN, retryable: isInTheWay }, () => this.#transact(work, timeout));
  }

  async lock(): Promise<void> {}

  pool(): PoolUse {
    // the driver tells no numbers of its own
    return { used: this.#used, idle: 0, waiting: this.#waiting };
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #transact<T>(work: (connection: Connection) => Promise<T>, timeout: number): Promise<T> {
    const connection = await this.#acquire();
    let broken = false;
    let locked = false;
    const lock = async (name: string) => {
      locked = true;
      const { rows } = await query(connection, LOCK, [name]);
      if (Number(rows[0]?.got) === 1) return;
      const text = `${this.location}: others are at work on the same row for more than ${LOCK_SECONDS} s`;
      throw Object.assign(new Error(text), { errno: LOCK_WAIT_TIMEOUT });
    };
    try {
      await connection.query('START TRANSACTION');
      const result = await work({
        execute: (sql, params) => query(connection, sql, params, timeout),
        list: (sql, params) => list(connection, sql, params),
        lock,
      });
      await connection.query('COMMIT');
      // what is committed is so, whatever comes of the locks: they end with the connection
      if (locked) {
        await connection.query(UNLOCK).catch(() => {
          broken = true;
        });
      }
      return result;
    } catch (error) {
      await connection.query('ROLLBACK').catch(() => {
        broken = true;
      });
      // an end of the connection ends its locks too
      if (locked) broken = true;
      throw error;
    } finally {
      this.#release(connection, broken);
    }
  }

  async #acquire(): Promise<PoolConnection> {
    this.#waiting++;
    const got = this.#pool.getConnection();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        // the one that comes after all goes back
        got.then((connection) => connection.release()).catch(() => {});
        reject(new Error(`${this.location}: no connection within ${ACQUIRE_TIMEOUT / 1000} s`));
      }, ACQUIRE_TIMEOUT);
    });
    try {
      const connection = await Promise.race([got, late]);
      this.#used++;
      const raw = connection.connection;
      if (!this.#born.has(raw)) {
        this.#born.set(raw, Date.now());
        await this.#begin(connection);
      }
      return connection;
    } finally {
      clearTimeout(timer);
      this.#waiting--;
    }
  }

  async #begin(connection: PoolConnection): Promise<void> {
    try {
      for (const setting of [ISOLATION, LOCK_WAIT]) await connection.query(setting);
    } catch (error) {
      this.#release(connection, true);
      throw error;
    }
  }

  #release(connection: PoolConnection, broken = false): void {
    this.#used--;
    const age = Date.now() - (this.#born.get(connection.connection) ?? 0);
    if (broken || age > this.#lifetimeMs) connection.destroy();
    else connection.release();
  }
}

/** `timeout` in milliseconds; 0 for none. */
async function query(
  connection: PoolConnection,
  sql: string,
  params: readonly SqlValue[] = [],
  timeout = STATEMENT_TIMEOUT,
): Promise<SqlResult> {
  const options: QueryOptions = { sql, values: params as SqlValue[], timeout };
  const [result] = await connection.query(options);
  if (Array.isArray(result)) return { rows: result as SqlRow[], changes: 0 };
  return { rows: [], changes: (result as ResultSetHeader).affectedRows };
}

async function list(connection: PoolConnection, sql: string, params: readonly SqlValue[] = []): Promise<SqlValue[][]> {
  const options: QueryOptions = { sql, values: params as SqlValue[], timeout: STATEMENT_TIMEOUT, rowsAsArray: true };
  const [rows] = await connection.query(options);
  return rows as unknown as SqlValue[][];
}

function isInTheWay(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && IN_THE_WAY.has(Number(error.errno));
}
