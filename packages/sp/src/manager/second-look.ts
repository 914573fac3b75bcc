import type { Consensus, Logger } from '@prairie/gfsp';
import { settled } from '../common/settle.ts';

export interface SecondLookDependencies {
  consensus: Pick<Consensus, 'currentHeight' | 'waitForHeight'>;
  logger: Logger;
  /** The manager stops. */
  signal: AbortSignal;
}

type Look = (objectId: bigint, contentTime: bigint) => Promise<void>;

/** Objects that wait at most; others are found again by the next sweep. */
const MOST = 10_000;

/**
 * Looks at objects a second time, some blocks after the first: what the chain has no more is deleted, and a node that
 * is behind does not have yet what was acknowledged a moment ago. All of them wait for the same blocks.
 */
export class SecondLook {
  readonly #look: Look;
  readonly #dependencies: SecondLookDependencies;
  /** Object → which content of it. */
  readonly #waiting = new Map<bigint, bigint>();
  #running: Promise<void> | undefined;

  constructor(look: Look, dependencies: SecondLookDependencies) {
    this.#look = look;
    this.#dependencies = dependencies;
  }

  add(objectId: bigint, contentTime: bigint): void {
    if (this.#waiting.size >= MOST || this.#dependencies.signal.aborted) return;
    this.#waiting.set(objectId, contentTime);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when nothing waits. */
  async done(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { consensus, logger, signal } = this.#dependencies;
    while (this.#waiting.size > 0) {
      const contents = [...this.#waiting];
      this.#waiting.clear();
      try {
        await settled(consensus, { signal });
        for (const [objectId, contentTime] of contents) await this.#lookAt(objectId, contentTime);
      } catch (error) {
        if (signal.aborted) return;
        logger.warn('the chain does not go on: what may be discarded waits for the next sweep', { error });
      }
    }
  }

  async #lookAt(objectId: bigint, contentTime: bigint): Promise<void> {
    const { logger, signal } = this.#dependencies;
    signal.throwIfAborted();
    await this.#look(objectId, contentTime).catch((error: unknown) => {
      logger.warn('an object waits for the next sweep', { object_id: objectId, error });
    });
  }
}
