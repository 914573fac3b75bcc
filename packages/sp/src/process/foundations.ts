/** What modules stand on: tables, pieces, chain, threads. Each is made when the first module asks for it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChainClient } from '@prairie/chain';
import { SpClient } from '@prairie/client';
import {
  type BsDbReader,
  type Consensus,
  type Logger,
  MemoryQueueEngine,
  type Modules,
  type PieceStore,
  type QueueEngine,
  type SpDb,
} from '@prairie/gfsp';
import {
  createErasureCoder,
  createHasher,
  createPieceMaker,
  type ErasureCoder,
  type Hasher,
  type PieceMaker,
  WorkerPool,
} from '@prairie/redundancy';
import {
  BsDb,
  CachedPieceStore,
  openPieceStore,
  openSpDb,
  type PieceStoreDependencies,
  type PieceStoreSettings,
  type PoolUse,
} from '@prairie/store';
import { type BsDbAddresses, SwitchedBsDb, type SyncedBlock } from '../blocksyncer/index.ts';
import {
  type AnswerSource,
  ChainHead,
  canAnswer,
  Picture,
  RecentConsensus,
  RememberingConsensus,
} from '../consensus/index.ts';
import { PieceRepair, type RepairFacts } from '../recovery/index.ts';
import { databasesOf, writtenTables } from './databases.ts';
import type { Parts } from './extension.ts';
import type { ProviderSettings } from './settings.ts';

/** Of `Consensus.MaxLagBlocks`. */
const DEFAULT_MAX_LAG_BLOCKS = 2;

interface Closable {
  close(): void | Promise<void>;
}

export interface FoundationsDependencies {
  /** Threads for hashing and erasure coding, shared by all providers of a process; the provider's own without it. */
  pool?: WorkerPool | undefined;
  parts: Parts;
  /** The modules, wherever they run; only to be called once they have started. */
  client: Modules;
  logger: Logger;
  /** Stands around what was made, for metrics. */
  watch?: Watch | undefined;
}

/** Gives back the same thing, watched. */
export interface Watch {
  pieceStore(store: PieceStore): PieceStore;
  /** Told of what a piece store does by itself: reads from its memory, requests made again. */
  pieceStoreEvents(): Pick<PieceStoreDependencies, 'onCacheRead' | 'onRetry'>;
  spdb(db: SpDb): SpDb;
  consensus(chain: Consensus): Consensus;
  /** Told of a database's connections, by its name in metrics (`spdb`, `bsdb`): asked when somebody scrapes. */
  pool(name: string, use: () => PoolUse): void;
  /** Told where the answer to a question about the chain came from. */
  answer(source: AnswerSource): void;
  queues(engine: QueueEngine): QueueEngine;
  /** Told what became of each piece that was lost or damaged. */
  repaired(facts: RepairFacts): void;
}

export class Foundations {
  readonly #settings: ProviderSettings;
  readonly #dependencies: FoundationsDependencies;
  readonly #made = new Map<string, unknown>();
  /** In the order they were made. */
  readonly #closables: Closable[] = [];

  constructor(settings: ProviderSettings, dependencies: FoundationsDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
  }

  get chain(): ChainClient {
    const { rpcUrls: rpcUrl, chainId } = this.#settings.chain;
    return this.#once('chain', () => this.#closing(new ChainClient({ rpcUrl, chainId })));
  }

  /** The chain itself, for what has to see the latest block. */
  get consensus(): Consensus {
    return this.#once('consensus', () => new RememberingConsensus(this.#watchedChain, { head: this.#head }));
  }

  /** The chain as of a block that is at most `maxLagBlocks` old, for reads: from the block syncer's tables if possible. */
  get recent(): Consensus {
    const { client, watch } = this.#dependencies;
    return this.#once('recent', () => {
      const onAnswer = watch && ((source: AnswerSource) => watch.answer(source));
      const picture = this.#isPictureUsable ? this.#picture : undefined;
      return new RecentConsensus(this.consensus, { head: this.#head, picture, client, onAnswer });
    });
  }

  /** A block syncer of this process has written a block. */
  tellBlock(block: SyncedBlock): void {
    this.#picture.tell(block);
  }

  /** Calls to other providers. */
  get secondaries(): SpClient {
    return this.#once('secondaries', () => this.#closing(new SpClient()));
  }

