/** How far the syncer is, for those who wait. */

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
    return new Promise((resolve) => {
      const waiter: Waiter = {
        height,
        settle: (reached) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(reached);
        },
      };
      const timer = setTimeout(waiter.settle, timeoutMs, false);
      this.#waiters.add(waiter);
    });
  }
}
