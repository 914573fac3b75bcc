import type { Consensus, Logger } from '@prairie/gfsp';
import { Batches } from '../common/batches.ts';
import { settled } from '../common/settle.ts';

export interface SecondLookDependencies {
  consensus: Pick<Consensus, 'currentHeight' | 'waitForHeight'>;
  logger: Logger;
  /** The manager stops. */
  signal: AbortSignal;
}

type Look = (objectId: bigint, contentTime: bigint) => Promise<void>;

/**
 * Looks at objects a second time, some blocks after the first: what the chain has no more is deleted, and a node that
 * is behind does not have yet what was acknowledged a moment ago. All of them wait for the same blocks.
 */
export class SecondLook {
  readonly #look: Look;
  readonly #dependencies: SecondLookDependencies;
  /** Object → which content of it. */
  readonly #batches: Batches<bigint, bigint>;

  constructor(look: Look, dependencies: SecondLookDependencies) {
    this.#look = look;
    this.#dependencies = dependencies;
    const { logger, signal } = dependencies;
    this.#batches = new Batches((contents) => this.#lookAt(contents), {
      signal,
      failed: (error) =>
        logger.warn('the chain does not go on: what may be discarded waits for the next sweep', { error }),
    });
  }

  /** Where too many wait it is found again by the next sweep. */
  add(objectId: bigint, contentTime: bigint): void {
    this.#batches.add(objectId, contentTime);
  }

  /** Resolves when nothing waits. */
  done(): Promise<void> {
    return this.#batches.settled();
  }

  async #lookAt(contents: ReadonlyMap<bigint, bigint>): Promise<void> {
    const { consensus, logger, signal } = this.#dependencies;
    await settled(consensus, { signal });
    for (const [objectId, contentTime] of contents) {
      signal.throwIfAborted();
      await this.#look(objectId, contentTime).catch((error: unknown) => {
        logger.warn('an object waits for the next sweep', { object_id: objectId, error });
      });
    }
  }
}
