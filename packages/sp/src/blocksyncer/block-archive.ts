/** Keeps the raw results of the newest blocks in `block_result`, beside the events (`reference/block-syncer-and-db.md` §4). */
import type { Logger } from '@prairie/gfsp';
import type { BsDb } from '@prairie/store';

export interface BlockArchiveOptions {
  /** Blocks that are kept, 1 or more. */
  count: number;
}

export interface BlockArchiveDependencies {
  /** The database in use. */
  db: () => BsDb;
  /** As the node gives them: `block_results`. */
  results: (height: bigint) => Promise<unknown>;
  logger: Logger;
  /** After a block that could not be kept. */
  onFailed: () => void;
}

/** Heights that wait. When more come, the oldest are left out. */
const MAX_WAITING = 256;

export class BlockArchive {
  readonly #options: BlockArchiveOptions;
  readonly #dependencies: BlockArchiveDependencies;
  readonly #waiting: bigint[] = [];
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: BlockArchiveOptions, dependencies: BlockArchiveDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** Keeps a block unless `head` is so far on that it would go at once. */
  add(height: bigint, head: bigint): void {
    if (this.#stopped || height <= head - BigInt(this.#options.count)) return;
    this.#waiting.push(height);
    if (this.#waiting.length > MAX_WAITING) this.#failed(this.#waiting.shift()!, new Error('too many blocks wait'));
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** What is being kept is; what waits is not. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.length = 0;
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let height = this.#waiting.shift(); height !== undefined; height = this.#waiting.shift()) {
      try {
        await this.#keep(height);
      } catch (error) {
        this.#failed(height, error);
      }
    }
  }

  async #keep(height: bigint): Promise<void> {
    const { db, results } = this.#dependencies;
    const text = JSON.stringify(await results(height));
    await db().transaction(async ({ maintenance }) => {
      await maintenance.putBlockResult(height, text);
      await maintenance.deleteBlockResultsUpTo(height - BigInt(this.#options.count));
    });
  }

  #failed(height: bigint, error: unknown): void {
    this.#dependencies.onFailed();
    this.#dependencies.logger.warn('the results of a block are not kept', { height, error });
  }
}
