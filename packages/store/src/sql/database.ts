/** A database that is open: its schema is the newest, and sessions read and write it. */
import type { DatabaseAddress, Engine, EngineName, PoolUse, TransactionOptions } from './engine.ts';
import { SqliteEngine } from './engines/sqlite.ts';
import { erase, type History, migrate } from './migrate.ts';
import { Queries, Session } from './session.ts';

export interface OpenOptions {
  history: History;
  /** Of SQLite: whether what is written survives loss of power, unless a transaction says otherwise. */
  durable: boolean;
}

export class Database {
  /** Outside of transactions. */
  readonly session: Session;
  /** The same; a write may be lost with the power, as in a transaction that is not durable. */
  readonly relaxed: Session;
  readonly #engine: Engine;
  readonly #queries: Queries;

  /** Use {@link openDatabase}. */
  constructor(engine: Engine) {
    this.#engine = engine;
    this.#queries = new Queries(engine.name);
    this.session = new Session(this.#queries, engine);
    const execute: Engine['execute'] = (sql, params) => engine.execute(sql, params, { durable: false });
    const list: Engine['list'] = (sql, params) => engine.list(sql, params);
    this.relaxed = new Session(this.#queries, { execute, list, lock: (name) => engine.lock(name) });
  }

  get engine(): EngineName {
    return this.#engine.name;
  }

  /** For messages. */
  get location(): string {
    return this.#engine.location;
  }

  /** `work` as a whole or not at all, on the session it is given; it may be called again, see {@link Engine}. */
  transaction<T>(work: (session: Session) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#engine.transaction((connection) => work(new Session(this.#queries, connection)), options);
  }

  pool(): PoolUse {
    return this.#engine.pool();
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}

/**
 * Opens the database, makes it where it is a file, and brings its schema up to date.
 * @throws Error when it cannot be reached, or has a schema that this program does not know
 */
export async function openDatabase(address: DatabaseAddress, { history, durable }: OpenOptions): Promise<Database> {
  const engine = await makeEngine(address, durable);
  try {
    await migrate(engine, history);
    return new Database(engine);
  } catch (error) {
    await engine.close().catch(() => {});
    throw error;
  }
}

/** Removes those tables, so that they are made anew. @throws Error when they were not made by that history */
export async function eraseDatabase(
  address: DatabaseAddress,
  history: History,
  tables: readonly string[],
): Promise<void> {
  const engine = await makeEngine(address, false);
  await erase(engine, history, tables).finally(() => engine.close());
}

/** Drivers of servers are loaded where one is used. */
async function makeEngine(address: DatabaseAddress, durable: boolean): Promise<Engine> {
  if (address.engine === 'sqlite') return new SqliteEngine(address, durable);
  if (address.engine === 'postgres') return new (await import('./engines/postgres.ts')).PostgresEngine(address);
  return new (await import('./engines/mysql.ts')).MysqlEngine(address);
}
