/** The block syncer's picture of the chain, in SQLite, PostgreSQL or MySQL. It can be made again from the chain. */
import type { BsDbReader } from '@prairie/gfsp';
import { type Database, eraseDatabase, openDatabase } from '../sql/database.ts';
import type { DatabaseAddress, EngineName, PoolUse } from '../sql/engine.ts';
import { history } from './schema/history.ts';
import { bsDbTableNames } from './schema/tables.ts';
import { BsDbTables } from './tables.ts';

export class BsDb extends BsDbTables implements BsDbReader {
  /** What is below the rows: texts of queries, plans. */
  readonly database: Database;

  /** Use {@link BsDb.open}. */
  constructor(database: Database) {
    super(database.session);
    this.database = database;
  }

  /**
   * Opens the database, and makes its tables or brings them up to date.
   * @throws Error when it cannot be reached, or has tables that this program does not know
   */
  static async open(address: DatabaseAddress): Promise<BsDb> {
    return new BsDb(await openDatabase(address, { history, durable: false }));
  }

  /**
   * Removes the tables with all their rows, so that `open` makes them anew; others in the database stay.
   * @throws Error when the tables were not made by this program
   */
  static erase(address: DatabaseAddress): Promise<void> {
    return eraseDatabase(address, history, bsDbTableNames);
  }

  get engine(): EngineName {
    return this.database.engine;
  }

  /** For messages: a file, or host and database. */
  get location(): string {
    return this.database.location;
  }

  /**
   * What `work` writes to the tables that it is given, as a whole or not at all. It may be called again when a server
   * ended the transaction because others were in its way. A transaction that has read the epoch, or which database is
   * the master, is alone with it until it ends.
   */
  transaction<T>(work: (tables: BsDbTables) => Promise<T>): Promise<T> {
    return this.database.transaction((session) => work(new BsDbTables(session, { inTransaction: true })));
  }

  /** Number of the schema's steps. Opening has taken them all. */
  async schemaVersion(): Promise<number> {
    return history.migrations.length;
  }

  pool(): PoolUse {
    return this.database.pool();
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
