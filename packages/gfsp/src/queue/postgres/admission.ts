/**
 * Capacity. Counting a large queue at each push would cost more than the push: while there is room enough, a manager
 * takes leave for a share of it and does not count again until that is used up. Near the end each push counts, one
 * manager at a time. So a queue may exceed its capacity by {@link MAX_SHARE} tasks for each further manager.
 */
import type { QueueTask } from '../contracts.ts';
import { queueErrors } from '../errors.ts';
import type { Row } from './database.ts';
import { taskToRow } from './rows.ts';
import type { QueueTable } from './table.ts';

/** Tasks pushed without counting. */
const MAX_SHARE = 64;
/** Part of the room that one share is; so there is none when fewer are free. */
const SHARE_OF_ROOM = 16;
/** Tasks looked at in one statement when one is to be dropped. */
const RETIRE_BATCH = 512;
/** A full walk that found nothing to drop is not repeated sooner. */
const RETIRE_PAUSE_MS = 1000;
/** Others may take the place that was made. */
const RETIRE_ATTEMPTS = 3;

export class Admission<T> {
  readonly #table: QueueTable<T>;
  #share = 0;
  #noRetireBefore = Number.NEGATIVE_INFINITY;

  constructor(table: QueueTable<T>) {
    this.#table = table;
  }

  /** The row. @throws 970001, 970002, 970007 */
  async push(task: QueueTask<T>, delayMs: number, note: string): Promise<Row> {
    const values = [...taskToRow(task, this.#table.codec), delayMs, note];
    if (this.#share > 0) {
      this.#share -= 1;
      return inserted(await this.#table.makeReady('push', values));
    }
    for (let attempt = 1; attempt <= RETIRE_ATTEMPTS; attempt++) {
      const row = await this.#pushCounting(task.key, values);
      if (row) return row;
      if (!(await this.#retireOne())) break;
    }
    const { name, capacity } = this.#table.options;
    throw queueErrors.exceeded(`request exceed limit: ${name} holds ${capacity} tasks, try again later`);
  }

  /** Other strategies may retire what these did not. */
  reset(): void {
    this.#noRetireBefore = Number.NEGATIVE_INFINITY;
  }

  /** undefined when the queue is full. */
  #pushCounting(key: string, values: readonly unknown[]): Promise<Row | undefined> {
    const { capacity } = this.#table.options;
    return this.#table.transaction(async (client) => {
      await this.#table.run('lockRoom', [], client);
      const [room] = await this.#table.run('room', [capacity, key], client);
      if (room?.repeated === true) throw queueErrors.repeated();
      const free = capacity - Number(room?.size);
      if (free <= 0) return undefined;
      const row = inserted(await this.#table.makeReady('push', values, client));
      this.#share = Math.min(MAX_SHARE, Math.floor((free - 1) / SHARE_OF_ROOM));
      return row;
    });
  }

  /** Drops the first task, by key, that the strategy gives up (`reference/tasks-and-manager.md` §3.2). */
  async #retireOne(): Promise<boolean> {
    const { retire } = this.#table.strategies;
    if (!retire || performance.now() < this.#noRetireBefore) return false;
    for (let after = ''; ; ) {
      const rows = await this.#table.run('scan', ['', after, RETIRE_BATCH]);
      for (const row of rows) {
        const entry = this.#table.entry(row);
        if (!retire(this.#table.visible(entry))) continue;
        await this.#table.run('takeUnchanged', [entry.task.key, entry.seq, entry.attempts, entry.state]);
        return true;
      }
      if (rows.length < RETIRE_BATCH) break;
      after = String(rows.at(-1)?.key);
    }
    this.#noRetireBefore = performance.now() + RETIRE_PAUSE_MS;
    return false;
  }
}

function inserted([row]: Row[]): Row {
  if (!row) throw queueErrors.repeated();
  return row;
}
