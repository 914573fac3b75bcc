import { BoundedCache } from '@prairie/chain';

/** `limit` requests in each period of `seconds`. */
export interface Rate {
  readonly limit: number;
  readonly seconds: number;
}

interface Window {
  /** Number of the period since 1970. */
  period: number;
  count: number;
}

/**
 * Counters in fixed windows, one per key: what comes in a period counts, and the next one begins from nothing
 * (`reference/gateway-http.md` §7.2). The keys seen last are kept; a key that is forgotten begins anew.
 */
export class Windows {
  readonly #windows: BoundedCache<string, Window>;
  readonly #now: () => number;

  /** `now` in milliseconds. */
  constructor({ keys }: { keys: number }, now: () => number = Date.now) {
    this.#windows = new BoundedCache(keys);
    this.#now = now;
  }

  /** Counts one; false when it is one too many. */
  count(key: string, rate: Rate): boolean {
    const period = Math.floor(this.#now() / (rate.seconds * 1000));
    const known = this.#windows.get(key);
    const window = known?.period === period ? known : { period, count: 0 };
    window.count += 1;
    this.#windows.set(key, window);
    return window.count <= rate.limit;
  }
}
