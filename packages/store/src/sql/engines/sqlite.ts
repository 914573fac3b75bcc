/**
 * One SQLite file by `node:sqlite`, which is synchronous: nobody runs while a statement does. One connection writes, a
 * transaction at a time; another reads, from what the last transaction left, so that nobody sees half of one.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { BoundedCache } from '@prairie/chain';
import { type RetryOptions, retry } from '@prairie/gfsp';
import type {
  Connection,
  Engine,
  PoolUse,
  SqliteAddress,
  SqlResult,
  SqlRow,
  SqlValue,
  TransactionOptions,
} from '../engine.ts';
import { LogSync } from './log-sync.ts';
import { Turns } from './turns.ts';

/** How long opening waits for another that writes, milliseconds: nothing else runs meanwhile. */
const OPEN_TIMEOUT = 5_000;
/** The same of a statement; then it is tried again, after a pause in which others run. */
const BUSY_TIMEOUT = 20;
const BUSY: RetryOptions = { attempts: 200, baseMs: 5, maxMs: 200, retryable: isBusy };
/** The write-ahead log is cut back to this after a checkpoint. */
const WAL_LIMIT = 16 * 1024 * 1024;
/**
 * Pages of 4 KiB in the log that make a checkpoint: the log at its limit. A checkpoint syncs the disk while everything
 * waits, and costs about the same whether a page was written once since the last one or a hundred times.
 */
const CHECKPOINT_PAGES = WAL_LIMIT / 4096;
/** Distinct texts; a sharded table has one per shard and query. */
const MAX_STATEMENTS = 2048;
const SQLITE_BUSY = 5;
const READS = /^\s*(select|with|explain|pragma)\b/i;

type Statement = { statement: StatementSync; reads: boolean };

/** What a transaction answers, and the sync that makes it durable; none where it need not be. */
interface Written<T> {
  result: T;
  synced: Promise<void> | undefined;
}

/** One connection; its statements are prepared once. */
class SqliteConnection implements Connection {
  readonly db: DatabaseSync;
  readonly #statements = new BoundedCache<string, Statement>(MAX_STATEMENTS);
  readonly #lists = new BoundedCache<string, StatementSync>(MAX_STATEMENTS);

  constructor(path: string) {
    this.db = new DatabaseSync(path, { timeout: OPEN_TIMEOUT });
    this.db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA journal_size_limit = ${WAL_LIMIT};
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA temp_store = MEMORY;
      PRAGMA busy_timeout = ${BUSY_TIMEOUT};
    `);
  }

  async execute(sql: string, params: readonly SqlValue[] = []): Promise<SqlResult> {
    return this.run(sql, params);
  }

  async list(sql: string, params: readonly SqlValue[] = []): Promise<SqlValue[][]> {
    return this.runList(sql, params);
  }

  async lock(): Promise<void> {}

  runList(sql: string, params: readonly SqlValue[] = []): SqlValue[][] {
    const statement = this.#lists.getOrMake(sql, () => {
      const made = this.#prepare(sql).statement;
      made.setReturnArrays(true);
      return made;
    });
    return statement.all(...params.map(bindable)) as unknown as SqlValue[][];
  }

  run(sql: string, params: readonly SqlValue[] = []): SqlResult {
    const { statement, reads } = this.#statements.getOrMake(sql, () => this.#prepare(sql));
    const bound = params.map(bindable);
    if (reads) return { rows: statement.all(...bound) as SqlRow[], changes: 0 };
    return { rows: [], changes: Number(statement.run(...bound).changes) };
  }

  #prepare(sql: string): Statement {
    const statement = this.db.prepare(sql);
    statement.setReadBigInts(true);
    return { statement, reads: statement.columns().length > 0 };
  }
}

export class SqliteEngine implements Engine {
  readonly name = 'sqlite';
  readonly location: string;
  readonly #writer: SqliteConnection;
  readonly #reader: SqliteConnection;
  readonly #turns = new Turns();
  readonly #log: LogSync | undefined;

  /**
   * `durable`: a transaction that does not say otherwise survives loss of power once it has resolved, and so does what
   * is read outside of transactions.
   */
  constructor({ path }: SqliteAddress, durable: boolean) {
    const inMemory = path === ':memory:';
    if (!inMemory) mkdirSync(dirname(path), { recursive: true });
    this.location = path;
    this.#writer = new SqliteConnection(path);
    // a database in memory is its connection's own
    this.#reader = inMemory ? this.#writer : new SqliteConnection(path);
    this.#log = durable && !inMemory ? new LogSync(`${this.#writer.db.location()}-wal`) : undefined;
  }

  async execute(sql: string, params?: readonly SqlValue[], { durable }: TransactionOptions = {}): Promise<SqlResult> {
    if (this.#reader !== this.#writer && READS.test(sql)) return this.#known(this.#reader.run(sql, params));
    return this.#write(() => retry(BUSY, async () => this.#written(this.#writer.run(sql, params), durable)));
  }

  async list(sql: string, params?: readonly SqlValue[]): Promise<SqlValue[][]> {
    if (this.#reader !== this.#writer) return this.#known(this.#reader.runList(sql, params));
    return this.#turns.take(() => this.#writer.list(sql, params));
  }

  async lock(): Promise<void> {}

  transaction<T>(work: (connection: Connection) => Promise<T>, { durable }: TransactionOptions = {}): Promise<T> {
    return this.#write(() => this.#transact(work, durable));
  }

  pool(): PoolUse {
    const { waiting, free } = this.#turns;
    return { used: free ? 0 : 1, idle: free ? 1 : 0, waiting };
  }

  async close(): Promise<void> {
    // a transaction that runs is ended by its owner
    await this.#turns.take(async () => {
      await this.#log?.close();
      for (const { db } of [this.#reader, this.#writer]) if (db.isOpen) db.close();
    });
  }

  async #transact<T>(work: (connection: Connection) => Promise<T>, durable?: boolean): Promise<Written<T>> {
    await retry(BUSY, () => this.#writer.execute('BEGIN IMMEDIATE'));
    try {
      const result = await work(this.#writer);
      this.#writer.run('COMMIT');
      return this.#written(result, durable);
    } catch (error) {
      // a full disk makes SQLite roll back by itself: then there is nothing left to undo
      if (this.#writer.db.isTransaction) this.#writer.run('ROLLBACK');
      throw error;
    }
  }

  /** At once after the commit, before anybody can read what it wrote. */
  #written<T>(result: T, durable = true): Written<T> {
    return { result, synced: durable ? this.#log?.sync() : undefined };
  }

  /** The next writer's turn begins with the commit: those who wait for the disk do so together. */
  async #write<T>(work: () => Promise<Written<T>>): Promise<T> {
    const { result, synced } = await this.#turns.take(work);
    await synced;
    return result;
  }

  /** An answer goes out when all that it may tell is on the disk: somebody may promise something because of it. */
  async #known<T>(answer: T): Promise<T> {
    await this.#log?.pending;
    return answer;
  }
}

/** Another process, or another database of this one, writes to the file. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}

function bindable(value: SqlValue): null | number | bigint | string | Uint8Array {
  if (typeof value === 'boolean') return Number(value);
  return value instanceof Date ? value.getTime() : value;
}
