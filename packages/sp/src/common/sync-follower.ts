import { backoffMs, type Logger, type Modules, sleep } from '@prairie/gfsp';
import { Heights } from './heights.ts';

/** Between attempts to reach a block syncer that is away: 100 ms, 200 ms, … at most 2 s. */
const BACKOFF = { baseMs: 100, maxMs: 2000 };

export interface SyncFollowerDependencies {
  client: Pick<Modules, 'blocksyncer'>;
  logger: Logger;
  /** Before those who wait for a height are told of it. When it fails, the height is not told. */
  onHeight?: (height: bigint) => Promise<unknown>;
}

/** Knows how far the block syncer is, in whatever process: a stream of heights that is opened again when it breaks. */
export class SyncFollower {
  readonly #client: Pick<Modules, 'blocksyncer'>;
  readonly #onHeight: ((height: bigint) => Promise<unknown>) | undefined;
  readonly #logger: Logger;
  readonly #heights = new Heights();
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor({ client, logger, onHeight }: SyncFollowerDependencies) {
    this.#onHeight = onHeight;
    this.#client = client;
    this.#logger = logger;
  }

  /** Latest height it was told of. */
  get height(): bigint {
    return this.#heights.height;
  }

  waitForHeight(height: bigint, timeoutMs: number): Promise<boolean> {
    return this.#heights.waitFor(height, timeoutMs);
  }

  async start(): Promise<void> {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the follower of the block syncer is stopping'));
    this.#heights.stop();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        for await (const height of this.#client.blocksyncer.heights(signal)) {
          failures = 0;
          await this.#onHeight?.(height);
          this.#heights.advance(height);
        }
      } catch (error) {
        if (!signal.aborted) this.#logger.debug('the block syncer is away', { error });
      }
      await sleep(backoffMs(failures + 1, BACKOFF), signal).catch(() => {});
    }
  }
}
