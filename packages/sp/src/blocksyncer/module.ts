import type { AppPart, BlockSyncer, Logger } from '@prairie/gfsp';
import type { SyncFacts } from '@prairie/observe';
import { BsDb } from '@prairie/store';
import { Heights } from '../common/heights.ts';
import type { SyncedBlock } from './apply-blocks.ts';
import { BlockArchive } from './block-archive.ts';
import { type BlockSource, ChainSync, type ChainSyncOptions, type SyncedBatch } from './chain-sync.ts';
import { SwitchedError } from './errors.ts';
import { SwitchedBsDb } from './switched-bsdb.ts';

export interface BlockSyncerOptions extends ChainSyncOptions {
  /** Called once when syncing ends for good: the process cannot answer for the chain any longer. */
  onStopped?: (error: Error) => void;
  /** After every transaction, for metrics. */
  onSynced?: (facts: SyncFacts) => void;
  /** The raw results of so many of the newest blocks are kept; none without. */
  keepResults?: number | undefined;
  /** After each that could not be kept. */
  onResultLost?: () => void;
}

export interface BlockSyncerDependencies {
  db: SwitchedBsDb | BsDb;
  chain: BlockSource;
  /** What a node answers to `block_results`; for `keepResults`. */
  results?: (height: bigint) => Promise<unknown>;
  logger: Logger;
}

/** Follows the chain into the BSDB (`reference/block-syncer-and-db.md` part A). */
export class BlockSyncerModule implements BlockSyncer, AppPart {
  readonly name = 'blocksyncer';
  readonly #options: BlockSyncerOptions;
  readonly #dependencies: Omit<BlockSyncerDependencies, 'db'>;
  readonly #db: SwitchedBsDb;
  readonly #heights = new Heights();
  readonly #listeners = new Set<(block: SyncedBlock) => void>();
  readonly #archive: BlockArchive | undefined;
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: BlockSyncerOptions, { db, ...dependencies }: BlockSyncerDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#db = db instanceof BsDb ? SwitchedBsDb.of(db) : db;
    this.#archive = this.#openArchive();
  }

  /** Height of the latest block whose events are in the tables; 0 before the start. */
  get height(): bigint {
    return this.#heights.height;
  }

  /** true once the tables hold the block of that height, false when they do not within `timeoutMs`. */
  waitForHeight(height: bigint, timeoutMs: number): Promise<boolean> {
    return this.#heights.waitFor(height, timeoutMs);
  }

  heights(signal: AbortSignal): AsyncIterable<bigint> {
    return this.#heights.follow(signal);
  }

  /** After every block, once it is written. Returns how to stop listening. */
  onBlock(listener: (block: SyncedBlock) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @throws SyncStoppedError when the tables are of another chain, or ahead of this one */
  async start(): Promise<void> {
    const { chain, logger } = this.#dependencies;
    await this.#db.followOrStay(this.#abort.signal);
    const sync = await this.#open();
    logger.info('following the chain', { chain: chain.chainId, from: sync.height });
    this.#running = this.#run(sync);
  }

  async stop(): Promise<void> {
    this.#abort.abort(new Error('the block syncer is stopping'));
    await this.#running;
    await this.#archive?.stop();
    this.#heights.stop();
  }

  #openArchive(): BlockArchive | undefined {
    const { keepResults: count, onResultLost: onFailed = () => {} } = this.#options;
    const { results, logger } = this.#dependencies;
    if (!count || !results) return undefined;
    return new BlockArchive({ count }, { db: () => this.#db.current, results, logger, onFailed });
  }

  async #open(): Promise<ChainSync> {
    const { current: db } = this.#db;
    const sync = new ChainSync(this.#options, {
      ...this.#dependencies,
      db,
      guard: async (tables) => {
        if ((await tables.maintenance.isMaster()) === false) throw new SwitchedError(db.location);
      },
      onSynced: (batch) => this.#tell(batch),
    });
    await sync.open();
    this.#heights.advance(sync.height);
    return sync;
  }

  /** Ends when stopped, or for good after an error that does not go away. */
  async #run(first: ChainSync): Promise<void> {
    const { logger } = this.#dependencies;
    try {
      for (let sync = first; !this.#abort.signal.aborted; ) {
        try {
          return await sync.run(this.#abort.signal);
        } catch (error) {
          if (!(error instanceof SwitchedError)) throw error;
          await this.#db.followOrStay(this.#abort.signal);
          logger.info('going on', { database: this.#db.current.location });
          sync = await this.#open();
        }
      }
    } catch (cause) {
      if (this.#abort.signal.aborted) return;
      const error = cause instanceof Error ? cause : new Error(String(cause));
      logger.error('the block syncer has stopped', { height: this.height, error });
      this.#heights.stop();
      this.#options.onStopped?.(error);
    }
  }

  #tell({ blocks, time, fetchSeconds, writeSeconds }: SyncedBatch): void {
    const { height } = blocks.at(-1)!;
    // who waits for a height finds everybody told of its block
    for (const block of blocks) this.#tellBlock(block);
    this.#heights.advance(height);
    // another node may have told of it than the one that told of the chain's height
    const { knownHeight } = this.#dependencies.chain;
    const isNews = knownHeight < height;
    const chainHeight = isNews ? height : knownHeight;
    for (const block of blocks) this.#archive?.add(block.height, chainHeight);
    const events = blocks.reduce((sum, block) => sum + block.events.length, 0);
    const lagSeconds = Math.max(Date.now() - time, 0) / 1000;
    this.#options.onSynced?.({
      ...{ blocks: blocks.length, height, chainHeight, events },
      ...{ lagSeconds, fetchSeconds, writeSeconds },
    });
  }

  #tellBlock(block: SyncedBlock): void {
    for (const listener of this.#listeners) {
      try {
        listener(block);
      } catch (error) {
        this.#dependencies.logger.error('a listener of blocks failed', { height: block.height, error });
      }
    }
  }
}
