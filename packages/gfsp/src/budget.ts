/** Who wants no more than this share of all is not kept waiting by a large request… */
const SMALL = 1 / 256;
/** …which lets so much go ahead, and no more. */
const AHEAD = 1 / 16;

/**
 * A bounded amount of something – bytes of memory, slots – that many share. Who wants more than is left waits in line,
 * first come first served: small requests have a line of their own, and go ahead of a large one, but not for ever.
 */
export class Budget {
  readonly capacity: number;
  readonly #small = new Set<Waiter>();
  readonly #large = new Set<Waiter>();
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
    return this.#small.size + this.#large.size;
  }

  /**
   * Resolves when `amount` is taken, with the call that gives it back (a second call does nothing). More than the
   * capacity counts as the capacity: it is granted when nothing else is.
   * @throws the signal's reason when it aborts first.
   */
  async take(amount: number, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    const need = Math.min(Math.max(amount, 0), this.capacity);
    if (this.waiting === 0 && need <= this.#free) return this.#grant(need);
    return new Promise((resolve, reject) => {
      const line = need <= this.capacity * SMALL ? this.#small : this.#large;
      const waiter: Waiter = { need, line, ahead: 0, resolve, release: () => {} };
      const abandon = () => {
        line.delete(waiter);
        reject(signal?.reason);
        this.#serve();
      };
      waiter.release = () => signal?.removeEventListener('abort', abandon);
      signal?.addEventListener('abort', abandon, { once: true });
      line.add(waiter);
      this.#serve();
    });
  }

  /** The same without a wait: undefined when it is not free, or others wait for theirs. Never more than the capacity. */
  tryTake(amount: number): (() => void) | undefined {
    const isFree = this.waiting === 0 && amount <= this.#free;
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
    for (let next = this.#next(); next; next = this.#next()) {
      next.line.delete(next);
      next.release();
      next.resolve(this.#grant(next.need));
    }
  }

  /** Whose turn it is, if there is enough. */
  #next(): Waiter | undefined {
    const [small] = this.#small;
    const [large] = this.#large;
    if (small && small.need <= this.#free) {
      if (!large) return small;
      const ahead = large.ahead + small.need;
      if (ahead <= this.capacity * AHEAD) {
        large.ahead = ahead;
        return small;
      }
    }
    return large && large.need <= this.#free ? large : undefined;
  }
}

interface Waiter {
  need: number;
  line: Set<Waiter>;
  /** What small requests that went ahead of it have taken. */
  ahead: number;
  resolve(release: () => void): void;
  /** Forgets the abort listener. */
  release(): void;
}
