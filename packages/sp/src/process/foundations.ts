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
  type PieceStore,
  type QueueEngine,
  type SpDb,
} from '@prairie/gfsp';
import { createErasureCoder, createHasher, type ErasureCoder, type Hasher, WorkerPool } from '@prairie/redundancy';
import { BsDb, FilePieceStore, MemoryPieceStore, SqliteSpDb } from '@prairie/store';
import { RecentConsensus } from '../common/recent-consensus.ts';
import { RememberingConsensus } from '../common/remembering-consensus.ts';
import type { Parts } from './extension.ts';
import type { ProviderSettings } from './settings.ts';

interface Closable {
  close(): void | Promise<void>;
}

export interface FoundationsDependencies {
  /** Threads for hashing and erasure coding, shared by all providers of a process; the provider's own without it. */
  pool?: WorkerPool | undefined;
  parts: Parts;
  logger: Logger;
  /** Stands around what was made, for metrics. */
  watch?: Watch | undefined;
}

/** Gives back the same thing, watched. */
export interface Watch {
  pieceStore(store: PieceStore): PieceStore;
  spdb(db: SpDb): SpDb;
  consensus(chain: Consensus): Consensus;
  queues(engine: QueueEngine): QueueEngine;
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

  get consensus(): Consensus {
    const { parts, watch } = this.#dependencies;
    return this.#once('consensus', () => {
      const chain = parts.consensus?.() ?? this.chain;
      return new RememberingConsensus(watch?.consensus(chain) ?? chain);
    });
  }

  /** The same for reads, which ask the same again and again: an answer holds until the next block. */
  get recent(): RecentConsensus {
    const { logger } = this.#dependencies;
    return this.#once('recent', () => this.#closing(new RecentConsensus(this.consensus, { logger })));
  }

  /** Calls to other providers. */
  get secondaries(): SpClient {
    return this.#once('secondaries', () => this.#closing(new SpClient()));
  }

  get spdb(): SpDb {
    const { parts, watch } = this.#dependencies;
    return this.#once('spdb', () => {
      const db = this.#closing(parts.spdb?.() ?? new SqliteSpDb({ path: this.#file('sp.db') ?? ':memory:' }));
      return watch?.spdb(db) ?? db;
    });
  }

  /** What metadata reads: the part of an extension, or the tables of the block syncer. */
  get bsdb(): BsDbReader {
    const own = this.#dependencies.parts.bsdb;
    return this.#once('bsdb', () => (own ? this.#closing(own()) : this.syncedTables));
  }

  /** What the block syncer writes. */
  get syncedTables(): BsDb {
    const read = this.#dependencies.parts.bsdb && this.bsdb;
    if (read instanceof BsDb) return read;
    return this.#once('syncedTables', () => this.#closing(new BsDb({ path: this.#file('bs.db') ?? ':memory:' })));
  }

  pieceStore(): Promise<PieceStore> {
    return this.#once('pieceStore', async () => {
      const { parts, watch } = this.#dependencies;
      const { piecesDir, piecesInMemory } = this.#settings;
      const root = piecesInMemory ? undefined : (piecesDir ?? this.#file('pieces'));
      const own = await parts.pieceStore?.();
      const store = own ?? (root ? await FilePieceStore.open({ root }) : new MemoryPieceStore());
      this.#closing(store);
      return watch?.pieceStore(store) ?? store;
    });
  }

  get hasher(): Hasher {
    return this.#once('hasher', () => createHasher({ pool: this.#pool }));
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

  get #pool(): WorkerPool {
    return this.#dependencies.pool ?? this.#once('pool', () => this.#closing(new WorkerPool()));
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
