import type { Logger } from '../../logger.ts';
import type { Limit } from '../../tasks/limit.ts';
import type { Lease, LeaseQueue, QueueEntry, QueueOptions, QueueStrategies, QueueTask } from '../contracts.ts';
import { Admission } from './admission.ts';
import type { Row } from './database.ts';
import { duration, fits, limitToRow, type StoredEntry, taskFromRow } from './rows.ts';
import { QueueTable, type QueueTableDependencies } from './table.ts';

/** Tasks shown to a filter or a limit strategy in one statement, and altogether in one call. */
const CANDIDATES = 64;
const MAX_CANDIDATES = 1024;
/** Tasks that become ready, or are given up, in one statement. */
const DUE_BATCH = 500;
const DEFAULT_SCAN = 1000;

export interface PostgresQueueDependencies<T> extends QueueTableDependencies<T> {
  logger: Logger;
  /** Tells the other managers that a task is ready. */
  readyNote: string;
  /** A task of this queue is due in so many milliseconds. */
  due: (delayMs: number) => void;
}

/**
 * A queue whose tasks are rows. All calls throw 970003 while the database does not answer. A filter or a limit
 * strategy sees the first 1,024 ready tasks; the default limit is tested by the database on all of them.
 */
export class PostgresQueue<T> implements LeaseQueue<T> {
  readonly name: string;
  readonly capacity: number;
  readonly #table: QueueTable<T>;
  readonly #admission: Admission<T>;
  readonly #dependencies: PostgresQueueDependencies<T>;
  readonly #readyListeners: (() => void)[] = [];
  readonly #giveUpListeners: ((task: QueueTask<T>) => void)[] = [];

  constructor(options: QueueOptions, dependencies: PostgresQueueDependencies<T>) {
    this.name = options.name;
    this.capacity = options.capacity;
    this.#table = new QueueTable(options, dependencies);
    this.#admission = new Admission(this.#table);
    this.#dependencies = dependencies;
  }

  /** Tasks that are ready keep their ranks. Who waits for one looks again. */
  setStrategies(strategies: QueueStrategies<T>): void {
    this.#table.strategies = { ...strategies };
    this.#admission.reset();
    this.signalReady();
  }

  onReady(listener: () => void): void {
    this.#readyListeners.push(listener);
  }

  onGiveUp(listener: (task: QueueTask<T>) => void): void {
    this.#giveUpListeners.push(listener);
  }

  async size(): Promise<number> {
    const [row] = await this.#table.run('size', []);
    return Number(row?.size);
  }

