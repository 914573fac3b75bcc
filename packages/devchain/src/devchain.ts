/** The embedded chain: state, blocks and the node's port in one object. */
import type { AppKeepers } from './chain/app.ts';
import type { BlockRecord } from './chain/block-types.ts';
import type { Chain, Genesis } from './chain/chain.ts';
import { ChainStore } from './chain/chain-store.ts';
import { type NodeIdentity, nodeIdentity } from './chain/node-identity.ts';
import { openChain } from './chain/open.ts';
import { BlockSchedule } from './chain/schedule.ts';
import type { ChainModule } from './context.ts';
import { RpcServer } from './rpc/server.ts';
import type { UpgradeHeights } from './upgrades.ts';

export interface DevChainOptions {
  /** What a new chain begins with. A data directory that holds a chain already must hold one of the same id. */
  genesis: Genesis;
  /** Without one the chain lives in memory. */
  dataDir?: string | undefined;
  /** Interval between blocks; 0 makes a block per transaction, and an empty one every second. Default 500. */
  blockTimeMs?: number;
  /** False: only {@link DevChain.produceBlock} makes blocks. */
  autoBlocks?: boolean;
  /** Port of the node's RPC; 0 takes any free one. Default 26657. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** For a new chain: the height of each upgrade, of those it shall have. Default: all of them from the start. */
  upgrades?: UpgradeHeights;
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
  private readonly host: string;
  private failure: unknown;

  private constructor(parts: {
    chain: Chain;
    keepers: AppKeepers;
    store: ChainStore;
    server: RpcServer;
    options: DevChainOptions;
  }) {
    const { chain, keepers, store, server, options } = parts;
    this.chain = chain;
    this.keepers = keepers;
    this.store = store;
    this.server = server;
    this.host = options.host ?? '127.0.0.1';
    this.schedule = new BlockSchedule(chain, {
      blockTimeMs: options.blockTimeMs ?? 500,
      onFailure: (error) => {
        this.failure = error;
        options.logger?.error(`chain halted after height ${chain.height}: the next block cannot be made`, error);
      },
    });
    if (options.autoBlocks ?? true) this.schedule.start();
  }

  /**
   * Opens the chain of the data directory, or begins a new one, and serves it. When this resolves, at least two blocks
   * are there: what genesis sets is visible from the second on (`reference/chain-state-machine.md` §1.2).
   */
  static async create(options: DevChainOptions): Promise<DevChain> {
    const store = new ChainStore({ directory: options.dataDir });
    try {
      return await DevChain.open(options, store);
    } catch (error) {
      store.close();
      throw error;
    }
  }

  private static async open(options: DevChainOptions, store: ChainStore): Promise<DevChain> {
    let identity: NodeIdentity | undefined;
    const { chain, keepers, text } = openChain(store, {
      ...options,
      onPanic: (error) => options.logger?.error('a transaction failed unexpectedly', error),
      identity: () => identity!,
    });
    while (chain.height < 2) chain.produceBlock();
    const address = { port: options.port ?? 26657, host: options.host ?? '127.0.0.1' };
    const server = await RpcServer.listen(address, {
      chain,
      identity: () => identity!,
      genesis: text,
      bank: keepers.bank,
    });
    const { moniker } = chain.validator;
    identity = nodeIdentity({
      chainId: chain.chainId,
      consensusAddress: chain.key.address,
      moniker,
      port: server.port,
    });
    return new DevChain({ chain, keepers, store, server, options });
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

  /** Why the chain makes no more blocks; undefined while it does. */
  get halted(): unknown {
    return this.failure;
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
    this.schedule.stop();
    await this.server.close();
    this.store.close();
  }
}
