/** What the chain of a devnet begins with: a genesis file of its own, or that of another network with its providers. */
import { blsProof } from '@prairie/chain';
import { buildDevnetGenesis, extendGenesis, type Fork, forkGenesis, type GenesisProvider } from '@prairie/devchain';
import { type Account, validatorKeys } from './accounts.ts';
import type { DevnetOptions } from './options.ts';
import type { ProviderPlan } from './providers.ts';

/** A genesis file that no chain can begin with. */
export class GenesisFileError extends Error {
  override readonly name = 'GenesisFileError';
}

export interface Beginning extends Pick<DevnetOptions, 'chainId' | 'genesis'> {
  /** Whether the providers of the other network's genesis file are taken. Nobody here has their keys. */
  keepProviders?: boolean;
}

/** With what is not as in the file that it was forked from; nothing without one. @throws GenesisFileError */
export function genesisOf(options: Beginning, plans: readonly ProviderPlan[], users: readonly Account[]): Fork {
  const network = { accounts: users.map(({ address }) => ({ address })), sps: plans.map(providerOf) };
  if (options.genesis !== undefined) {
    const { genesis, differences } = forked(options);
    return { genesis: extendGenesis(genesis, network), differences };
  }
  const { validator, delegator, relayer, challenger, bls } = validatorKeys();
  const genesis = buildDevnetGenesis({
    chainId: options.chainId,
    ...network,
    validator: {
      operator: validator.address,
      delegator: delegator.address,
      relayer: relayer.address,
      challenger: challenger.address,
      blsKey: bls.publicKey,
      blsProof: blsProof(bls.secretKey),
    },
  });
  return { genesis, differences: [] };
}

function forked({ genesis, keepProviders = false }: Beginning): Fork {
  try {
    return forkGenesis(genesis, { providers: keepProviders });
  } catch (error) {
    throw new GenesisFileError((error as Error).message, { cause: error });
  }
}

const providerOf = ({ keys, endpoint, id }: ProviderPlan): GenesisProvider => ({
  operator: keys.operator.address,
  funding: keys.funding.address,
  seal: keys.seal.address,
  approval: keys.approval.address,
  gc: keys.gc.address,
  maintenance: keys.maintenance.address,
  blsKey: keys.bls.publicKey,
  blsProof: blsProof(keys.bls.secretKey),
  endpoint,
  moniker: `sp${id - 1}`,
});
