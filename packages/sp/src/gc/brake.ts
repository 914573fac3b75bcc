import type { GcRun } from './ports.ts';

/** Of so many pieces at least a share tells something. */
const LEAST_LOOKED = 1000;
const MOST_PERCENT = 5;

/**
 * Stops a pass that nobody asked for before it deletes much of a store: what a provider loses by itself is a few pieces
 * of crashes, and more looks like the tables, the key or the chain of another one.
 */
export class Brake {
  readonly #isOn: boolean;
  #looked = 0;
  #doomed = 0;

  constructor({ brake = false, dryRun = false }: Pick<GcRun, 'brake' | 'dryRun'>) {
    this.#isOn = brake && !dryRun;
  }

  /** Before the doomed ones go, which are counted if it matters. @throws Error when that is too much */
  async require(looked: number, countDoomed: () => Promise<number>): Promise<void> {
    if (!this.#isOn) return;
    this.#looked += looked;
    this.#doomed += await countDoomed();
    if (this.#looked < LEAST_LOOKED || this.#doomed * 100 <= this.#looked * MOST_PERCENT) return;
    throw new Error(
      `${this.#doomed} of the first ${this.#looked} pieces would go: too many to do so unasked. Look at them with ` +
        "'prairie sp gc zombie --dry-run'; without --dry-run they are deleted",
    );
  }
}
