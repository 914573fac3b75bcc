/** Blocks of one chain into one database: fetched ahead, written in order, until it is told to stop or cannot go on. */
import { setTimeout as delay } from 'node:timers/promises';
import { type ChainBlock, type ChainClient, RpcError } from '@prairie/chain';
import { backoffMs, type Logger } from '@prairie/gfsp';
import type { BsDb, BsDbTables, Epoch } from '@prairie/store';
import { type ApplyOptions, applyBlocks, countRelevant, epochOf, eventsIn, type SyncedBlock } from './apply-blocks.ts';
import { SwitchedError, SyncStoppedError } from './errors.ts';
import { addProviders, isGenesis, loadGenesis } from './genesis.ts';
import { handlersOf } from './handlers/index.ts';
import type { SyncModule } from './module-names.ts';
import { keepStatistics } from './statistics.ts';

/** What it asks of the chain. */
export type BlockSource = Pick<
  ChainClient,
  'chainId' | 'currentHeight' | 'genesis' | 'knownHeight' | 'listSps' | 'subscribeBatches'
>;

export interface ChainSyncOptions {
  /** Kinds of events that are handled. Default: all. */
  modules?: readonly SyncModule[] | undefined;
  /** Blocks fetched at a time while it is behind. Default 16. */
  workers?: number | undefined;
  /** Events in one transaction, while it is behind; a block with more has its own. Default 2000. */
  commitNumber?: number | undefined;
  /** Objects are counted each time the height is a multiple of it; never without. */
  statisticsEvery?: number | undefined;
  /** First wait after a failure, milliseconds; doubles. Default 100. */
  retryMs?: number | undefined;
}

export interface ChainSyncDependencies {
  db: BsDb;
  chain: BlockSource;
  logger: Logger;
  /** Whether the database may be written: asked in each transaction. */
  guard?: (tables: BsDbTables) => Promise<void>;
  /** After every transaction; the next begins when it is through. */
  onSynced: (batch: SyncedBatch) => void | Promise<void>;
}

/** Blocks that were written together. */
export interface SyncedBatch {
  blocks: readonly SyncedBlock[];
  /** In the header of the last, unix milliseconds. */
  time: number;
  /** Waited for the blocks, seconds. */
  fetchSeconds: number;
  /** From events to rows that others see, seconds. */
  writeSeconds: number;
}

/** Blocks fetched at a time, unless it is said. */
export const WORKERS = 16;
/** Blocks that are held, for each that is fetched at a time. */
const AHEAD = 4;
const COMMIT_NUMBER = 2000;
/**
 * How often blocks that are here may fail to be written before it gives up: about five minutes, with waits that double
 * up to ten seconds. A node that does not answer is asked for as long as it takes.
 */
const MAX_FAILURES = 36;
const MAX_RETRY_MS = 10_000;

export class ChainSync {
  readonly #options: ChainSyncOptions;
  readonly #dependencies: ChainSyncDependencies;
  readonly #apply: ApplyOptions & Required<Pick<ApplyOptions, 'handlers'>>;
  /** Of the latest block in the tables. */
  #epoch: Epoch | undefined;
  /** On their way into the tables, or there, for all that is known. */
  #written: readonly ChainBlock[] = [];

