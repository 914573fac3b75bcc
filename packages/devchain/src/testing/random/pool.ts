/** Names of things that exist, or did: what a random message may be about. */
import type { Rng } from './rng.ts';

/** Looks at this many before it gives up. */
const TRIES = 12;

export class Pool<K, V> {
  private readonly keys: K[] = [];
  private readonly load: (key: K) => V | undefined;
  private readonly rng: Rng;

  /** `load` answers undefined for what is not there any more. */
  constructor(rng: Rng, load: (key: K) => V | undefined) {
    this.rng = rng;
    this.load = load;
  }

  get size(): number {
    return this.keys.length;
  }

  add(key: K): void {
    this.keys.push(key);
  }

  /** A random one that exists and is acceptable; undefined when a few attempts found none. */
  pick(accept: (value: V) => boolean = () => true): V | undefined {
    for (let attempt = 0; attempt < TRIES && this.keys.length > 0; attempt++) {
      const at = this.rng.below(this.keys.length);
      const value = this.load(this.keys[at]!);
      if (value === undefined) this.forget(at);
      else if (accept(value)) return value;
    }
    return undefined;
  }

  private forget(at: number): void {
    const last = this.keys.pop()!;
    if (at < this.keys.length) this.keys[at] = last;
  }
}
