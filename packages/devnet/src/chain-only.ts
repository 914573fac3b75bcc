/** A chain without providers: the network of the devnet's accounts, a fork, or one that goes on from a dumped state. */
import { DevChain } from '@prairie/devchain';
import type { Logger } from '@prairie/gfsp';
import { mnemonicAccounts, USER_MNEMONIC } from './accounts.ts';
import { genesisOf } from './genesis.ts';
import { FUNDED_ACCOUNTS } from './options.ts';

export interface ChainOnlyOptions {
  /** Of a new chain that is neither a fork nor a dump. */
  chainId: string;
  /** The genesis file of another network, parsed. Its providers are taken too. */
  genesis?: unknown;
  /** File that a state was dumped into. */
  state?: string | undefined;
  /** Where the chain is kept, or found; undefined keeps nothing. */
  dataDir: string | undefined;
  /** 0 takes a free port. */
  rpcPort: number;
  /** Port of REST answers; 0 takes a free one, undefined opens none. */
  restPort?: number | undefined;
  blockTimeMs: number;
  /** Whether the port has the methods of developers. */
  powers: boolean;
}

export interface ChainOnly {
  chain: DevChain;
  /** What is not as in the genesis file of the other network, a line each. */
  differences: readonly string[];
}

/** @throws Error for a genesis file or a state that no chain can begin with, and for a folder that holds another chain */
export async function startChainOnly(options: ChainOnlyOptions, { logger }: { logger: Logger }): Promise<ChainOnly> {
  const { state, dataDir, rpcPort, restPort, blockTimeMs, powers } = options;
  const { genesis, differences } = genesisOf({ ...options, keepProviders: true }, [], accounts());
  const chain = await DevChain.create({
    ...{ ...(state === undefined ? { genesis } : { state }), dataDir, blockTimeMs, powers, port: rpcPort, restPort },
    logger: { error: (message, error) => logger.error(message, { module: 'chain', error }) },
  });
  return { chain, differences };
}

const accounts = () => mnemonicAccounts(USER_MNEMONIC, FUNDED_ACCOUNTS);
