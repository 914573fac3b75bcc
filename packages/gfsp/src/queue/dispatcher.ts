import type { Limit } from '../tasks/limit.ts';
import type { Awaitable, LeaseQueue, QueueTask } from './contracts.ts';
import { queueErrors } from './errors.ts';
import { Waiter } from './waiter.ts';

export interface Dispatched<T> {
  queue: LeaseQueue<T>;
  task: QueueTask<T>;
  /** 1 the first time the task is handed out. */
  attempt: number;
}

export interface TakeRequest {
  /** Who gets the task: {@link TaskDispatcher.abandon} gives back all that it has. */
  owner: string;
  /** What the owner has left: only a task that fits is given. Without it any fits. */
  offer?: Limit;
}

/**
 * Hands the tasks of several queues to those who wait for one: the best task over all queues to the one who has waited
 * longest. Who has no room for what there is does not hold up the others. Nobody polls: a waiter is served the moment a
 * task becomes ready, with queues in memory within the very call that makes it ready.
 *
 * A filter that begins to let a ready task pass is no event: `setStrategies` is one.
 */
export class TaskDispatcher<T> {
  readonly #queues: readonly LeaseQueue<T>[];
  readonly #maxWaiters: number;
  /** In the order in which they came. */
  readonly #waiters = new Set<Waiter<T>>();
  #isServing = false;
  /** Something became ready, or somebody came, while others were being served. */
  #again = false;

  constructor(queues: readonly LeaseQueue<T>[], options: { maxWaiters?: number } = {}) {
    this.#queues = queues;
    this.#maxWaiters = options.maxWaiters ?? 10_240;
    for (const queue of queues) queue.onReady(() => this.#serve(this.#waiters));
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /**
   * The next task; undefined when `signal` aborts first or the owner is abandoned. A task that an engine was handing out
   * at that moment is still given, so that it is somebody's.
   * @throws 970002 when too many wait; what a queue throws
   */
  async take(request: TakeRequest, signal: AbortSignal): Promise<Dispatched<T> | undefined> {
    if (signal.aborted) return undefined;
    if (this.#waiters.size >= this.#maxWaiters) {
      throw queueErrors.exceeded(
        `request exceed limit: ${this.#maxWaiters} callers wait for a task already, ask again later`,
      );
    }
    const waiter = new Waiter<T>(request, signal, (gone) => this.#waiters.delete(gone));
    this.#waiters.add(waiter);
    // Whoever waits already was offered all that is ready: it did not fit.
    this.#serve([waiter]);
    return waiter.answer;
  }

  /** The owner is gone: it waits no longer, and all that it has is ready again. Number of tasks. */
  async abandon(owner: string): Promise<number> {
    for (const waiter of this.#waiters) if (waiter.owner === owner) waiter.leave();
    const counts = await Promise.all(this.#queues.map((queue) => queue.abandon(owner)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** One round at a time, so that nobody passes one who has waited longer. */
  #serve(waiters: Iterable<Waiter<T>>): void {
    if (this.#isServing) {
      this.#again = true;
      return;
    }
    this.#isServing = true;
    void after(this.#round(waiters[Symbol.iterator]()), () => {
      this.#isServing = false;
      if (!this.#again) return;
      this.#again = false;
      this.#serve(this.#waiters);
    });
  }

  /** Asks for each in turn, as far as it goes without a promise. Who comes meanwhile is asked for, too. */
  #round(waiters: Iterator<Waiter<T>>, refused = new Set<string>()): Awaitable<void> {
    for (let next = waiters.next(); !next.done; next = waiters.next()) {
      const asked = this.#ask(next.value, refused);
      if (asked instanceof Promise) return this.#continue(asked, waiters, refused);
    }
  }

  async #continue(asked: Promise<void>, waiters: Iterator<Waiter<T>>, refused: Set<string>): Promise<void> {
    await asked;
    for (let next = waiters.next(); !next.done; next = waiters.next()) await this.#ask(next.value, refused);
  }

  /** `refused` are the offers for which this round has found nothing. */
  #ask(waiter: Waiter<T>, refused: Set<string>): Awaitable<void> {
    if (refused.has(waiter.offerKey)) return;
    const receive = (dispatched: Dispatched<T> | undefined): void => {
      if (!dispatched) refused.add(waiter.offerKey);
      waiter.receive(dispatched);
    };
    waiter.ask();
    try {
      const next = this.#next(waiter);
      if (next instanceof Promise) return next.then(receive, (error) => waiter.refuse(error));
      receive(next);
    } catch (error) {
      waiter.refuse(error);
    }
  }

  #next(waiter: Waiter<T>): Awaitable<Dispatched<T> | undefined> {
    if (this.#queues.length === 1) return this.#leaseFrom(this.#queues, waiter);
    const ranks = this.#queues.map((queue) => queue.peekRank(waiter.offer));
    const lease = (known: readonly (number | undefined)[]) => this.#leaseFrom(this.#byRank(known), waiter);
    return ranks.some((rank) => rank instanceof Promise)
      ? Promise.all(ranks).then(lease)
      : lease(ranks as (number | undefined)[]);
  }

  /** Queues that have something, the best first. */
  #byRank(ranks: readonly (number | undefined)[]): LeaseQueue<T>[] {
    return this.#queues
      .map((queue, index) => ({ queue, rank: ranks[index] }))
      .filter((each): each is { queue: LeaseQueue<T>; rank: number } => each.rank !== undefined)
      .sort((a, b) => a.rank - b.rank)
      .map(({ queue }) => queue);
  }

  /** From the first that still has something: another process may have been faster. */
  #leaseFrom([queue, ...others]: readonly LeaseQueue<T>[], waiter: Waiter<T>): Awaitable<Dispatched<T> | undefined> {
    if (!queue) return undefined;
    return after(queue.lease(waiter.owner, waiter.offer), (lease) =>
      lease ? { queue, ...lease } : this.#leaseFrom(others, waiter),
    );
  }
}

/** Goes on at once when there is nothing to wait for: a turn of the event loop per queue would be most of the cost. */
function after<A, B>(value: Awaitable<A>, next: (value: A) => Awaitable<B>): Awaitable<B> {
  return value instanceof Promise ? value.then(next) : next(value);
}
