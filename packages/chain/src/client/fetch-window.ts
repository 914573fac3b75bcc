/** Things numbered from a first one on, fetched several at a time and taken in order; how many are held is bounded. */

export interface FetchWindowOptions {
  /** Fetched at a time. */
  parallel: number;
  /** Being fetched, or fetched and not taken yet. */
  size: number;
  /** Weight of those that are held, about: those still under way count as the mean of those that came. */
  maxWeight: number;
}

export interface Fetched<T> {
  value: T;
  /** Bytes, or whatever `maxWeight` counts. */
  weight: number;
}

interface Slot<T> {
  promise: Promise<Fetched<T>>;
  done: Fetched<T> | undefined;
}

export class FetchWindow<T> {
  readonly #fetch: (number: number) => Promise<Fetched<T>>;
  readonly #options: FetchWindowOptions;
  readonly #slots = new Map<number, Slot<T>>();
  /** The first that was not asked for. */
  #planned: number;
  /** The last that exists. */
  #head: number;
  #underWay = 0;
  #held = 0;
  #mean = 0;

  constructor(first: number, fetch: (number: number) => Promise<Fetched<T>>, options: FetchWindowOptions) {
    this.#planned = first;
    this.#head = first - 1;
    this.#fetch = fetch;
    this.#options = options;
  }

  /** Those up to `head` exist now. */
  extend(head: number): void {
    this.#head = Math.max(head, this.#head);
    this.#fill();
  }

  /** The one with that number, and those after it that have come as well. @throws what the fetch of the first threw */
  async take(first: number): Promise<T[]> {
    await this.#slots.get(first)!.promise;
    const taken: T[] = [];
    for (let next = first; ; next++) {
      const done = this.#slots.get(next)?.done;
      if (!done) break;
      this.#slots.delete(next);
      this.#held -= done.weight;
      taken.push(done.value);
    }
    this.#fill();
    return taken;
  }

  #fill(): void {
    while (this.#planned <= this.#head && this.#hasRoom()) this.#start(this.#planned++);
  }

  /** One is always fetched, however heavy they are. */
  #hasRoom(): boolean {
    const { parallel, size, maxWeight } = this.#options;
    if (this.#slots.size === 0) return true;
    if (this.#underWay >= parallel || this.#slots.size >= size) return false;
    return this.#held + (this.#underWay + 1) * this.#mean <= maxWeight;
  }

  #start(number: number): void {
    this.#underWay++;
    const promise = this.#fetch(number);
    const slot: Slot<T> = { promise, done: undefined };
    this.#slots.set(number, slot);
    promise.then(
      (done) => {
        slot.done = done;
        this.#held += done.weight;
        this.#mean = this.#mean === 0 ? done.weight : (7 * this.#mean + done.weight) / 8;
        this.#underWay--;
        this.#fill();
      },
      // told to whoever takes it
      () => {
        this.#underWay--;
      },
    );
  }
}
