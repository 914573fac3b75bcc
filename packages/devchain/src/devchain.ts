/** The embedded chain: state, blocks and the node's port in one object. */
import type { AppKeepers } from './chain/app.ts';
import type { BlockRecord } from './chain/block-types.ts';
import type { Chain, Genesis } from './chain/chain.ts';
import { ChainStore } from './chain/chain-store.ts';
import { Impersonations } from './chain/impersonations.ts';
import { type NodeIdentity, nodeIdentity } from './chain/node-identity.ts';
import { openChain } from './chain/open.ts';
import { BlockSchedule } from './chain/schedule.ts';
import { genesisOf, openStateFile, storeState } from './chain/state-file.ts';
import type { ChainModule } from './context.ts';
import { Powers } from './powers/index.ts';
import { RestServer } from './rest/server.ts';
import { RpcServer } from './rpc/server.ts';
import type { UpgradeHeights } from './upgrades.ts';

export interface DevChainOptions {
  /**
   * What a new chain begins with. A data directory that holds a chain already must hold one of the same id, and needs
   * no genesis; a dump of a state has its own.
   */
  genesis?: Genesis;
  /** File with the dump of a state that a new chain begins with, in place of genesis. It goes on at the next height. */
  state?: string | undefined;
  /** Whether the port has the methods of developers (`powers/`). Default false. */
  powers?: boolean;
  /** Without one the chain lives in memory. */
  dataDir?: string | undefined;
  /** Blocks whose state can still be queried, besides the last. A snapshot keeps all since its own. Default 1000. */
  historyBlocks?: number | undefined;
  /** Interval between blocks; 0 makes a block per transaction, and an empty one every second. Default 500. */
  blockTimeMs?: number;
  /** False: only {@link DevChain.produceBlock} makes blocks. */
  autoBlocks?: boolean;
  /** Port of the node's RPC; 0 takes any free one. Default 26657. */
  port?: number;
  /** Port of the REST interface; 0 takes any free one. Without it there is none. */
  restPort?: number | undefined;
  /** Default 127.0.0.1. */
  host?: string;
  /** Whether pages of other origins may call either port. Default true. */
  cors?: boolean;
  /** For a new chain: the height of each upgrade, of those it shall have. Default: all of them from the start. */
  upgrades?: UpgradeHeights;
  /**
   * What mirroring a bucket, object or group to another chain does, as nothing relays: `queue` accepts it, takes the
   * fee and leaves the resource waiting for ever. Default: refuse.
   */
  mirror?: 'refuse' | 'queue';
  /** More modules, behind all others. */
  modules?: (keepers: AppKeepers) => readonly ChainModule[];
  logger?: { error(message: string, error?: unknown): void };
}

export class DevChain {
  readonly chain: Chain;
  readonly keepers: AppKeepers;
  private readonly store: ChainStore;
  private readonly schedule: BlockSchedule;
  private readonly server: RpcServer;
  private readonly rest: RestServer | undefined;
  private readonly powers: Powers | undefined;
  private readonly host: string;

  private constructor(parts: {
    chain: Chain;
    keepers: AppKeepers;
    store: ChainStore;
    server: RpcServer;
    rest: RestServer | undefined;
    schedule: BlockSchedule;
    powers: Powers | undefined;
    options: DevChainOptions;
  }) {
    const { chain, keepers, store, server, rest, options } = parts;
    this.chain = chain;
    this.keepers = keepers;
    this.store = store;
    this.server = server;
    this.rest = rest;
    this.host = options.host ?? '127.0.0.1';
    this.powers = parts.powers;
    this.schedule = parts.schedule;
    if (options.autoBlocks ?? true) this.schedule.resume();
  }

  /**
   * Opens the chain of the data directory, or begins a new one, and serves it. When this resolves, at least two blocks
   * are there: what genesis sets is visible from the second on (`reference/chain-state-machine.md` §1.2).
   */
  static async create(options: DevChainOptions): Promise<DevChain> {
    const store = new ChainStore({ directory: options.dataDir, historyBlocks: options.historyBlocks });
    try {
      return await DevChain.open(options, store);
    } catch (error) {
      store.close();
      throw error;
    }
  }

  private static async open(options: DevChainOptions, store: ChainStore): Promise<DevChain> {
    let identity: NodeIdentity | undefined;
    const genesis = beginning(options, store);
    const impersonations = options.powers ? new Impersonations(store) : undefined;
    const { chain, keepers, text } = openChain(store, {
      ...{ ...options, genesis, impersonated: impersonations },
      onPanic: (error) => options.logger?.error('a transaction failed unexpectedly', error),
      identity: () => identity!,
    });
    while (chain.height < 2) chain.produceBlock();
    const schedule = new BlockSchedule(chain, {
      blockTimeMs: options.blockTimeMs ?? 500,
      onFailure: (error) =>
        options.logger?.error(`chain halted after height ${chain.height}: the next block cannot be made`, error),
    });
    const powers =
      impersonations && new Powers({ dataDir: options.dataDir }, { chain, keepers, schedule, impersonations });
    const common = { host: options.host ?? '127.0.0.1', cors: options.cors ?? true };
    const server = await RpcServer.listen(
      { ...common, port: options.port ?? 26657 },
      {
        chain,
        identity: () => identity!,
        genesis: text,
        bank: keepers.bank,
        powers: powers?.methods,
      },
    );
    const { moniker } = chain.validator;
    identity = nodeIdentity({
      chainId: chain.chainId,
      consensusAddress: chain.key.address,
      moniker,
      port: server.port,
    });
    try {
      const rest =
        options.restPort === undefined
          ? undefined
          : await RestServer.listen({ ...common, port: options.restPort }, chain);
      return new DevChain({ chain, keepers, store, server, rest, schedule, powers, options });
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  get chainId(): string {
    return this.chain.chainId;
  }

  get height(): number {
    return this.chain.height;
  }

  get rpcUrl(): string {
    return `http://${this.host}:${this.server.port}`;
  }

  /** Connections to the node's port that have subscribed to events. */
  get subscribers(): number {
    return this.server.subscribers;
  }

  /** Of the REST interface; undefined without one. */
  get restUrl(): string | undefined {
    return this.rest && `http://${this.host}:${this.rest.port}`;
  }

  /** Why the chain makes no more blocks; undefined while it does. */
  get halted(): unknown {
    return this.schedule.failure;
  }

  /** Executes and commits one block now, besides those that the schedule makes. */
  produceBlock(): BlockRecord {
    return this.chain.produceBlock();
  }

  /** Calls back after each commit. Returns what ends it. */
  onBlock(callback: (record: BlockRecord) => void): () => void {
    return this.chain.blocks.add(callback);
  }

  async close(): Promise<void> {
    this.schedule.close();
    await this.powers?.close();
    await Promise.all([this.server.close(), this.rest?.close()]);
    this.store.close();
  }
}

/** The genesis file of the chain to open; a new chain that has a dump to begin with is put into the store. */
function beginning({ genesis, state }: DevChainOptions, store: ChainStore): Genesis {
  if (store.genesis === undefined && state !== undefined) {
    const file = openStateFile(state);
    storeState(store, file);
    return genesis ?? genesisOf(file);
  }
  if (genesis) return genesis;
  if (store.genesis !== undefined) return JSON.parse(store.genesis) as Genesis;
  throw new Error('a new chain needs a genesis file or the dump of a state to begin with');
}