  spdb(): Promise<SpDb> {
    const { parts, watch } = this.#dependencies;
    return this.#once('spdb', async () => {
      const own = await parts.spdb?.();
      const db = this.#closing(own ?? (await this.#ownSpDb()));
      return watch?.spdb(db) ?? db;
    });
  }

  /** What metadata reads: the part of an extension, or the tables of the block syncer. */
  bsdb(): Promise<BsDbReader> {
    const own = this.#dependencies.parts.bsdb;
    const { bsdb: main, bsdbStandby: standby, bsdbWriter } = databasesOf(this.#settings);
    return this.#once('bsdb', async (): Promise<BsDbReader> => {
      if (own) return this.#closing(await own());
      return bsdbWriter ? this.#openTables('bsdb', { main, standby }) : this.syncedTables();
    });
  }

  /** What the block syncer writes. */
  syncedTables(): Promise<SwitchedBsDb> {
    const databases = databasesOf(this.#settings);
    return this.#once('syncedTables', async () => {
      const read = this.#dependencies.parts.bsdb && (await this.bsdb());
      if (read instanceof BsDb) return SwitchedBsDb.of(read);
      return this.#openTables(databases.bsdbWriter ? 'bsdb_writer' : 'bsdb', writtenTables(databases));
    });
  }

  pieceStore(): Promise<PieceStore> {
    return this.#once('pieceStore', async () => {
      const store = await this.#openPieces();
      return this.#dependencies.watch?.pieceStore(store) ?? store;
    });
  }

  /** The same without its memory, which knows nothing of damage on a disk. */
  pieceStoreBehindCache(): Promise<PieceStore> {
    return this.#once('pieceStoreBehindCache', async () => {
      const store = await this.#openPieces();
      if (!(store instanceof CachedPieceStore)) return this.pieceStore();
      return this.#dependencies.watch?.pieceStore(store.behind) ?? store.behind;
    });
  }

  /** Pieces that are lost are made again by it, whichever module finds that out. */
  repair(): Promise<PieceRepair> {
    return this.#once('repair', async () => {
      const { client, logger, watch } = this.#dependencies;
      const { operatorAddress } = this.#settings;
      const [spdb, pieceStore] = await Promise.all([this.spdb(), this.pieceStoreBehindCache()]);
      const { consensus, secondaries: peers, coder, hasher } = this;
      return new PieceRepair(
        { operatorAddress },
        {
          ...{ client, consensus, spdb, pieceStore, peers, coder, hasher, logger },
          onRepair: watch && ((facts) => watch.repaired(facts)),
        },
      );
    });
  }

  get hasher(): Hasher {
    return this.#once('hasher', () => createHasher({ pool: this.#pool }));
  }

  get pieceMaker(): PieceMaker {
    return this.#once('pieceMaker', () => createPieceMaker({ pool: this.#pool }));
  }

  get coder(): ErasureCoder {
    return this.#once('coder', () => createErasureCoder({ pool: this.#pool }));
  }

  /** The engine of an extension, or what `make` makes. */
  queueEngine(make: () => QueueEngine | Promise<QueueEngine>): Promise<QueueEngine> {
    const { parts, watch } = this.#dependencies;
    return this.#once('queueEngine', async () => {
      const engine = this.#closing(await (parts.queueEngine ?? make)());
      return watch?.queues(engine) ?? engine;
    });
  }

  /** Queues of this process alone. */
  get memoryQueues(): QueueEngine {
    const { watch } = this.#dependencies;
    return this.#once('memoryQueues', () => {
      const engine = this.#closing(new MemoryQueueEngine());
      return watch?.queues(engine) ?? engine;
    });
  }

  /** The last made is closed first. */
  async close(): Promise<void> {
    for (const closable of this.#closables.splice(0).reverse()) await closable.close();
  }

  get #watchedChain(): Consensus {
    const { parts, watch } = this.#dependencies;
    return this.#once('watchedChain', () => {
      const chain = parts.consensus?.() ?? this.chain;
      return watch?.consensus(chain) ?? chain;
    });
  }

  get #head(): ChainHead {
    const { logger } = this.#dependencies;
    return this.#once('head', () => this.#closing(new ChainHead({ chain: this.#watchedChain, logger })));
  }

  get #picture(): Picture {
    const { client, logger } = this.#dependencies;
    const { maxLagBlocks = DEFAULT_MAX_LAG_BLOCKS } = this.#settings;
    return this.#once('picture', () =>
      this.#closing(new Picture({ maxLagBlocks }, { client, head: this.#head, logger })),
    );
  }

  /** Not when it leaves events out, or is read elsewhere than it is written: nobody knows how far it is there. */
  get #isPictureUsable(): boolean {
    const { blocksyncer } = this.#settings.modules;
    return canAnswer(blocksyncer?.modules) && databasesOf(this.#settings).bsdbWriter === undefined;
  }

  async #openTables(name: string, addresses: BsDbAddresses): Promise<SwitchedBsDb> {
    const tables = this.#closing(await SwitchedBsDb.open(addresses));
    this.#dependencies.watch?.pool(name, () => tables.current.pool());
    return tables;
  }

  async #ownSpDb(): Promise<SpDb> {
    const db = await openSpDb(databasesOf(this.#settings).spdb);
    this.#dependencies.watch?.pool('spdb', () => db.pool());
    return db;
  }

  get #pool(): WorkerPool {
    return this.#dependencies.pool ?? this.#once('pool', () => this.#closing(new WorkerPool()));
  }

  #openPieces(): Promise<PieceStore> {
    return this.#once('openPieces', async () => {
      const { parts, watch, logger } = this.#dependencies;
      const own = await parts.pieceStore?.();
      return this.#closing(own ?? (await openPieceStore(this.#pieces, { ...watch?.pieceStoreEvents(), logger })));
    });
  }

  get #pieces(): PieceStoreSettings {
    const { pieces } = this.#settings;
    if (pieces) return pieces;
    const folder = this.#file('pieces');
    return folder === undefined ? { storage: 'memory', bucketUrl: '' } : { storage: 'file', bucketUrl: folder };
  }

  #file(name: string): string | undefined {
    const { dataDir } = this.#settings;
    if (dataDir === undefined) return undefined;
    mkdirSync(dataDir, { recursive: true });
    return join(dataDir, name);
  }

  #once<T>(name: string, make: () => T): T {
    if (!this.#made.has(name)) this.#made.set(name, make());
    return this.#made.get(name) as T;
  }

  #closing<T extends Closable>(made: T): T {
    this.#closables.push(made);
    return made;
  }
}
