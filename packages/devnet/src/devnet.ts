/** A chain and N providers in one process. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { evmChainId } from '@prairie/chain';
import { DevChain, type Fork } from '@prairie/devchain';
import type { Logger } from '@prairie/gfsp';
import { WorkerPool } from '@prairie/redundancy';
import { type Account, mnemonicAccounts, providerKeys, USER_MNEMONIC } from './accounts.ts';
import { genesisOf } from './genesis.ts';
import { type Layout, layoutOf } from './layout.ts';
import { writeLocalupFiles } from './localup.ts';
import { type DevnetOptions, type DevnetSummary, FUNDED_ACCOUNTS, HOST, providerDomain } from './options.ts';
import { type ProviderPlan, type ProvidersDependencies, type RunningProviders, startProviders } from './providers.ts';

export class Devnet {
  readonly summary: DevnetSummary;
  /** What is not as in the genesis file of another network, a line each. */
  readonly differences: readonly string[];
  readonly #chain: DevChain;
  readonly #providers: RunningProviders;
  readonly #pool: WorkerPool;

  private constructor(
    { summary, differences }: Pick<Devnet, 'summary' | 'differences'>,
    { chain, providers, pool }: { chain: DevChain; providers: RunningProviders; pool: WorkerPool },
  ) {
    this.summary = summary;
    this.differences = differences;
    this.#chain = chain;
    this.#providers = providers;
    this.#pool = pool;
  }

  /** Resolves when the chain makes blocks and every provider has a family and serves. */
  static async start(
    options: DevnetOptions,
    { logger, extensions }: Pick<ProvidersDependencies, 'logger' | 'extensions'>,
  ): Promise<Devnet> {
    if (options.dataDir) mkdirSync(options.dataDir, { recursive: true });
    if (options.localupDir) writeLocalupFiles(options.localupDir);
    const layout = await layoutOf(options);
    const plans = plansOf(layout);
    const accounts = mnemonicAccounts(USER_MNEMONIC, FUNDED_ACCOUNTS);
    const { genesis, differences } = genesisOf(options, plans, accounts);
    const chain = await startChain({ ...options, rpcPort: layout.rpcPort }, genesis, logger);
    const pool = new WorkerPool();
    const providers = await startProviders(options, plans, chain.rpcUrl, { logger, pool, extensions }).catch(
      async (error) => {
        await stopAll(chain, undefined, pool);
        throw error;
      },
    );
    const summary = summaryOf(options, plans, accounts, chain, providers);
    return new Devnet({ summary, differences }, { chain, providers, pool });
  }

  /** Stops the providers, then the chain. */
  stop(): Promise<void> {
    return stopAll(this.#chain, this.#providers, this.#pool);
  }
}

async function stopAll(chain: DevChain, providers: RunningProviders | undefined, pool: WorkerPool): Promise<void> {
  await providers?.stop();
  await chain.close();
  await pool.close();
}

function plansOf({ spPorts, endpoints }: Layout): ProviderPlan[] {
  return spPorts.map((port, index) => {
    const id = index + 1;
    const domain = providerDomain(id);
    const endpoint = `http://${endpoints === 'name' ? domain : HOST}:${port}`;
    return { id, keys: providerKeys(index), port, domain, endpoint };
  });
}

function startChain(options: DevnetOptions, genesis: Fork['genesis'], logger: Logger): Promise<DevChain> {
  return DevChain.create({
    genesis,
    dataDir: options.dataDir && join(options.dataDir, 'chain'),
    blockTimeMs: options.blockTimeMs,
    port: options.rpcPort,
    restPort: options.restPort,
    host: HOST,
    powers: true,
    logger: { error: (message, error) => logger.error(message, { module: 'chain', error }) },
  });
}

function summaryOf(
  options: DevnetOptions,
  plans: ProviderPlan[],
  accounts: Account[],
  chain: DevChain,
  { grpc }: RunningProviders,
): DevnetSummary {
  return {
    rpc: chain.rpcUrl,
    ...(chain.restUrl === undefined ? {} : { rest: chain.restUrl }),
    chainId: options.chainId,
    evmChainId: Number(evmChainId(options.chainId)),
    accounts: accounts.map(({ address, privateKey }) => ({ address, privateKey: `0x${privateKey.toString('hex')}` })),
    sps: plans.map(({ id, keys, endpoint }) => ({
      ...{ id, operatorAddress: keys.operator.address, endpoint },
      grpc: grpc.get(id)!,
    })),
  };
}
