import type { Logger } from '@prairie/gfsp';
import { Batches, MAX_WAITING } from '../common/batches.ts';
import { executorErrors } from './errors.ts';

export interface LeftoversDependencies {
  /** Looks at these objects, and takes away what is nobody's. */
  collect: (objectIds: readonly bigint[]) => Promise<void>;
  signal: AbortSignal;
  logger: Logger;
}

/**
 * Objects whose pieces here were received in vain, as one answer of the chain says: garbage collection looks at them
 * twice, some blocks apart. No task waits for that. What is forgotten, in a crash or for an error, the passes over rows
 * come upon.
 */
export class Leftovers {
  readonly #batches: Batches<bigint, undefined>;

  constructor({ collect, signal, logger }: LeftoversDependencies) {
    this.#batches = new Batches((objects) => collect([...objects.keys()]), {
      signal,
      failed: (error, objects) => logger.warn('received pieces were not collected', { objects, error }),
    });
  }

  /** @throws 40001 when too many wait */
  add(objectId: bigint): void {
    if (this.#batches.add(objectId, undefined)) return;
    throw executorErrors.requestLost(`${MAX_WAITING} objects wait to be collected, try again later`);
  }

  /** Resolves when nothing is looked at. */
  settled(): Promise<void> {
    return this.#batches.settled();
  }
}
