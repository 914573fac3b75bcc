/** Takes away keys that have ended: nobody can sign with them, but they fill the tables and the lists. */
import type { Logger } from '@prairie/gfsp';
import type { KeyRegistry } from './key-registry.ts';

export interface KeyPurgeOptions {
  /** 0: never. Default 1 h. */
  intervalMs?: number;
}

const INTERVAL_MS = 3600_000;
/** Rows in one go: the tables are others' too. */
const BATCH = 500;
/** While there are more. */
const PAUSE_MS = 1000;

export class KeyPurge {
  readonly #intervalMs: number;
  readonly #keys: KeyRegistry;
  readonly #logger: Logger;
  /** Of the next run, while none is under way. */
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor({ intervalMs = INTERVAL_MS }: KeyPurgeOptions, { keys, logger }: { keys: KeyRegistry; logger: Logger }) {
    this.#intervalMs = intervalMs;
    this.#keys = keys;
    this.#logger = logger;
  }

  start(): void {
    this.#next(this.#intervalMs);
  }

  /** Waits for the run that is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #next(ms: number): void {
    if (this.#isStopped || this.#intervalMs === 0) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#run();
    }, ms).unref();
  }

  async #run(): Promise<void> {
    let isMore = false;
    try {
      const purged = await this.#keys.purge(BATCH);
      isMore = purged === BATCH;
      if (purged > 0) this.#logger.debug('keys that have ended were removed', { purged });
    } catch (error) {
      this.#logger.warn('keys that have ended could not be removed', { error });
    }
    this.#next(isMore ? Math.min(PAUSE_MS, this.#intervalMs) : this.#intervalMs);
  }
}
