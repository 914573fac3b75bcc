/** What a stream does when it ends. */
export interface StreamEnd {
  /**
   * Called once, with the bytes that were handed out: all of them, fewer when the reader left or reading failed. Does not
   * reject; the call that ends the stream waits for it.
   */
  ended(sent: bigint): Promise<void>;
}

/**
 * A byte stream over reads that are made one ahead of the reader: while a chunk goes out the next one is fetched, never
 * more. It is an iterator made by hand, because leaving a generator before its first chunk would run no clean-up.
 */
export class ReadAheadStream implements AsyncIterableIterator<Uint8Array> {
  readonly #reads: Iterator<() => Promise<Uint8Array>>;
  readonly #end: StreamEnd;
  #next: Promise<Uint8Array> | undefined;
  #sent = 0n;
  /** Set from the end on. */
  #ended: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(reads: Iterator<() => Promise<Uint8Array>>, end: StreamEnd) {
    this.#reads = reads;
    this.#end = end;
  }

  /** Resolves when the first chunk is there. @throws what reading it throws; the stream has then ended */
  async open(): Promise<void> {
    this.#fetch();
    try {
      await this.#next;
    } catch (error) {
      await this.#finish();
      throw error;
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const pending = this.#ended ? undefined : this.#next;
    if (!pending) return this.return();
    try {
      const value = await pending;
      if (this.#ended) return this.return();
      this.#fetch();
      this.#sent += BigInt(value.length);
      return { done: false, value };
    } catch (error) {
      await this.#finish();
      throw error;
    }
  }

  /** The reader wants no more. */
  async return(): Promise<IteratorResult<Uint8Array>> {
    await this.#finish();
    if (this.#failure !== undefined) throw this.#failure;
    return { done: true, value: undefined };
  }

  /** Ends the stream before its time: the reader's next call throws `error`, so that it is not taken for the end. */
  abort(error: Error): Promise<void> {
    if (!this.#ended) this.#failure = error;
    return this.#finish();
  }

  #fetch(): void {
    const { value, done } = this.#reads.next();
    this.#next = done ? undefined : value();
    // It is awaited by the next call of next(), which may never come.
    this.#next?.catch(() => {});
  }

  #finish(): Promise<void> {
    this.#next = undefined;
    this.#ended ??= this.#end.ended(this.#sent);
    return this.#ended;
  }
}
