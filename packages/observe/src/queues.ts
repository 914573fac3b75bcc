/** Sizes of queues on scrape, and times of their operations. */
import { performance } from 'node:perf_hooks';
import type { LeaseQueue, QueueEngine, QueueOptions } from '@prairie/gfsp';
import { type Metrics, secondsSince } from './metrics.ts';
import { whenSettled } from './settle.ts';

/** Method → the ending of `queue_time`. */
const operations: Readonly<Partial<Record<keyof LeaseQueue<unknown>, string>>> = {
  has: 'has',
  push: 'push',
  top: 'top',
  topByLimit: 'top_by_limit',
  pop: 'pop',
  popByKey: 'pop_by_key',
  popByLimit: 'pop_by_limit',
  // What dispatch does instead of popping what fits, and what a report does instead of popping by key.
  lease: 'pop_by_limit',
  complete: 'pop_by_key',
};

/** Where a task goes out to be worked on. */
const leaving = new Set<PropertyKey>(['pop', 'popByLimit', 'lease']);

/** Puts sizes and capacities of queues on the scrape; `queues` is asked each time. */
export function watchQueues(
  metrics: Metrics,
  queues: () => Iterable<Pick<LeaseQueue<unknown>, 'name' | 'capacity' | 'size'>>,
): void {
  metrics.onScrape(async () => {
    for (const queue of queues()) {
      metrics.set('queue_capacity', { queue_capacity: queue.name }, queue.capacity);
      metrics.set('queue_size', { queue_size: queue.name }, await queue.size());
    }
  });
}

/** The engine, with every queue that it opens timed and on the scrape. */
export function observeQueues(engine: QueueEngine, metrics: Metrics): QueueEngine {
  const open = new Map<string, LeaseQueue<unknown>>();
  watchQueues(metrics, () => open.values());
  return {
    async open<T>(options: QueueOptions) {
      // Whoever opens a queue knows what is in it; here they are only counted.
      const known = open.get(options.name) as LeaseQueue<T> | undefined;
      const queue = known ?? observeQueue(await engine.open<T>(options), metrics);
      open.set(options.name, queue as unknown as LeaseQueue<unknown>);
      return queue;
    },
    async close() {
      open.clear();
      await engine.close();
    },
  };
}

/** The queue, with its operations in `queue_time` and the waits of tasks in `task_in_queue_time`. */
export function observeQueue<T>(queue: LeaseQueue<T>, metrics: Metrics): LeaseQueue<T> {
  const waits = new Waits(queue.capacity, metrics, queue.name);
  const methods = new Map<PropertyKey, unknown>();
  return new Proxy(queue, {
    get(target, property) {
      const known = methods.get(property);
      if (known) return known;
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const ending = Object.hasOwn(operations, property) ? operations[property as keyof LeaseQueue<T>] : undefined;
      const method = ending === undefined ? value.bind(target) : timed(`${queue.name}-${ending}`, property, value);
      methods.set(property, method);
      return method;
    },
  });

  function timed(label: string, property: PropertyKey, value: unknown) {
    return (...args: unknown[]) => {
      const began = performance.now();
      // before the call: an executor that waits may have the task before the push is told to be done
      const pushed = property === 'push' ? waits.came((args[0] as { key: string }).key, began) : undefined;
      return whenSettled(
        () => (value as (...args: unknown[]) => unknown).apply(queue, args),
        (error, result) => {
          metrics.observe('queue_time', { queue_time: label }, secondsSince(began));
          if (error === undefined) waits.saw(property, args, result);
          else if (pushed !== undefined) waits.forget(pushed);
        },
      );
    };
  }
}

/** When tasks came that are still here: no more than the queue holds. */
class Waits {
  readonly #since = new Map<string, number>();
  readonly #capacity: number;
  readonly #metrics: Metrics;
  readonly #name: string;

  constructor(capacity: number, metrics: Metrics, name: string) {
    this.#capacity = capacity;
    this.#metrics = metrics;
    this.#name = name;
  }

  saw(property: PropertyKey, args: readonly unknown[], result: unknown): void {
    if (property === 'push') this.#makeRoom();
    else if (property === 'complete' || property === 'popByKey') this.forget(args[0] as string);
    else if (leaving.has(property) && result) this.#went(result as { key: string } | { task: { key: string } });
  }

  /** The key; undefined for one that waits already. */
  came(key: string, at: number): string | undefined {
    if (this.#since.has(key)) return undefined;
    this.#since.set(key, at);
    return key;
  }

  forget(key: string): void {
    this.#since.delete(key);
  }

  /** Tasks that another process took, or that ran out of time, were never seen to leave: the oldest goes. */
  #makeRoom(): void {
    if (this.#since.size <= this.#capacity) return;
    const [oldest] = this.#since.keys();
    if (oldest !== undefined) this.#since.delete(oldest);
  }

  #went(result: { key: string } | { task: { key: string } }): void {
    const key = 'key' in result ? result.key : result.task.key;
    const since = this.#since.get(key);
    if (since === undefined) return;
    this.#since.delete(key);
    this.#metrics.observe('task_in_queue_time', { task_in_queue_time: this.#name }, secondsSince(since));
  }
}