  async has(key: string): Promise<boolean> {
    return (await this.#table.run('get', [key])).length > 0;
  }

  async get(key: string): Promise<QueueTask<T> | undefined> {
    return this.#task(await this.#table.run('get', [key]));
  }

  async scan(subKey = '', limit = DEFAULT_SCAN): Promise<QueueEntry<T>[]> {
    const rows = await this.#table.run('scan', [subKey, '', limit]);
    return rows.map((row) => this.#table.visible(this.#table.entry(row)));
  }

  async push(task: QueueTask<T>, delayMs = 0): Promise<void> {
    const delay = duration(delayMs);
    await this.#admission.push(task, delay, delay > 0 ? '' : this.#dependencies.readyNote);
    if (delay > 0) this.#dependencies.due(delay);
    else this.signalReady();
  }

  async top(): Promise<QueueTask<T> | undefined> {
    return (await this.#peek())?.task;
  }

  async topByLimit(limit: Limit): Promise<QueueTask<T> | undefined> {
    return (await this.#peek(limit))?.task;
  }

  async peekRank(offer?: Limit): Promise<number | undefined> {
    return (await this.#peek(offer))?.rank;
  }

  async pop(): Promise<QueueTask<T> | undefined> {
    return this.#task(await this.#take('pop', [], undefined));
  }

  async popByLimit(limit: Limit): Promise<QueueTask<T> | undefined> {
    return this.#task(await this.#take('pop', [], limit));
  }

  async popByKey(key: string): Promise<QueueTask<T> | undefined> {
    return this.#task(await this.#table.run('take', [key]));
  }

  async complete(key: string): Promise<QueueTask<T> | undefined> {
    return this.#task(await this.#table.run('take', [key]));
  }

  async lease(owner: string, offer?: Limit): Promise<Lease<T> | undefined> {
    const [row] = await this.#take('lease', [owner], offer);
    if (!row) return undefined;
    this.#dependencies.due(Number(row.timeout_ms));
    return { task: taskFromRow(row, this.#table.codec), attempt: Number(row.attempts) };
  }

  async fail(key: string): Promise<'again' | 'exhausted' | 'absent'> {
    const { baseMs = 1000, maxMs = 60_000 } = this.#table.options;
    const [row] = await this.#table.makeReady('fail', [key, baseMs, maxMs]);
    if (!row) return (await this.has(key)) ? 'again' : 'absent';
    if (row.outcome === 'exhausted') return 'exhausted';
    this.#dependencies.due(Number(row.at) - Number(row.clock));
    return 'again';
  }

  async abandon(owner: string): Promise<number> {
    const rows = await this.#table.makeReady('abandon', [owner, this.#dependencies.readyNote]);
    if (rows.length > 0) this.signalReady();
    return rows.length;
  }

  /** A task is ready, or may be. */
  signalReady(): void {
    for (const listener of this.#readyListeners) listener();
  }

  /** Makes ready what is due, and gives up what had its last attempt. */
  async serveDue(): Promise<void> {
    for (let full = true; full; ) {
      const rows = await this.#table.makeReady('promote', [this.#dependencies.readyNote, DUE_BATCH]);
      if (rows.length > 0) this.signalReady();
      full = rows.length === DUE_BATCH;
    }
    for (let full = true; full; ) {
      const rows = await this.#table.run('giveUp', [DUE_BATCH]);
      for (const row of rows) this.#giveUp(row);
      full = rows.length === DUE_BATCH;
    }
  }

  /** The row is gone already: a failure here must not keep the others from being told. */
  #giveUp(row: Row): void {
    try {
      const task = taskFromRow(row, this.#table.codec);
      for (const listener of this.#giveUpListeners) listener(task);
    } catch (error) {
      this.#dependencies.logger.error('a task was given up unheard', { queue: this.name, key: row.key, error });
    }
  }

  async #peek(offer?: Limit): Promise<StoredEntry<T> | undefined> {
    if (this.#chooses(offer)) {
      for await (const [first] of this.#candidates(offer)) return first;
      return undefined;
    }
    const [row] = await this.#table.run('top', [offer ? limitToRow(offer) : null]);
    return row && this.#table.entry(row);
  }

  /** The next task that may go, by `pop` or `lease`. */
  async #take(how: 'pop' | 'lease', values: unknown[], offer: Limit | undefined): Promise<Row[]> {
    if (!this.#chooses(offer)) return this.#table.run(how, [offer ? limitToRow(offer) : null, ...values]);
    for await (const allowed of this.#candidates(offer)) {
      const keys = allowed.map(({ task }) => task.key);
      const rows = await this.#table.run(`${how}Of`, [keys, ...values]);
      // Others may have taken all of these meanwhile.
      if (rows.length > 0) return rows;
    }
    return [];
  }

  /** Whether a strategy that only this process knows has a say. */
  #chooses(offer: Limit | undefined): boolean {
    const { filter, limit } = this.#table.strategies;
    return filter !== undefined || (limit !== undefined && offer !== undefined);
  }

  /** Ready tasks that the strategies let pass, the first first, in batches of one or more. */
  async *#candidates(offer: Limit | undefined): AsyncGenerator<StoredEntry<T>[]> {
    const { filter = () => true, limit = fits } = this.#table.strategies;
    let after: [rank: number, seq: string] = [Number.NEGATIVE_INFINITY, '0'];
    for (let seen = 0; seen < MAX_CANDIDATES; seen += CANDIDATES) {
      const rows = await this.#table.run('candidates', [...after, CANDIDATES]);
      const entries = rows.map((row) => this.#table.entry(row));
      const allowed = entries.filter(
        (entry) => (offer === undefined || limit(offer, entry.task)) && filter(this.#table.visible(entry)),
      );
      if (allowed.length > 0) yield allowed;
      const last = entries.at(-1);
      if (!last || entries.length < CANDIDATES) return;
      after = [last.rank, last.seq];
    }
  }

  #task([row]: Row[]): QueueTask<T> | undefined {
    return row && taskFromRow(row, this.#table.codec);
  }
}
