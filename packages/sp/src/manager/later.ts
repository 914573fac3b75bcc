import { BoundedCache } from '@prairie/chain';
import { backoffMs, GfSpError, type LeaseQueue, type Logger, MemoryQueueEngine, type QueueEntry } from '@prairie/gfsp';
import { consume } from './consume.ts';

export interface LaterOptions {
  /** Objects that wait at most; more are found again by the sweep. Default 100000. */
  capacity?: number;
  /** Objects taken up at a time. Default 4. */
  parallel?: number;
}

export interface LaterDependencies {
  /** Takes the object up. Throws when that is to be tried again. */
  work: (objectId: bigint) => Promise<void>;
  logger: Logger;
}

/** An object whose job does not run now. */
export interface SetAside {
  objectId: bigint;
  /** Its task's key, when it is known. */
  key: string;
}

/** Pauses before an object is taken up again: 4 s, 8 s, … at most 15 min (`reference/tasks-and-manager.md` §8.4). */
const BACKOFF = { baseMs: 4000, maxMs: 900_000 };
const WORK_TIMEOUT_MS = 600_000;

/**
 * Objects that are taken up again after a pause that grows each time. In memory: should two managers take up the same
 * object, the unique key of the next queue decides.
 */
export class Later {
  readonly #engine: MemoryQueueEngine;
  readonly #queue: LeaseQueue<SetAside>;
  readonly #dependencies: LaterDependencies;
  readonly #parallel: number;
  /** Times an object was set aside since the start. */
  readonly #times: BoundedCache<bigint, number>;
  #loops: Promise<void>[] = [];

  private constructor(
    options: LaterOptions,
    dependencies: LaterDependencies,
    made: { engine: MemoryQueueEngine; queue: LeaseQueue<SetAside> },
  ) {
    this.#engine = made.engine;
    this.#queue = made.queue;
    this.#dependencies = dependencies;
    this.#parallel = options.parallel ?? 4;
    this.#times = new BoundedCache(made.queue.capacity);
  }

  static async open(options: LaterOptions, dependencies: LaterDependencies): Promise<Later> {
    const engine = new MemoryQueueEngine();
    const capacity = options.capacity ?? 100_000;
    const queue = await engine.open<SetAside>({ name: 'manager-later', capacity, ...BACKOFF });
    return new Later(options, dependencies, { engine, queue });
  }

  start(signal: AbortSignal): void {
    const { work, logger } = this.#dependencies;
    this.#loops = Array.from({ length: this.#parallel }, () =>
      consume(this.#queue, { signal, logger }, ({ objectId }) => work(objectId)),
    );
  }

  /** After the signal given to `start` has aborted: resolves when nothing runs any more. */
  async stopped(): Promise<void> {
    await Promise.all(this.#loops);
    await this.#engine.close();
  }

  async has(objectId: bigint): Promise<boolean> {
    return this.#queue.has(String(objectId));
  }

  async entries(): Promise<QueueEntry<SetAside>[]> {
    return this.#queue.scan();
  }

  /** After a pause, or at once: for what a start found. */
  async add(set: SetAside, when: 'later' | 'now' = 'later'): Promise<void> {
    const key = String(set.objectId);
    if (await this.#queue.has(key)) return;
    const times = (this.#times.get(set.objectId) ?? 0) + 1;
    if (when === 'later') this.#times.set(set.objectId, times);
    const task = { key, priority: 0, value: set, timeoutMs: WORK_TIMEOUT_MS, maxAttempts: Number.POSITIVE_INFINITY };
    try {
      await this.#queue.push(task, when === 'now' ? 0 : backoffMs(times, BACKOFF));
    } catch (error) {
      const reason = GfSpError.from(error).message;
      this.#dependencies.logger.error('an object waits for the next sweep', { object_id: set.objectId, reason });
    }
  }
}
