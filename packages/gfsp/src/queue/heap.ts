/** What can be in a heap, in one at a time: it carries its own place, so that it can be taken out from the middle. */
export interface HeapItem {
  /** Kept by the heap; -1 outside of it. */
  heapAt: number;
}

/** A binary heap: the least item first, by `before`. Every change is O(log n), wherever the item stands. */
export class Heap<T extends HeapItem> {
  readonly #items: T[] = [];
  readonly #before: (a: T, b: T) => boolean;

  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  pop(): T | undefined {
    const top = this.#items[0];
    if (top) this.remove(top);
    return top;
  }

  /** Takes out an item of this heap. @throws Error when it is not in it */
  remove(item: T): void {
    const items = this.#items;
    const at = item.heapAt;
    if (items[at] !== item) throw new Error('heap: the item to remove is not in this heap');
    item.heapAt = -1;
    const last = items.pop()!;
    if (last === item) return;
    last.heapAt = at;
    this.update(last);
  }

  /** Puts an item of this heap where it belongs after what it is compared by has changed. */
  update(item: T): void {
    const at = item.heapAt;
    if (at > 0 && this.#before(item, this.#items[(at - 1) >> 1]!)) this.#rise(item, at);
    else this.#sink(item, at);
  }

  /**
   * The least item that `accept` takes. It looks in order, from the top: what it asks about is what it refuses and the
   * one that it finds. Nothing moves.
   */
  find(accept: (item: T) => boolean): T | undefined {
    const top = this.#items[0];
    if (!top || accept(top)) return top;
    const items = this.#items;
    // Places whose parents were refused, the least first.
    const frontier = new Heap<Place<T>>((a, b) => this.#before(a.item, b.item));
    const open = (at: number): void => {
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < items.length) frontier.push({ heapAt: -1, item: items[child]!, at: child });
      }
    };
    open(0);
    for (let place = frontier.pop(); place; place = frontier.pop()) {
      if (accept(place.item)) return place.item;
      open(place.at);
    }
    return undefined;
  }

  /** Forgets all. */
  clear(): void {
    for (const item of this.#items) item.heapAt = -1;
    this.#items.length = 0;
  }

  #rise(item: T, from: number): void {
    const items = this.#items;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent]!;
      if (!this.#before(item, above)) break;
      items[at] = above;
      above.heapAt = at;
      at = parent;
    }
    items[at] = item;
    item.heapAt = at;
  }

  #sink(item: T, from: number): void {
    const items = this.#items;
    const { length } = items;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && this.#before(items[child + 1]!, items[child]!)) child++;
      const below = items[child]!;
      if (!this.#before(below, item)) break;
      items[at] = below;
      below.heapAt = at;
      at = child;
    }
    items[at] = item;
    item.heapAt = at;
  }
}

interface Place<T> extends HeapItem {
  item: T;
  at: number;
}
