/** The provider's own state in a database: SQLite, PostgreSQL, MySQL or MariaDB. */
import type { SpDb, SpDbTables, SpDbTransactionOptions } from '@prairie/gfsp';
import { type Database, openDatabase } from '../sql/database.ts';
import type { DatabaseAddress, PoolUse } from '../sql/engine.ts';
import type { Session } from '../sql/session.ts';
import type { Ground } from './ground.ts';
import { history } from './schema/history.ts';
import { SqlTables } from './tables.ts';

export interface SpDbOptions {
  /** Unix seconds. */
  now?: () => number;
}

/**
 * Opens the database, and makes or brings up to date its tables.
 * @throws Error when it cannot be reached, or has tables that this program does not know
 */
export async function openSpDb(address: DatabaseAddress, options: SpDbOptions = {}): Promise<SqlSpDb> {
  return new SqlSpDb(await openDatabase(address, { history, durable: true }), options);
}

/**
 * Every call survives `kill -9`. What is acknowledged to others, integrity rows and transactions, survives loss of power
 * too; the rest is found again or done again, and does not pay for an fsync of its own.
 */
export class SqlSpDb extends SqlTables implements SpDb {
  readonly #db: Database;
  readonly #now: () => number;

  /** Use {@link openSpDb}. */
  constructor(db: Database, { now = () => Math.floor(Date.now() / 1000) }: SpDbOptions) {
    super({
      session: db.session,
      relaxed: db.relaxed,
      lock: false,
      transaction: (work, options) => db.transaction(work, options),
      now,
    });
    this.#db = db;
    this.#now = now;
  }

  /** For messages: a file, or a server's host and database. */
  get location(): string {
    return this.#db.location;
  }

  pool(): PoolUse {
    return this.#db.pool();
  }

  transaction<T>(work: (tables: SpDbTables) => Promise<T>, options?: SpDbTransactionOptions): Promise<T> {
    return this.#db.transaction((session) => work(new SqlTables(this.#within(session))), options);
  }

  close(): Promise<void> {
    return this.#db.close();
  }

  #within(session: Session): Ground {
    return { session, relaxed: session, lock: true, transaction: (work) => work(session), now: this.#now };
  }
}
