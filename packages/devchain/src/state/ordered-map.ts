/** A map whose entries can be walked in key order, also while it changes. */
import { SortedKeys } from './sorted-keys.ts';

export interface RangeOptions {
  prefix?: string;
  /** Where the walk starts, inclusive, in the direction of the walk. A whole key (with the prefix). */
  from?: string;
  reverse?: boolean;
}

export class OrderedMap<V> {
  private readonly values = new Map<string, V>();
  /** Made by the first walk: many tables are only ever read by key. */
  private sorted: SortedKeys | undefined;

  constructor(entries: Iterable<[string, V]> = []) {
    for (const [key, value] of entries) this.values.set(key, value);
  }

  get size(): number {
    return this.values.size;
  }

  get(key: string): V | undefined {
    return this.values.get(key);
  }

  has(key: string): boolean {
    return this.values.has(key);
  }

  set(key: string, value: V): void {
    if (this.sorted && !this.values.has(key)) this.sorted.add(key);
    this.values.set(key, value);
  }

  delete(key: string): void {
    if (this.values.delete(key)) this.sorted?.delete(key);
  }

  clear(): void {
    this.values.clear();
    this.sorted = undefined;
  }

  /**
   * Keys in order. The map may change during the walk: what is removed before the walk reaches it is not seen, what is
   * added ahead of it is.
   */
  *keys(options: RangeOptions = {}): IterableIterator<string> {
    this.sorted ??= SortedKeys.from(this.values.keys());
    const { prefix = '', reverse = false } = options;
    let keys = this.sorted;
    let at = reverse ? startOfReverse(keys, options) : startOf(keys, options);
    for (;;) {
      const key = keys.keyAt(at);
      if (key === undefined || !key.startsWith(prefix)) return;
      const { version } = keys;
      yield key;
      if (keys === this.sorted && keys.version === version) {
        at = reverse ? keys.previous(at) : keys.next(at);
      } else {
        keys = this.sorted ??= SortedKeys.from(this.values.keys());
        at = reverse ? keys.previous(keys.seek((k) => k < key)) : keys.seek((k) => k <= key);
      }
    }
  }
}

function startOf(keys: SortedKeys, { prefix = '', from = '' }: RangeOptions) {
  const start = from > prefix ? from : prefix;
  return keys.seek((key) => key < start);
}

function startOfReverse(keys: SortedKeys, { prefix = '', from }: RangeOptions) {
  const within = (key: string) => key < prefix || key.startsWith(prefix);
  const before = from === undefined ? within : (key: string) => within(key) && key <= from;
  return keys.previous(keys.seek(before));
}
