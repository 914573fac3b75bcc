/** Work on the same thing one after the other, in the order in which it came; on different things at once. */
export class Turns<K> {
  /** The last piece of work on each thing that has any. */
  readonly #last = new Map<K, Promise<unknown>>();

  /** Work that is under way does not wait for more on the same thing: that would be for ever. */
  async run<T>(key: K, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const turn = before ? before.then(work, work) : work();
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}
