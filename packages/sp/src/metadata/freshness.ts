import type { Consensus } from '@prairie/gfsp';

/** How far the tables are. It runs as long as the metadata module does, if it has to be started. */
export interface SyncProgress {
  readonly height: bigint;
  /** true once the tables hold the block of that height, false when they do not within `timeoutMs`. */
  waitForHeight(height: bigint, timeoutMs: number): Promise<boolean>;
  start?(): Promise<void>;
  stop?(): Promise<void>;
}

/**
 * Makes a client see what it has done: who asks right after its transaction's block is answered from that block.
 * The chain's head is asked for once for all who come while an answer is under way.
 */
export class Freshness {
  readonly #timeoutMs: number;
  readonly #chain: Pick<Consensus, 'currentHeight'>;
  readonly #progress: SyncProgress;
  #asking: Promise<bigint> | undefined;
  #next: Promise<bigint> | undefined;

  constructor(timeoutMs: number, dependencies: { chain: Pick<Consensus, 'currentHeight'>; progress: SyncProgress }) {
    this.#timeoutMs = timeoutMs;
    this.#chain = dependencies.chain;
    this.#progress = dependencies.progress;
  }

  /** Latest block that is in the tables. */
  get height(): bigint {
    return this.#progress.height;
  }

  /** Waits until the tables are where the chain is now. A silent chain is not waited for. */
  async catchUp(): Promise<void> {
    const head = await this.#head().catch(() => 0n);
    if (head > this.#progress.height) await this.#progress.waitForHeight(head, this.#timeoutMs);
  }

  /** `ask`, and once more after catching up when the first answer may only mean that the tables are behind. */
  async answer<T>(ask: () => Promise<T>, isFinal: (answer: T) => boolean): Promise<T> {
    const asked = this.#progress.height;
    const first = await ask();
    if (isFinal(first)) return first;
    await this.catchUp();
    // a block that came while the first answer was read counts too
    return this.#progress.height > asked ? ask() : first;
  }

  /** The head at some moment after the call: an answer that is under way already may be older. */
  #head(): Promise<bigint> {
    if (!this.#asking) {
      this.#asking = this.#chain.currentHeight().finally(() => {
        this.#asking = undefined;
      });
      return this.#asking;
    }
    this.#next ??= this.#asking
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.#head();
      });
    return this.#next;
  }
}
