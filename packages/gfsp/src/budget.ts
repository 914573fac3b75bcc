/**
 * A bounded amount of something – bytes of memory, slots – that many share. Who wants more than is left waits in line,
 * first come first served, so that a large request is not passed over for ever by small ones.
 */
export class Budget {
  readonly capacity: number;
  readonly #waiting = new Set<Waiter>();
  #free: number;

  constructor(capacity: number) {
    if (!(capacity > 0)) throw new RangeError(`a budget of ${capacity}: expected more than 0`);
    this.capacity = capacity;
    this.#free = capacity;
  }

  get free(): number {
    return this.#free;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Resolves when `amount` is taken, with the call that gives it back (a second call does nothing). More than the
   * capacity counts as the capacity: it is granted when nothing else is.
   * @throws the signal's reason when it aborts first.
   */
  async take(amount: number, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    const need = Math.min(Math.max(amount, 0), this.capacity);
    if (this.#waiting.size === 0 && need <= this.#free) return this.#grant(need);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { need, resolve, release: () => {} };
      const abandon = () => {
        this.#waiting.delete(waiter);
        reject(signal?.reason);
        this.#serve();
      };
      waiter.release = () => signal?.removeEventListener('abort', abandon);
      signal?.addEventListener('abort', abandon, { once: true });
      this.#waiting.add(waiter);
    });
  }

  /** The same without a wait: undefined when it is not free, or others wait for theirs. Never more than the capacity. */
  tryTake(amount: number): (() => void) | undefined {
    const isFree = this.#waiting.size === 0 && amount <= this.#free;
    return isFree ? this.#grant(Math.max(amount, 0)) : undefined;
  }

  #grant(need: number): () => void {
    this.#free -= need;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#free += need;
      this.#serve();
    };
  }

  #serve(): void {
    for (const waiter of this.#waiting) {
      if (waiter.need > this.#free) return;
      this.#waiting.delete(waiter);
      waiter.release();
      waiter.resolve(this.#grant(waiter.need));
    }
  }
}

interface Waiter {
  need: number;
  resolve(release: () => void): void;
  /** Forgets the abort listener. */
  release(): void;
}
