/**
 * One SQLite file: statements prepared once, transactions that nest, integers read as bigint so that no id or size
 * loses digits.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { BoundedCache } from '@prairie/chain';
import { type Migration, migrate } from './migrate.ts';

/** What a statement takes. Booleans are stored as 0 and 1. */
export type SqlValue = null | number | bigint | string | Uint8Array | boolean;
/** A row as SQLite gives it: integers are bigint. */
export type SqlRow = Record<string, null | number | bigint | string | Uint8Array>;

export interface SqliteOptions {
  /**
   * `full`: a transaction survives loss of power when its call returns. `normal`: it survives the end of the process,
   * but the newest ones may be lost with the power; for what can be made again.
   */
  synchronous: 'full' | 'normal';
  /** The whole history of the schema, oldest first; see {@link migrate}. */
  migrations: readonly Migration[];
}

/** How long to wait for another process that writes, milliseconds. */
const BUSY_TIMEOUT = 5_000;
/** The write-ahead log is cut back to this after a checkpoint. */
const WAL_LIMIT = 16 * 1024 * 1024;
/**
 * Pages of 4 KiB in the log that make a checkpoint: the log at its limit. A checkpoint syncs the disk while everything
 * waits, and costs about the same whether a page was written once since the last one or a hundred times.
 */
const CHECKPOINT_PAGES = WAL_LIMIT / 4096;
/** Distinct texts; a sharded table has one per shard and query. */
const MAX_STATEMENTS = 1024;

export class SqliteDatabase {
  readonly path: string;
  private readonly synchronous: SqliteOptions['synchronous'];
  private readonly db: DatabaseSync;
  private readonly statements = new BoundedCache<string, StatementSync>(MAX_STATEMENTS);
  private readonly rollbackListeners: (() => void)[] = [];
  private depth = 0;

  /** Use {@link openSqlite}. */
  constructor(path: string, synchronous: SqliteOptions['synchronous']) {
    this.path = path;
    this.synchronous = synchronous;
    this.db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
    this.db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${synchronous === 'full' ? 'FULL' : 'NORMAL'};
      PRAGMA journal_size_limit = ${WAL_LIMIT};
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA temp_store = MEMORY;
    `);
  }

  /** Statements without parameters, such as a schema. */
  exec(sql: string): void {
    this.db.exec(sql);
  }

  /** Rows changed. */
  run(sql: string, params: readonly SqlValue[] = []): number {
    return Number(this.prepare(sql).run(...params.map(bindable)).changes);
  }

  get(sql: string, params: readonly SqlValue[] = []): SqlRow | undefined {
    return this.prepare(sql).get(...params.map(bindable)) as SqlRow | undefined;
  }

  all(sql: string, params: readonly SqlValue[] = []): SqlRow[] {
    return this.prepare(sql).all(...params.map(bindable)) as SqlRow[];
  }

  /** `work` as a whole or not at all. Within another transaction it is a part of that one, undone alone when it throws. */
  transaction<T>(work: () => T): T {
    const [begin, commit, rollback] =
      this.depth === 0
        ? (['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'] as const)
        : ([`SAVEPOINT s${this.depth}`, `RELEASE s${this.depth}`, `ROLLBACK TO s${this.depth}`] as const);
    this.run(begin);
    this.depth++;
    try {
      const result = work();
      this.run(commit);
      return result;
    } catch (error) {
      // a full disk makes SQLite roll back by itself: then there is nothing left to undo
      if (this.db.isTransaction) {
        this.run(rollback);
        if (this.depth > 1) this.run(`RELEASE s${this.depth - 1}`);
      }
      for (const listener of this.rollbackListeners) listener();
      throw error;
    } finally {
      this.depth--;
    }
  }

  /**
   * Writes of `work` survive the end of the process; loss of power only once a later write has synced the log, whose
   * order they share. Saves an fsync where losing the last moment costs nothing but work done again. Inside a
   * transaction it changes nothing.
   */
  relaxed<T>(work: () => T): T {
    if (this.depth > 0 || this.synchronous === 'normal') return work();
    this.db.exec('PRAGMA synchronous = NORMAL');
    try {
      return work();
    } finally {
      this.db.exec('PRAGMA synchronous = FULL');
    }
  }

  /** Called after a transaction was undone: what was remembered of the schema may be wrong then. */
  onRollback(listener: () => void): void {
    this.rollbackListeners.push(listener);
  }

  /** How SQLite would find the rows of a query: one line per loop. */
  explain(sql: string, params: readonly SqlValue[] = []): string[] {
    return this.all(`EXPLAIN QUERY PLAN ${sql}`, params).map((row) => String(row.detail));
  }

  close(): void {
    if (this.db.isOpen) this.db.close();
  }

  private prepare(sql: string): StatementSync {
    return this.statements.getOrMake(sql, () => {
      const statement = this.db.prepare(sql);
      statement.setReadBigInts(true);
      return statement;
    });
  }
}

function bindable(value: SqlValue): null | number | bigint | string | Uint8Array {
  return typeof value === 'boolean' ? Number(value) : value;
}

/**
 * Opens or creates the file (and its folder), and brings its schema up to date. `:memory:` is a database of its own.
 * @throws Error when the file has a schema that this program does not know
 */
export function openSqlite(path: string, options: SqliteOptions): SqliteDatabase {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const db = new SqliteDatabase(path, options.synchronous);
  try {
    migrate(db, options.migrations);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}
