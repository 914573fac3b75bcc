/** When objects are sealed, as a client learns of it: from the chain's blocks. */
import { type ChainBlock, type ChainClient, parseTypedEvent, greenfieldStorage as storage } from '@prairie/chain';

/** Follows the chain from its head on; one of these serves a whole run. */
export class SealWatch {
  readonly #sealed = new Map<bigint, number>();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #ended: Promise<void>;
  #waiters = new Set<() => void>();
  #failure: Error | undefined;

  private constructor(chain: ChainClient, fromHeight: bigint, signal: AbortSignal) {
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#ended = this.#follow(chain, fromHeight);
  }

  /** @param signal ends waiting with its reason */
  static async start(chain: ChainClient, signal: AbortSignal): Promise<SealWatch> {
    return new SealWatch(chain, (await chain.currentHeight()) + 1n, signal);
  }

  /**
   * `performance.now()` of the block that sealed each object.
   * @throws Error when an object is rejected, or when not all are sealed in time
   */
  async sealTimes(objects: readonly { id: bigint; name: string }[], timeoutMs: number): Promise<Map<bigint, number>> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      if (this.#failure) throw this.#failure;
      const missing = objects.filter(({ id }) => !this.#sealed.has(id));
      if (missing.length === 0) return new Map(objects.map(({ id }) => [id, this.#sealed.get(id)!]));
      const left = deadline - performance.now();
      if (left <= 0) {
        const names = missing.slice(0, 5).map(({ id, name }) => `${name} (id ${id})`);
        throw new Error(
          `${missing.length} of ${objects.length} objects not sealed within ${timeoutMs / 1000} s: ${names.join(', ')}`,
        );
      }
      await this.#change(left);
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiters.add(done);
    });
  }

  async #follow(chain: ChainClient, fromHeight: bigint): Promise<void> {
    try {
      for await (const block of chain.subscribeBlocks(fromHeight, this.#signal)) this.#read(block);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#failure = error as Error;
    }
    for (const wake of [...this.#waiters]) wake();
  }

  #read(block: ChainBlock): void {
    const now = performance.now();
    for (const event of block.txsResults.flatMap(({ events }) => events)) {
      if (event.type === storage.EventSealObject.name) {
        const { object_id } = parseTypedEvent(event)!.value as unknown as storage.EventSealObject;
        this.#sealed.set(object_id, now);
      } else if (event.type === storage.EventRejectSealObject.name) {
        const { object_id, object_name } = parseTypedEvent(event)!.value as unknown as storage.EventRejectSealObject;
        this.#failure = new Error(
          `the provider gave up object ${object_name} (id ${object_id}): rejected on the chain`,
        );
      }
    }
    for (const wake of [...this.#waiters]) wake();
  }
}
