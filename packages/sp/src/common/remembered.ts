import { BoundedCache } from '@prairie/chain';

export interface RememberedOptions {
  /** Keys kept at most. */
  entries: number;
  /** A value older than that is asked for again, when it is wanted. Default: it holds until it is forgotten. */
  maxAgeMs?: number;
}

interface Entry<T> {
  value: Promise<T>;
  at: number;
}

/** Answers that hold for a while: asked once for all who want them at the same time. A failure is not remembered. */
export class Remembered<T> {
  readonly #maxAgeMs: number;
  readonly #ask: (key: string) => Promise<T>;
  readonly #entries: BoundedCache<string, Entry<T>>;

  constructor({ entries, maxAgeMs = Number.POSITIVE_INFINITY }: RememberedOptions, ask: (key: string) => Promise<T>) {
    this.#maxAgeMs = maxAgeMs;
    this.#ask = ask;
    this.#entries = new BoundedCache(entries);
  }

  get(key: string): Promise<T> {
    const known = this.#entries.get(key);
    if (known && this.#holds(known)) return known.value;
    const entry: Entry<T> = { value: this.#ask(key), at: performance.now() };
    this.#entries.set(key, entry);
    entry.value.catch(() => {
      entry.at = Number.NEGATIVE_INFINITY;
    });
    return entry.value;
  }

  /** Whether `get` would ask nobody. */
  knows(key: string): boolean {
    const known = this.#entries.get(key);
    return known !== undefined && this.#holds(known);
  }

  /** What was asked before is asked again, also when its answer is still to come; without a key, all of it. */
  forget(key?: string): void {
    if (key === undefined) this.#entries.clear();
    else this.#entries.delete(key);
  }

  #holds({ at }: Entry<T>): boolean {
    // a failure is as old as can be
    return at > Number.NEGATIVE_INFINITY && performance.now() - at < this.#maxAgeMs;
  }
}

const MISSING = Symbol('missing');

/** The same for what may not be there: that is not remembered, because the next moment may bring it. */
export class RememberedFinds<T> {
  readonly #remembered: Remembered<T>;

  constructor(options: RememberedOptions, ask: (key: string) => Promise<T | undefined>) {
    this.#remembered = new Remembered(options, async (key) => {
      const answer = await ask(key);
      if (answer === undefined) throw MISSING;
      return answer;
    });
  }

  async get(key: string): Promise<T | undefined> {
    try {
      return await this.#remembered.get(key);
    } catch (reason) {
      if (reason === MISSING) return undefined;
      throw reason;
    }
  }

  knows(key: string): boolean {
    return this.#remembered.knows(key);
  }

  forget(key?: string): void {
    this.#remembered.forget(key);
  }
}
