import type { Logger } from '@prairie/gfsp';
import { executorErrors } from './errors.ts';

/** Objects that wait at most. */
const MOST_WAITING = 10_000;

export interface LeftoversDependencies {
  /** Looks at these objects, and takes away what is nobody's. */
  collect: (objectIds: readonly bigint[]) => Promise<void>;
  signal: AbortSignal;
  logger: Logger;
}

/**
 * Objects whose pieces here were received in vain, as one answer of the chain says: garbage collection looks at them
 * twice, some blocks apart. No task waits for that: all that come while others are looked at are the next ones. What is
 * forgotten, in a crash or for an error, the passes over rows come upon.
 */
export class Leftovers {
  readonly #dependencies: LeftoversDependencies;
  #waiting = new Set<bigint>();
  #running: Promise<void> | undefined;

  constructor(dependencies: LeftoversDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws 40001 when too many wait */
  add(objectId: bigint): void {
    if (this.#waiting.size >= MOST_WAITING) {
      throw executorErrors.requestLost(`${MOST_WAITING} objects wait to be collected, try again later`);
    }
    this.#waiting.add(objectId);
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is looked at. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Does not throw. */
  async #run(): Promise<void> {
    const { collect, signal, logger } = this.#dependencies;
    while (this.#waiting.size > 0 && !signal.aborted) {
      const objectIds = [...this.#waiting];
      this.#waiting = new Set();
      try {
        await collect(objectIds);
      } catch (error) {
        if (!signal.aborted) logger.warn('received pieces were not collected', { objects: objectIds.length, error });
      }
    }
    this.#running = undefined;
  }
}
