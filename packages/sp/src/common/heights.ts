/** How far the tables are, for those who wait. */

interface Waiter {
  height: bigint;
  settle: (reached: boolean) => void;
}

export class Heights {
  #height: bigint;
  #stopped = false;
  readonly #waiters = new Set<Waiter>();

  constructor(height = 0n) {
    this.#height = height;
  }

  get height(): bigint {
    return this.#height;
  }

  advance(height: bigint): void {
    this.#height = height;
    for (const waiter of this.#waiters) if (waiter.height <= height) waiter.settle(true);
  }

  /** Nothing comes any more: who waits is told so at once. */
  stop(): void {
    this.#stopped = true;
    for (const waiter of this.#waiters) waiter.settle(false);
  }

  /** true once the height is reached, false when it is not within `timeoutMs` or will never be. */
  waitFor(height: bigint, timeoutMs: number): Promise<boolean> {
    if (this.#height >= height) return Promise.resolve(true);
    if (this.#stopped || timeoutMs <= 0) return Promise.resolve(false);
    return this.#wait(height, (settle) => {
      const timer = setTimeout(settle, timeoutMs, false);
      return () => clearTimeout(timer);
    });
  }

  /** The height now, then each later one; who is slow gets the latest. Ends with the signal, or when nothing comes. */
  async *follow(signal: AbortSignal): AsyncGenerator<bigint> {
    for (let seen = this.#height; !signal.aborted; seen = this.#height) {
      yield seen;
      if (this.#height > seen) continue;
      if (this.#stopped || signal.aborted || !(await this.#next(seen + 1n, signal))) return;
    }
  }

  #next(height: bigint, signal: AbortSignal): Promise<boolean> {
    return this.#wait(height, (settle) => {
      const abandon = () => settle(false);
      signal.addEventListener('abort', abandon, { once: true });
      return () => signal.removeEventListener('abort', abandon);
    });
  }

  /** `arm` sets what ends the wait early, and returns how to take that back. */
  #wait(height: bigint, arm: (settle: (reached: boolean) => void) => () => void): Promise<boolean> {
    return new Promise((resolve) => {
      const waiter: Waiter = {
        height,
        settle: (reached) => {
          disarm();
          this.#waiters.delete(waiter);
          resolve(reached);
        },
      };
      const disarm = arm(waiter.settle);
      this.#waiters.add(waiter);
    });
  }
}
