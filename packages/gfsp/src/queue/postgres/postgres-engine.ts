/** Queues that several managers share through a PostgreSQL database. */
import { randomUUID } from 'node:crypto';
import { type Logger, silentLogger } from '../../logger.ts';
import type { LeaseQueue, QueueEngine, QueueOptions } from '../contracts.ts';
import { jsonCodec, type QueueCodec } from './codec.ts';
import { Database } from './database.ts';
import { DueClock } from './due-clock.ts';
import { queueDatabaseErrors } from './errors.ts';
import { Listener } from './listener.ts';
import { type PostgresQueueOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { PostgresQueue } from './postgres-queue.ts';
import { migrate } from './schema.ts';
import { type Statements, statementsOf } from './statements.ts';

/** A notification holds 8,000 bytes. */
const MAX_NAME_LENGTH = 256;

/**
 * Each manager has an engine of its own on the same database and schema. What one pushes, all can hand out; none hands
 * out what another has. All must set the same strategies.
 */
export class PostgresQueueEngine implements QueueEngine {
  readonly #options: ResolvedOptions;
  readonly #codecOf: NonNullable<PostgresQueueOptions['codecOf']>;
  readonly #logger: Logger;
  readonly #id = randomUUID();
  readonly #queues = new Map<string, PostgresQueue<unknown>>();
  readonly #db: Database;
  readonly #statements: Statements;
  readonly #listener: Listener;
  readonly #clock: DueClock;
  #started: Promise<void> | undefined;
  #closed = false;

  /** @throws 970005 when an option is wrong */
  constructor(options: PostgresQueueOptions, dependencies: { logger?: Logger } = {}) {
    this.#options = resolveOptions(options);
    this.#codecOf = options.codecOf ?? (() => undefined);
    this.#logger = dependencies.logger ?? silentLogger;
    this.#db = new Database(this.#options);
    this.#statements = statementsOf(this.#options.schema);
    this.#listener = new Listener(this.#options, {
      onMessage: (text) => this.#hear(text),
      onReturn: () => this.#catchUp(),
      logger: this.#logger,
    });
    this.#clock = new DueClock(this.#options, { serve: () => this.#serveDue() });
  }

  /**
   * The queue of that name, in which is what others put there. The first call connects and makes the schema. A
   * name that is open already gives the same queue, with its first options.
   * @throws 970003, 970004 when the database does not answer or refuses, 970005, 970006
   */
  async open<T>(options: QueueOptions): Promise<LeaseQueue<T>> {
    if (this.#closed) throw queueDatabaseErrors.closed();
    checkOptions(options);
    this.#started ??= this.#start();
    await this.#started;
    const known = this.#queues.get(options.name) ?? this.#make(options);
    this.#queues.set(options.name, known);
    this.#clock.ask();
    return known as PostgresQueue<unknown> as LeaseQueue<T>;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#started?.catch(() => {});
    await this.#clock.stop();
    await this.#listener.close();
    await this.#db.close();
  }

  async #start(): Promise<void> {
    try {
      await migrate(this.#db, this.#options.schema);
      await this.#listener.start();
    } catch (error) {
      // The next open() tries again.
      this.#started = undefined;
      throw error;
    }
  }

  #make(options: QueueOptions): PostgresQueue<unknown> {
    return new PostgresQueue(options, {
      db: this.#db,
      statements: this.#statements,
      codec: this.#codecOf(options.name) ?? (jsonCodec as QueueCodec<unknown>),
      logger: this.#logger,
      readyNote: `r ${this.#id} ${options.name}`,
      due: (delayMs) => {
        if (this.#clock.due(delayMs)) this.#announce(options.name);
      },
    });
  }

  /** If this manager dies, another one must know when its task is due. What is lost here is found by the sweep. */
  #announce(queue: string): void {
    const note = `d ${this.#id} ${queue}`;
    this.#db.query({ text: this.#statements.announce, name: 'announce', values: [note] }).catch(() => {});
  }

  #hear(text: string): void {
    const [kind, sender, ...name] = text.split(' ');
    const queue = this.#queues.get(name.join(' '));
    if (sender === this.#id || !queue) return;
    if (kind === 'r') queue.signalReady();
    if (kind === 'd') this.#clock.ask();
  }

  #catchUp(): void {
    for (const queue of this.#queues.values()) queue.signalReady();
    this.#clock.ask();
  }

  async #serveDue(): Promise<number | undefined> {
    const [delays] = await Promise.all([this.#delays(), this.#listener.check()]);
    const due = delays.filter(({ delay }) => delay <= 0).map(({ queue }) => this.#queues.get(queue));
    if (due.length === 0) return delays.reduce<number | undefined>((least, { delay }) => min(least, delay), undefined);
    for (const queue of due) await queue?.serveDue();
    return 0;
  }

  async #delays(): Promise<{ queue: string; delay: number }[]> {
    const statement = { text: this.#statements.nextDue, name: 'nextDue', values: [[...this.#queues.keys()]] };
    const rows = await this.#db.query(statement);
    return rows
      .filter(({ delay }) => delay !== null)
      .map(({ queue, delay }) => ({ queue: String(queue), delay: Number(delay) }));
  }
}

const min = (least: number | undefined, next: number): number => (least === undefined ? next : Math.min(least, next));

function checkOptions({ name, capacity }: QueueOptions): void {
  if (name.length > MAX_NAME_LENGTH || name.includes('\0')) {
    throw queueDatabaseErrors.options(
      `queue name of ${name.length} characters: expected ${MAX_NAME_LENGTH} at most, and no NUL`,
    );
  }
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw queueDatabaseErrors.options(`capacity of queue ${name}: expected a whole number from 1, got ${capacity}`);
  }
}
