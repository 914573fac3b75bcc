import { type QueueTask, queueErrors, type TaskQueue } from './queue.ts';

export interface Dispatched<T> {
  queue: TaskQueue<T>;
  task: QueueTask<T>;
  /** 1 the first time the task is handed out. */
  attempt: number;
}

interface Waiter<T> {
  resolve(task: Dispatched<T>): void;
  release(): void;
}

/**
 * Hands the tasks of several queues to those who wait for one, the best task to the one who has waited longest. Nobody
 * polls: a waiter is served the moment a task becomes ready.
 */
export class TaskDispatcher<T> {
  readonly #queues: readonly TaskQueue<T>[];
  readonly #waiters = new Set<Waiter<T>>();
  readonly #maxWaiters: number;

  constructor(queues: readonly TaskQueue<T>[], options: { maxWaiters?: number } = {}) {
    this.#queues = queues;
    this.#maxWaiters = options.maxWaiters ?? 10_240;
    for (const queue of queues) queue.onReady(() => this.#serve());
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** The next task; undefined when `signal` aborts first. @throws 970002 when too many wait */
  async take(signal: AbortSignal): Promise<Dispatched<T> | undefined> {
    if (signal.aborted) return undefined;
    if (this.#waiters.size === 0) {
      const now = this.#next();
      if (now) return now;
    }
    if (this.#waiters.size >= this.#maxWaiters) {
      throw queueErrors.exceeded(`request exceed limit: ${this.#maxWaiters} callers wait for a task already`);
    }
    return new Promise((resolve) => {
      const abandon = () => {
        this.#waiters.delete(waiter);
        resolve(undefined);
      };
      const waiter: Waiter<T> = { resolve, release: () => signal.removeEventListener('abort', abandon) };
      signal.addEventListener('abort', abandon, { once: true });
      this.#waiters.add(waiter);
    });
  }

  #next(): Dispatched<T> | undefined {
    let best: TaskQueue<T> | undefined;
    let bestRank = Number.POSITIVE_INFINITY;
    for (const queue of this.#queues) {
      const rank = queue.peekRank();
      if (rank === undefined || rank >= bestRank) continue;
      best = queue;
      bestRank = rank;
    }
    const leased = best?.lease();
    return best && leased ? { queue: best, ...leased } : undefined;
  }

  #serve(): void {
    for (const waiter of this.#waiters) {
      const next = this.#next();
      if (!next) return;
      this.#waiters.delete(waiter);
      waiter.release();
      waiter.resolve(next);
    }
  }
}
