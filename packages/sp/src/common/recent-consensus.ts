import type { greenfieldPayment } from '@prairie/chain';
import type { BucketOnChain, Consensus, Logger, ObjectOnChain } from '@prairie/gfsp';
import { ForwardingConsensus } from './forwarding-consensus.ts';
import { RememberedFinds } from './remembered.ts';

/** Answers that are kept, of each kind. */
const ENTRIES = 4096;
/** A chain that brings no block for so long is asked again. */
const MAX_AGE_MS = 2000;
/** Nobody has asked for so long: blocks are not followed until somebody does. */
const IDLE_MS = 10_000;

/**
 * The chain as of its latest block that was heard of: buckets, objects and stream records change by blocks only, so an
 * answer holds until the next one. Made for reads, which ask the same again and again; it may be some milliseconds
 * behind, so a refusal by it is to be judged again by the chain itself, as is whatever a client has just changed.
 */
export class RecentConsensus extends ForwardingConsensus {
  readonly #logger: Logger;
  readonly #buckets: RememberedFinds<BucketOnChain>;
  readonly #objects: RememberedFinds<ObjectOnChain>;
  readonly #records: RememberedFinds<greenfieldPayment.StreamRecord>;
  readonly #closed = new AbortController();
  #follows = false;
  #heard = false;
  #askedAt = 0;

  constructor(chain: Consensus, { logger }: { logger: Logger }) {
    super(chain);
    this.#logger = logger;
    const options = { entries: ENTRIES, maxAgeMs: MAX_AGE_MS };
    this.#buckets = new RememberedFinds(options, (name) => chain.bucket(name));
    this.#objects = new RememberedFinds(options, (key) => {
      const slash = key.indexOf('/');
      return chain.object(key.slice(0, slash), key.slice(slash + 1));
    });
    this.#records = new RememberedFinds(options, (account) => chain.streamRecord(account));
  }

  override bucket(name: string): Promise<BucketOnChain | undefined> {
    return this.#isFollowing() ? this.#buckets.get(name) : this.chain.bucket(name);
  }

  override object(bucketName: string, objectName: string): Promise<ObjectOnChain | undefined> {
    if (!this.#isFollowing()) return this.chain.object(bucketName, objectName);
    // no bucket has a slash in its name
    return this.#objects.get(`${bucketName}/${objectName}`);
  }

  override streamRecord(account: string): Promise<greenfieldPayment.StreamRecord | undefined> {
    return this.#isFollowing() ? this.#records.get(account) : this.chain.streamRecord(account);
  }

  close(): void {
    this.#closed.abort();
  }

  /** Whether a block cannot come unheard. Begins to listen when nobody does yet. */
  #isFollowing(): boolean {
    this.#askedAt = performance.now();
    if (!this.#follows && !this.#closed.signal.aborted) void this.#follow();
    return this.#heard;
  }

  async #follow(): Promise<void> {
    this.#follows = true;
    try {
      let height = await this.chain.currentHeight();
      while (performance.now() - this.#askedAt < IDLE_MS) {
        height = await this.chain.waitForHeight(height + 1n, this.#closed.signal);
        this.#forget();
        this.#heard = true;
      }
    } catch (error) {
      if (!this.#closed.signal.aborted)
        this.#logger.debug('blocks are not heard: the chain is asked each time', { error });
    } finally {
      this.#heard = false;
      this.#follows = false;
      this.#forget();
    }
  }

  #forget(): void {
    for (const remembered of [this.#buckets, this.#objects, this.#records]) remembered.forget();
  }
}
