import { setTimeout as delay } from 'node:timers/promises';
import type { ChainBlock, ChainClient } from '@prairie/chain';
import type { AppPart, BlockSyncer, Logger } from '@prairie/gfsp';
import type { BsDb } from '@prairie/store';
import { Heights } from '../common/heights.ts';
import { type AppliedEvent, applyBlock, epochOf } from './apply-block.ts';
import { SyncStoppedError } from './errors.ts';
import { addProviders } from './genesis-providers.ts';

/** What it asks of the chain. */
export type BlockSource = Pick<ChainClient, 'chainId' | 'currentHeight' | 'listSps' | 'subscribeBlocks'>;

export interface BlockSyncerOptions {
  /** Called once when syncing ends for good: the process cannot answer for the chain any longer. */
  onStopped?: (error: Error) => void;
  /** First wait after a block could not be written, milliseconds; doubles. Default 100. */
  retryMs?: number;
}

export interface BlockSyncerDependencies {
  db: BsDb;
  chain: BlockSource;
  logger: Logger;
}

export interface SyncedBlock {
  height: bigint;
  /** Those that changed the tables. */
  events: readonly AppliedEvent[];
}

/** Failures at one height before it gives up: with doubling waits, half a minute. */
const MAX_FAILURES = 8;

/** Follows the chain into the BSDB (`reference/block-syncer-and-db.md` part A). */
export class BlockSyncerModule implements BlockSyncer, AppPart {
  readonly name = 'blocksyncer';
  readonly #options: BlockSyncerOptions;
  readonly #dependencies: BlockSyncerDependencies;
  readonly #heights: Heights;
  readonly #listeners = new Set<(block: SyncedBlock) => void>();
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** Latest block that was read. */
  #latest: ChainBlock | undefined;
  /** Height of the epoch on disk. */
  #persisted: bigint;

  constructor(options: BlockSyncerOptions, dependencies: BlockSyncerDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#persisted = dependencies.db.epoch.get()?.block_height ?? 0n;
    this.#heights = new Heights(this.#persisted);
  }

  /** Height of the latest block whose events are in the tables. */
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
    const { db, chain, logger } = this.#dependencies;
    await this.#checkChain();
    addProviders(db, await chain.listSps());
    logger.info('following the chain', { chain: chain.chainId, from: this.#persisted });
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort(new Error('the block syncer is stopping'));
    await this.#running;
    this.#heights.stop();
    this.#persistEpoch();
  }

  async #checkChain(): Promise<void> {
    const { db, chain } = this.#dependencies;
    const known = db.epoch.chainId();
    if (known === undefined) db.epoch.setChainId(chain.chainId);
    else if (known !== chain.chainId) throw otherChain(db, `it is of chain ${known}, the node's is ${chain.chainId}`);
    const head = await chain.currentHeight();
    if (head < this.#persisted) {
      throw otherChain(db, `it is at block ${this.#persisted}, the node at ${head}: the chain was started anew`);
    }
  }

  /** Ends when stopped, or for good after an error that repeats. */
  async #run(): Promise<void> {
    const { signal } = this.#abort;
    let failures = 0;
    let failedAt = -1n;
    while (!signal.aborted) {
      try {
        await this.#follow();
      } catch (error) {
        if (signal.aborted) return;
        failures = this.height === failedAt ? failures + 1 : 1;
        failedAt = this.height;
        if (error instanceof SyncStoppedError || failures >= MAX_FAILURES) return this.#stopForGood(error);
        this.#dependencies.logger.warn('cannot follow the chain, trying again', { height: this.height, error });
        const wait = (this.#options.retryMs ?? 100) * 2 ** (failures - 1);
        await delay(wait, undefined, { signal }).catch(() => {});
      }
    }
  }

  #stopForGood(cause: unknown): void {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    this.#dependencies.logger.error('the block syncer has stopped', { height: this.height, error });
    this.#heights.stop();
    this.#options.onStopped?.(error);
  }

  async #follow(): Promise<void> {
    const { chain } = this.#dependencies;
    // the known block again, to see that it is still the chain's
    const from = this.height === 0n ? 1n : this.height;
    for await (const block of chain.subscribeBlocks(from, this.#abort.signal)) this.#take(block);
    this.#abort.signal.throwIfAborted();
    throw new Error('the stream of blocks ended');
  }

  #take(block: ChainBlock): void {
    const { db } = this.#dependencies;
    if (block.height === this.height && block.height > 0n) return this.#checkSame(block);
    if (block.height !== this.height + 1n) {
      throw new SyncStoppedError(
        `block ${this.height + 1n} is missing: the node gave ${block.height}. Connect a node that has it, or delete ` +
          `${db.sqlite.path} to begin with the chain's first block`,
      );
    }
    const events = applyBlock(db, block);
    this.#latest = block;
    if (events.length > 0) this.#persisted = block.height;
    else this.#persistEpoch();
    this.#heights.advance(block.height);
    this.#tell({ height: block.height, events });
  }

  #tell(block: SyncedBlock): void {
    for (const listener of this.#listeners) {
      try {
        listener(block);
      } catch (error) {
        this.#dependencies.logger.error('a listener of blocks failed', { height: block.height, error });
      }
    }
  }

  #checkSame(block: ChainBlock): void {
    const { db } = this.#dependencies;
    const known = this.#latest ? epochOf(this.#latest) : db.epoch.get();
    const hash = Buffer.from(known?.block_hash ?? [])
      .toString('hex')
      .toUpperCase();
    if (hash !== block.hash) {
      throw otherChain(db, `its block ${block.height} is ${hash}, the node's is ${block.hash}`);
    }
  }

  #persistEpoch(): void {
    if (!this.#latest || this.#latest.height === this.#persisted) return;
    this.#dependencies.db.epoch.set(epochOf(this.#latest));
    this.#persisted = this.#latest.height;
  }
}

function otherChain(db: BsDb, why: string): SyncStoppedError {
  return new SyncStoppedError(
    `${db.sqlite.path} does not belong to this chain: ${why}. Delete the file (it is made again from the chain), or ` +
      'connect the right chain',
  );
}
