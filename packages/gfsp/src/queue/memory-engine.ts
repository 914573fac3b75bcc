import type { QueueEngine, QueueOptions } from './contracts.ts';
import { MemoryQueue, type MemoryQueueDependencies } from './memory-queue.ts';

/** Queues in this process: what is in them is gone with it. */
export class MemoryQueueEngine implements QueueEngine {
  readonly #queues = new Map<string, MemoryQueue<unknown>>();
  readonly #dependencies: MemoryQueueDependencies;

  constructor(dependencies: MemoryQueueDependencies = {}) {
    this.#dependencies = dependencies;
  }

  /** The same name gives the same queue, as it was opened first. @throws Error when the capacity is no whole number from 1 */
  async open<T>(options: QueueOptions): Promise<MemoryQueue<T>> {
    const known = this.#queues.get(options.name);
    if (known) return known as MemoryQueue<T>;
    const queue = new MemoryQueue<T>(options, this.#dependencies);
    this.#queues.set(options.name, queue as MemoryQueue<unknown>);
    return queue;
  }

  /** All tasks are forgotten. */
  async close(): Promise<void> {
    for (const queue of this.#queues.values()) queue.clear();
    this.#queues.clear();
  }
}