  constructor(options: ChainSyncOptions, dependencies: ChainSyncDependencies) {
    const { modules, statisticsEvery } = options;
    this.#options = options;
    this.#dependencies = dependencies;
    this.#apply = {
      handlers: handlersOf(modules),
      guard: (tables) => this.#checkWritable(tables),
      ...(statisticsEvery ? { finish: keepStatistics(BigInt(statisticsEvery)) } : {}),
    };
  }

  /** Height of the latest block whose events are in the tables. */
  get height(): bigint {
    return this.#epoch?.block_height ?? 0n;
  }

  /**
   * Looks whether the tables are of this chain; empty ones get what the chain began with.
   * @throws SyncStoppedError when they are of another chain, or ahead of this one
   */
  async open(): Promise<void> {
    const { db, chain } = this.#dependencies;
    this.#epoch = await db.epoch.get();
    if (!this.#epoch) {
      await loadGenesis(db, await chain.genesis());
      this.#epoch = await db.epoch.get();
      return;
    }
    const known = await db.epoch.chainId();
    if (known === undefined) {
      await db.transaction(async (tables) => {
        await tables.epoch.setChainId(chain.chainId);
      });
    }
    if (known !== undefined && known !== chain.chainId) {
      throw otherChain(db, `it is of chain ${known}, the node's is ${chain.chainId}`);
    }
    const head = await chain.currentHeight();
    if (head < this.height) {
      throw otherChain(db, `it is at block ${this.height}, the node at ${head}: the chain was started anew`);
    }
    await addProviders(db, await chain.listSps());
  }

  /** Resolves once the signal aborts. @throws what keeps it from going on: SyncStoppedError, SwitchedError, others */
  async run(signal: AbortSignal): Promise<void> {
    const { logger } = this.#dependencies;
    const { retryMs: baseMs = 100 } = this.#options;
    for (let failures = 0, failedAt = -1n; !signal.aborted; ) {
      try {
        await this.#follow(signal);
      } catch (error) {
        if (signal.aborted) return;
        failures = this.height === failedAt ? failures + 1 : 1;
        failedAt = this.height;
        if (isFinal(error) || (this.#written.length > 0 && failures >= MAX_FAILURES)) throw error;
        logger.warn('cannot follow the chain, trying again', { height: this.height, error });
        const wait = baseMs === 0 ? 0 : backoffMs(failures, { baseMs, maxMs: MAX_RETRY_MS });
        await delay(wait, undefined, { signal }).catch(() => {});
      }
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { chain, db } = this.#dependencies;
    const { workers: parallel = WORKERS } = this.#options;
    await this.#settle();
    const epoch = this.#epoch ?? { block_height: 0n, block_hash: new Uint8Array(32), update_time: 0n };
    // the known block again, to see that it is still the chain's
    const from = isGenesis(epoch) ? epoch.block_height + 1n : epoch.block_height;
    try {
      let asked = performance.now();
      for await (const batch of chain.subscribeBatches(from, signal, { prefetch: AHEAD * parallel, parallel })) {
        await this.#take(batch, secondsSince(asked));
        asked = performance.now();
      }
    } catch (error) {
      throw error instanceof RpcError && /lowest height is/.test(error.data) ? pruned(db, from, error) : error;
    }
    signal.throwIfAborted();
    throw new Error('the stream of blocks ended');
  }

  async #take(batch: readonly ChainBlock[], fetchSeconds: number): Promise<void> {
    const [first] = batch;
    const isKnown = first?.height === this.height && this.#epoch && !isGenesis(this.#epoch);
    if (isKnown) this.#checkSame(first);
    for (const blocks of this.#chunks(isKnown ? batch.slice(1) : batch)) {
      const next = this.height + 1n;
      const gap = blocks.find((block, i) => block.height !== next + BigInt(i));
      if (gap) throw missing(this.#dependencies.db, next, gap.height);
      await this.#write(blocks, fetchSeconds);
    }
  }

  /** Whole blocks with no more events together than fit a transaction. One with a height to count at is the last. */
  #chunks(blocks: readonly ChainBlock[]): ChainBlock[][] {
    const { commitNumber = COMMIT_NUMBER, statisticsEvery = 0 } = this.#options;
    const ends = ({ height }: ChainBlock) => statisticsEvery > 0 && height % BigInt(statisticsEvery) === 0n;
    const chunks: ChainBlock[][] = [];
    let events = 0;
    for (const block of blocks) {
      const count = countRelevant(block, this.#apply.handlers);
      const last = chunks.at(-1);
      if (last && events + count <= commitNumber && !ends(last.at(-1)!)) last.push(block);
      else chunks.push([block]);
      events = last === chunks.at(-1) ? events + count : count;
    }
    return chunks;
  }

  /** When blocks cannot be written together, those before the one at fault still are. */
  async #write(blocks: readonly ChainBlock[], fetchSeconds: number): Promise<void> {
    const began = performance.now();
    let synced: SyncedBlock[];
    this.#written = blocks;
    try {
      synced = await applyBlocks(this.#dependencies.db, blocks, this.#apply);
    } catch (error) {
      if (blocks.length === 1 || isFinal(error)) throw error;
      await this.#settle();
      for (const block of blocks) if (block.height > this.height) await this.#write([block], fetchSeconds);
      return;
    }
    await this.#tell(synced, { fetchSeconds, writeSeconds: secondsSince(began) });
  }

  async #tell(synced: readonly SyncedBlock[], seconds: Pick<SyncedBatch, 'fetchSeconds' | 'writeSeconds'>) {
    const last = this.#written.at(-1)!;
    this.#written = [];
    this.#epoch = epochOf(last);
    await this.#dependencies.onSynced({ blocks: synced, time: Date.parse(last.time), ...seconds });
  }

  /** When a server is lost while it confirms a transaction, blocks may be in the tables that failed to be written. */
  async #settle(): Promise<void> {
    const blocks = this.#written;
    if (blocks.length === 0) return;
    const epoch = await this.#dependencies.db.epoch.get();
    if (epoch?.block_height !== blocks.at(-1)!.height) {
      this.#written = [];
      return;
    }
    const { handlers } = this.#apply;
    const synced = blocks.map((block) => ({ height: block.height, events: eventsIn(block, handlers) }));
    await this.#tell(synced, { fetchSeconds: 0, writeSeconds: 0 });
  }

  /** One process writes: whoever finds that another did stops before it makes a mess of what that one wrote. */
  async #checkWritable(tables: BsDbTables): Promise<void> {
    const { db, guard } = this.#dependencies;
    await guard?.(tables);
    const epoch = await tables.epoch.get();
    if (epoch?.block_height === this.height) return;
    throw new SyncStoppedError(
      `${db.location} is at block ${epoch?.block_height ?? 'none'}, ${this.height} expected: another process writes to ` +
        'it. Let one block syncer run for a database',
    );
  }

  #checkSame(block: ChainBlock): void {
    const known = Buffer.from(this.#epoch!.block_hash).toString('hex').toUpperCase();
    if (known === block.hash) return;
    throw otherChain(this.#dependencies.db, `its block ${block.height} is ${known}, the node's is ${block.hash}`);
  }
}

const secondsSince = (began: number): number => (performance.now() - began) / 1000;

const isFinal = (error: unknown): boolean => error instanceof SyncStoppedError || error instanceof SwitchedError;

const REBUILD = 'build the tables anew from the chain with: prairie sp sync rebuild';

function otherChain(db: BsDb, why: string): SyncStoppedError {
  return new SyncStoppedError(
    `${db.location} does not belong to this chain: ${why}. Connect the right chain (Chain.ChainAddress), or ${REBUILD}`,
  );
}

function missing(db: BsDb, height: bigint, got: bigint): SyncStoppedError {
  return new SyncStoppedError(
    `block ${height} is missing: the node gave ${got}. ${db.location} is whole up to block ${height - 1n} and goes on ` +
      'from there with a node that has the next ones (Chain.ChainAddress)',
  );
}

function pruned(db: BsDb, from: bigint, cause: RpcError): SyncStoppedError {
  return new SyncStoppedError(
    `block ${from} is needed next in ${db.location}, and the node has dropped it (${cause.data}). Connect a node that ` +
      `keeps the chain's blocks from there on (Chain.ChainAddress), or restore a copy of the tables that is further on`,
    { cause },
  );
}
