/**
 * Approvals by the keys of the questions they were given for (`reference/internal-grpc.md` §5): who asks again while an
 * approval lives gets the same one, and those who ask at the same time share one. That a flood of requests does not
 * become a flood of signatures is the point.
 */
import type { LeaseQueue, QueueEngine, QueueEntry, QueueTask } from '@prairie/gfsp';

/** A message with its approval, and the height from which the approval is worth nothing. */
export interface Given<T> {
  readonly message: T;
  readonly expiresAt: bigint;
}

/** An approval that was given so long ago may be dropped when the queue is full (§5). */
const RETIRE_MS = 60_000;

export interface AnswersOptions {
  name: string;
  /** Questions in work and approvals that are kept, together. */
  capacity: number;
}

export interface AnswersDependencies {
  /** Of this process: a promise of an answer is of no use to another one. */
  engine: QueueEngine;
  /** The chain's. */
  height(): Promise<bigint>;
}

export class Answers<T> {
  readonly #options: AnswersOptions;
  readonly #dependencies: AnswersDependencies;
  readonly #making = new Map<string, Promise<T>>();
  #queue: Promise<Kept<T>> | undefined;

  constructor(options: AnswersOptions, dependencies: AnswersDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** @throws Error when the capacity is no whole number from 1 */
  async open(): Promise<void> {
    await this.#kept();
  }

  /** @throws TaskQueue 970002 when nothing that is kept may be dropped, and what `make` throws */
  answer(key: string, make: () => Promise<Given<T>>): Promise<T> {
    const underWay = this.#making.get(key);
    if (underWay) return underWay;
    const making = this.#find(key, make).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  async #find(key: string, make: () => Promise<Given<T>>): Promise<T> {
    const kept = await this.#kept();
    const known = (await kept.get(key))?.value;
    // the place is taken before anything is signed for it
    if (!known) await kept.push(taskOf<T>(key, undefined));
    try {
      if (known && (await this.#dependencies.height()) < known.expiresAt) return known.message;
      const given = await make();
      await kept.popByKey(key);
      await kept.push(taskOf(key, given));
      return given.message;
    } catch (error) {
      await kept.popByKey(key);
      throw error;
    }
  }

  /** A line for each whose key contains `filter`, at most 1000. */
  async lines(filter: string): Promise<string[]> {
    const entries = await (await this.#kept()).scan(filter);
    return entries.map((entry) => this.#line(entry));
  }

  #line({ task: { key, value }, pushedAt }: QueueEntry<Given<T> | undefined>): string {
    const age = Math.max(Math.round((Date.now() - pushedAt) / 1000), 0);
    const state = value ? `APPROVED expires=${value.expiresAt}` : 'APPROVING';
    return `${key} ${this.#options.name} ${state} age=${age}s`;
  }

  #kept(): Promise<Kept<T>> {
    this.#queue ??= this.#openQueue();
    return this.#queue;
  }

  async #openQueue(): Promise<Kept<T>> {
    const { name, capacity } = this.#options;
    const queue = await this.#dependencies.engine.open<Given<T> | undefined>({ name: `approver-${name}`, capacity });
    queue.setStrategies({ retire: ({ task, pushedAt }) => !!task.value && Date.now() - pushedAt > RETIRE_MS });
    return queue;
  }
}

/** undefined while the answer is made. */
type Kept<T> = LeaseQueue<Given<T> | undefined>;

/** Nobody is handed one: it only stands in the queue. */
function taskOf<T>(key: string, value: Given<T> | undefined): QueueTask<Given<T> | undefined> {
  return { key, value, priority: 0, timeoutMs: RETIRE_MS, maxAttempts: 1 };
}
