import { sleep } from '@prairie/gfsp';

const PER_SECOND = 500;

/** So many in a second at most, the first second's worth at once. */
export class Pace {
  readonly #perSecond: number;
  #left: number;
  #at = performance.now();

  constructor(perSecond = PER_SECOND) {
    this.#perSecond = Math.max(1, perSecond);
    this.#left = this.#perSecond;
  }

  /** Resolves when the time for `count` of them has come. @throws the signal's reason */
  async take(count: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const now = performance.now();
    this.#left = Math.min(this.#perSecond, this.#left + ((now - this.#at) * this.#perSecond) / 1000);
    this.#at = now;
    this.#left -= count;
    if (this.#left < 0) await sleep((-this.#left / this.#perSecond) * 1000, signal);
  }
}
