import { queueErrors } from '@prairie/gfsp';
import { receiverErrors } from './errors.ts';

/** What is in work: each key once, at most so many at a time, and per group of keys known whether any is. */
export class InFlight {
  readonly #max: number;
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #groups = new Map<string, number>();
  #closing = false;

  constructor(max: number) {
    this.#max = max;
  }

  has(key: string): boolean {
    return this.#running.has(key);
  }

  hasAny(group: string): boolean {
    return this.#groups.has(group);
  }

  /** @throws 970002 when there is too much in work, 80001 when it is over */
  async run<T>(key: string, group: string, work: () => Promise<T>): Promise<T> {
    if (this.#closing) throw receiverErrors.requestLost('the receiver is stopping: try again later');
    if (this.#running.size >= this.#max) throw queueErrors.exceeded();
    const running = work();
    this.#running.set(key, running);
    this.#groups.set(group, (this.#groups.get(group) ?? 0) + 1);
    try {
      return await running;
    } finally {
      this.#running.delete(key);
      const left = (this.#groups.get(group) ?? 1) - 1;
      if (left > 0) this.#groups.set(group, left);
      else this.#groups.delete(group);
    }
  }

  /** Takes nothing more; resolves when what is in work has ended. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.allSettled(this.#running.values());
  }
}
