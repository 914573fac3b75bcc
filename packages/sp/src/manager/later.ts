import { BoundedCache } from '@prairie/chain';
import { backoffMs, GfSpError, type Logger, TaskDispatcher, TaskQueue } from '@prairie/gfsp';

export interface LaterOptions {
  /** Objects that wait at most; more are taken up at the next start only. Default 100000. */
  capacity?: number;
  /** Objects taken up at a time. Default 4. */
  parallel?: number;
}

export interface LaterDependencies {
  /** Takes the object up. Throws when that is to be tried again. */
  work: (objectId: bigint) => Promise<void>;
  logger: Logger;
}

/** Pauses before an object is taken up again: 4 s, 8 s, … at most 15 min (`reference/tasks-and-manager.md` §8.4). */
const BACKOFF = { baseMs: 4000, maxMs: 900_000 };
const WORK_TIMEOUT_MS = 600_000;

/** Objects that are taken up again after a pause that grows each time. Timers, not rounds through a table. */
export class Later {
  readonly #queue: TaskQueue<bigint>;
  readonly #dispatcher: TaskDispatcher<bigint>;
  readonly #dependencies: LaterDependencies;
  readonly #parallel: number;
  /** Times an object was set aside since the start. */
  readonly #times: BoundedCache<bigint, number>;
  #loops: Promise<void>[] = [];

  constructor(options: LaterOptions, dependencies: LaterDependencies) {
    const capacity = options.capacity ?? 100_000;
    this.#queue = new TaskQueue({ name: 'manager-later', capacity, ...BACKOFF });
    this.#dispatcher = new TaskDispatcher([this.#queue]);
    this.#dependencies = dependencies;
    this.#parallel = options.parallel ?? 4;
    this.#times = new BoundedCache(capacity);
  }

  start(signal: AbortSignal): void {
    this.#loops = Array.from({ length: this.#parallel }, () => this.#loop(signal));
  }

  /** After the signal given to `start` has aborted: resolves when nothing runs any more. */
  async stopped(): Promise<void> {
    await Promise.all(this.#loops);
    this.#queue.clear();
  }

  /** After a pause, or at once: for what a start found. */
  add(objectId: bigint, when: 'later' | 'now' = 'later'): void {
    const key = String(objectId);
    if (this.#queue.has(key)) return;
    const times = (this.#times.get(objectId) ?? 0) + 1;
    if (when === 'later') this.#times.set(objectId, times);
    const task = { key, priority: 0, value: objectId, timeoutMs: WORK_TIMEOUT_MS, maxAttempts: Infinity };
    try {
      this.#queue.push(task, when === 'now' ? 0 : backoffMs(times, BACKOFF));
    } catch (error) {
      const reason = GfSpError.from(error).message;
      this.#dependencies.logger.error('an object waits for the next start', { object_id: objectId, reason });
    }
  }

  async #loop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const next = await this.#dispatcher.take(signal);
      if (next) await this.#run(next.task.key, next.task.value);
    }
  }

  async #run(key: string, objectId: bigint): Promise<void> {
    try {
      await this.#dependencies.work(objectId);
      this.#queue.complete(key);
    } catch (error) {
      this.#dependencies.logger.warn('an object could not be taken up', { object_id: objectId, error });
      this.#queue.fail(key);
    }
  }
}
