/** Entries that wait at most. */
export const MAX_WAITING = 10_000;

export interface BatchesOptions {
  /** Ends everything: what waits then is left. */
  signal: AbortSignal;
  /** Told why a batch could not be worked on; the next one is all the same. */
  failed: (error: unknown, size: number) => void;
}

/**
 * Work that has to wait, for blocks to come, waits once for many: all that is added while a batch is worked on is the next
 * one. An entry is in it once, with what was said of it last.
 */
export class Batches<K, V> {
  readonly #work: (batch: ReadonlyMap<K, V>) => Promise<void>;
  readonly #options: BatchesOptions;
  #waiting = new Map<K, V>();
  #running: Promise<void> | undefined;

  constructor(work: (batch: ReadonlyMap<K, V>) => Promise<void>, options: BatchesOptions) {
    this.#work = work;
    this.#options = options;
  }

  /** false when too many wait. */
  add(key: K, value: V): boolean {
    if (this.#waiting.size >= MAX_WAITING) return false;
    this.#waiting.set(key, value);
    this.#running ??= this.#run();
    return true;
  }

  /** Resolves when nothing is worked on. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal, failed } = this.#options;
    while (this.#waiting.size > 0 && !signal.aborted) {
      const batch = this.#waiting;
      this.#waiting = new Map();
      try {
        await this.#work(batch);
      } catch (error) {
        if (!signal.aborted) failed(error, batch.size);
      }
    }
    this.#running = undefined;
  }
}
