/** A whole storage provider: stores, chain client and every module, in one process. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf, ChainClient } from '@prairie/chain';
import { SpClient } from '@prairie/client';
import { App, type AppPart, type Logger, type ModuleName, type Modules, type PieceStore } from '@prairie/gfsp';
import { createErasureCoder, createHasher, WorkerPool } from '@prairie/redundancy';
import { BsDb, FilePieceStore, MemoryPieceStore, SqliteSpDb } from '@prairie/store';
import { ApproverModule } from './approver/index.ts';
import { AuthenticatorModule } from './authenticator/index.ts';
import { BlockSyncerModule } from './blocksyncer/index.ts';
import { RememberingConsensus } from './common/remembering-consensus.ts';
import { DownloaderModule } from './downloader/index.ts';
import { ExecutorModule } from './executor/index.ts';
import { GaterModule } from './gater/index.ts';
import { ManagerModule, type ManagerOptions } from './manager/index.ts';
import { MetadataModule } from './metadata/index.ts';
import { ReceiverModule } from './receiver/index.ts';
import { type SignerKeys, SignerModule } from './signer/index.ts';
import { UploaderModule } from './uploader/index.ts';

export interface ProviderOptions {
  keys: SignerKeys;
  rpcUrl: string;
  chainId: string;
  /** Where the gateway listens. */
  host: string;
  port: number;
  /** Domains below which a host name carries the bucket. */
  domains: readonly string[];
  /** Folder of the provider's state; undefined keeps it in memory. */
  dataDir: string | undefined;
  version: string;
  /** How long the start waits for a family of its own. Default 15 s. */
  familyTimeoutMs?: number;
}

export interface ProviderDependencies {
  logger: Logger;
  /** Threads for hashing and erasure coding, shared by all providers of a process; the provider's own without it. */
  pool?: WorkerPool;
}

export class Provider {
  readonly operatorAddress: string;
  readonly #app: App;
  readonly #resources: Closable[];

  private constructor(operatorAddress: string, app: App, resources: Closable[]) {
    this.operatorAddress = operatorAddress;
    this.#app = app;
    this.#resources = resources;
  }

  /** Opens the stores and puts the modules together; nothing runs yet. */
  static async open(options: ProviderOptions, dependencies: ProviderDependencies): Promise<Provider> {
    const parts = await openParts(options, dependencies);
    return new Provider(parts.operatorAddress, compose(options, parts), parts.resources);
  }

  /** Resolves when the provider has a family of its own and serves. */
  start(): Promise<void> {
    return this.#app.start();
  }

  /** Stops the modules, then closes what they stood on. */
  async stop(): Promise<void> {
    await this.#app.stop();
    for (const resource of this.#resources) await resource.close();
  }
}

interface Closable {
  close(): void | Promise<void>;
}

type Parts = Awaited<ReturnType<typeof openParts>>;

async function openParts(options: ProviderOptions, { logger, pool }: ProviderDependencies) {
  const { dataDir } = options;
  if (dataDir) mkdirSync(dataDir, { recursive: true });
  const threads = pool ?? new WorkerPool();
  const chain = new ChainClient({ rpcUrl: options.rpcUrl, chainId: options.chainId });
  const secondaries = new SpClient();
  const spdb = new SqliteSpDb({ path: dataDir ? join(dataDir, 'sp.db') : ':memory:' });
  const bsdb = new BsDb({ path: dataDir ? join(dataDir, 'bs.db') : ':memory:' });
  const pieceStore: PieceStore = dataDir
    ? await FilePieceStore.open({ root: join(dataDir, 'pieces') })
    : new MemoryPieceStore();
  const resources: Closable[] = [secondaries, chain, pieceStore, spdb, bsdb, ...(pool ? [] : [threads])];
  return {
    operatorAddress: addressOf(options.keys.operator),
    ...{ chain, consensus: new RememberingConsensus(chain), secondaries, spdb, bsdb, pieceStore, resources, logger },
    hasher: createHasher({ pool: threads }),
    coder: createErasureCoder({ pool: threads }),
  };
}

function compose(options: ProviderOptions, parts: Parts): App {
  const { operatorAddress, chain, bsdb, spdb, logger } = parts;
  const app = new App({}, { logger });
  const shared = { ...parts, client: app.client };
  const blockSyncer = new BlockSyncerModule({}, { db: bsdb, chain, logger: logger.child({ module: 'blocksyncer' }) });
  const gater = new GaterModule(
    { ...options, operatorAddress },
    { ...shared, logger: logger.child({ module: 'gateway' }) },
  );
  const serve = <N extends ModuleName>(part: AppPart & Modules[N], name: N) => app.add(part, { [name]: part });
  app.add(blockSyncer);
  serve(new SignerModule({ keys: options.keys }, { chain }), 'signer');
  serve(new MetadataModule({}, { bsdb, spdb, chain, progress: blockSyncer, logger }), 'metadata');
  serve(new AuthenticatorModule({ operatorAddress }, shared), 'authenticator');
  serve(new ApproverModule({}, shared), 'approver');
  serve(new ManagerModule(managerOptions(options, operatorAddress), shared), 'manager');
  serve(new UploaderModule({}, shared), 'uploader');
  serve(new DownloaderModule({ operatorAddress }, shared), 'downloader');
  serve(new ReceiverModule({}, shared), 'receiver');
  app.add(new ExecutorModule({ operatorAddress, parallel: EXECUTOR_LOOPS }, shared));
  return app.add(gater);
}

/**
 * Tasks at a time. A replication waits for peers and for the block of its seal more than it computes, so many have to be
 * under way; their memory is bounded by a budget of its own.
 */
const EXECUTOR_LOOPS = 64;

function managerOptions({ familyTimeoutMs }: ProviderOptions, operatorAddress: string): ManagerOptions {
  return familyTimeoutMs === undefined ? { operatorAddress } : { operatorAddress, familyTimeoutMs };
}
