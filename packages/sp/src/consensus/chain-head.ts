import { setImmediate } from 'node:timers/promises';
import { type Consensus, type Logger, sleep } from '@prairie/gfsp';

/** Nobody has asked for so long: blocks are not followed until somebody does. */
const IDLE_MS = 10_000;
/** Blocks come every few seconds at the latest. When none has come for so long, the node is asked whether that is so. */
const SILENT_MS = 5000;
/** Pause after the chain could not be followed. */
const RETRY_MS = 500;

export interface ChainHeadDependencies {
  chain: Pick<Consensus, 'currentHeight' | 'waitForHeight'>;
  logger: Logger;
}

/**
 * The chain's height as its blocks tell it: whoever remembers an answer knows by it, without asking, whether the answer
 * is still that of the latest block.
 */
export class ChainHead {
  readonly #chain: ChainHeadDependencies['chain'];
  readonly #logger: Logger;
  readonly #closed = new AbortController();
  readonly #listeners = new Set<() => void>();
  #follows = false;
  /** Of the latest block that was heard; undefined while nothing is followed. */
  #height: bigint | undefined;
  #heardAt = 0;
  #askedAt = 0;
  #confirming: Promise<void> | undefined;

  constructor({ chain, logger }: ChainHeadDependencies) {
    this.#chain = chain;
    this.#logger = logger;
  }

  /** undefined while a block could have come unheard. Begins to listen when nobody does yet. */
  get height(): bigint | undefined {
    this.#askedAt = performance.now();
    if (!this.#follows && !this.#closed.signal.aborted) void this.#follow();
    if (this.#height === undefined || this.#askedAt - this.#heardAt < SILENT_MS) return this.#height;
    this.#confirming ??= this.#confirm().finally(() => {
      this.#confirming = undefined;
    });
    return undefined;
  }

  /** When the latest block was heard (`performance.now()`). */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Called for every block that is heard, and when blocks are no longer heard: what was answered before is old. */
  onBlock(listener: () => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    this.#closed.abort(new Error('the provider is stopping'));
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closed;
    this.#follows = true;
    try {
      let height = await this.#chain.currentHeight();
      while (!signal.aborted && performance.now() - this.#askedAt < IDLE_MS) {
        height = await this.#chain.waitForHeight(height + 1n, signal);
        this.#hear(height);
        // a chain that has blocks at once must not keep everything else from running
        await setImmediate();
      }
    } catch (error) {
      if (!signal.aborted) this.#logger.debug('blocks are not heard: the chain is asked each time', { error });
      await sleep(RETRY_MS, signal).catch(() => {});
    } finally {
      this.#hear(undefined);
      this.#follows = false;
    }
  }

  #hear(height: bigint | undefined): void {
    this.#height = height;
    this.#heardAt = performance.now();
    for (const listener of this.#listeners) listener();
  }

  /** A chain that makes no blocks is as it was; one that does has them told by `#follow`. */
  async #confirm(): Promise<void> {
    const height = await this.#chain.currentHeight().catch(() => undefined);
    if (height !== undefined && height === this.#height) this.#heardAt = performance.now();
  }
}
