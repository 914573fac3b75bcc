import type { QueueStrategies } from './contracts.ts';
import type { Entry } from './entry.ts';

/** A queue of so many tasks is looked through whenever it is full: that takes less than a tenth of a millisecond. */
const SMALL_QUEUE = 1024;

/** A larger one that has nothing to retire is not looked through again for so long. */
const REST_MS = 1000;

/**
 * Finds what a full queue may drop, in the order of keys (`reference/tasks-and-manager.md` §3.2). One walk over all
 * tasks serves as many pushes as it has found tasks to drop, so that a full queue is not walked for each. A task is
 * asked about again before it goes, because it may have been handed out since.
 */
export class Retirement<T> {
  /** Keys that the last walk found, the next one last. */
  #found: string[] = [];
  #restUntil = Number.NEGATIVE_INFINITY;

  reset(): void {
    this.#found = [];
    this.#restUntil = Number.NEGATIVE_INFINITY;
  }

  /** The task to drop; undefined when there is none, or none is known and the last walk was a moment ago. */
  next(
    entries: ReadonlyMap<string, Entry<T>>,
    retire: NonNullable<QueueStrategies<T>['retire']>,
  ): Entry<T> | undefined {
    return (
      this.#nextFound(entries, retire) ?? (this.#walk(entries, retire) ? this.#nextFound(entries, retire) : undefined)
    );
  }

  #nextFound(entries: ReadonlyMap<string, Entry<T>>, retire: (entry: Entry<T>) => boolean): Entry<T> | undefined {
    for (let key = this.#found.pop(); key !== undefined; key = this.#found.pop()) {
      const entry = entries.get(key);
      if (entry && retire(entry)) return entry;
    }
    return undefined;
  }

  #walk(entries: ReadonlyMap<string, Entry<T>>, retire: (entry: Entry<T>) => boolean): boolean {
    const now = performance.now();
    if (entries.size > SMALL_QUEUE && now < this.#restUntil) return false;
    for (const [key, entry] of entries) if (retire(entry)) this.#found.push(key);
    this.#found.sort().reverse();
    this.#restUntil = now + REST_MS;
    return this.#found.length > 0;
  }
}
