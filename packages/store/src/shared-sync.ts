/**
 * A sync of the disk that serves everyone who asked before it began: many concurrent writers pay for few of them. One
 * runs at a time.
 */
export class SharedSync {
  readonly #sync: () => Promise<void>;
  #running: PromiseWithResolvers<void> | undefined;
  #next: PromiseWithResolvers<void> | undefined;

  constructor(sync: () => Promise<void>) {
    this.#sync = sync;
  }

  /** Ends with a sync that began after the call. @throws what that sync throws */
  sync(): Promise<void> {
    this.#next ??= Promise.withResolvers();
    const { promise } = this.#next;
    if (!this.#running) void this.#run();
    return promise;
  }

  /** Ends with the syncs that were asked for so far; undefined when there is none. */
  get pending(): Promise<void> | undefined {
    return (this.#next ?? this.#running)?.promise;
  }

  async #run(): Promise<void> {
    while (this.#next) {
      const batch = this.#next;
      this.#running = batch;
      this.#next = undefined;
      try {
        await this.#sync();
        batch.resolve();
      } catch (error) {
        batch.reject(error);
      }
    }
    this.#running = undefined;
  }
}
