/** One queue's part of the table: runs statements, and keeps ranks right when a strategy makes them. */
import type { QueueEntry, QueueOptions, QueueStrategies } from '../contracts.ts';
import type { QueueCodec } from './codec.ts';
import type { Database, Queryable, Row } from './database.ts';
import { entryFromRow, type StoredEntry } from './rows.ts';
import type { Statements } from './statements.ts';

export interface QueueTableDependencies<T> {
  db: Database;
  statements: Statements;
  codec: QueueCodec<T>;
}

export class QueueTable<T> {
  readonly options: QueueOptions;
  readonly codec: QueueCodec<T>;
  strategies: QueueStrategies<T> = {};
  readonly #db: Database;
  readonly #statements: Statements;

  constructor(options: QueueOptions, { db, statements, codec }: QueueTableDependencies<T>) {
    this.options = options;
    this.codec = codec;
    this.#db = db;
    this.#statements = statements;
  }

  /** `values` follow the name of the queue. */
  async run(name: keyof Statements, values: readonly unknown[], client: Queryable = this.#db): Promise<Row[]> {
    return client.query({ text: this.#statements[name], name, values: [this.options.name, ...values] });
  }

  transaction<R>(work: (client: Queryable) => Promise<R>): Promise<R> {
    return this.#db.transaction(work);
  }

  /**
   * Runs a statement whose rows have become ready, or will at their time. It ranks them by the default; a pick-up
   * strategy's ranks are written before anybody sees the rows.
   */
  async makeReady(name: keyof Statements, values: readonly unknown[], client?: Queryable): Promise<Row[]> {
    const { pickUp } = this.strategies;
    if (!pickUp) return this.run(name, values, client);
    if (!client) return this.transaction((within) => this.makeReady(name, values, within));
    const rows = await this.run(name, values, client);
    const ranked = rows.filter(({ state }) => state !== 'running').map((row) => this.entry(row));
    if (ranked.length === 0) return rows;
    const ranks = ranked.map(({ task, at }) => pickUp(task, at));
    await this.run('rank', [ranked.map(({ task }) => task.key), ranks], client);
    return rows;
  }

  entry(row: Row): StoredEntry<T> {
    return entryFromRow(row, this.codec);
  }

  /** What a strategy is shown. */
  visible({ task, state, attempts, pushedAt, owner }: StoredEntry<T>): QueueEntry<T> {
    return { task, state, attempts, pushedAt, owner };
  }
}
