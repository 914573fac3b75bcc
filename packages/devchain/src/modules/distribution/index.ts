/** The distribution module: fees become rewards. */
import { cosmosDistributionV1beta1 as distribution, fromProtoJson, toChecksumAddress } from '@prairie/chain';
import type { ChainModule } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { moduleAddress } from '../auth/module-accounts.ts';
import { governedParams } from '../params/governed-params.ts';
import { ONE } from '../staking/decimals.ts';
import { allocateFees } from './allocation.ts';
import { type DistributionDeps, DistributionKeeper } from './keeper.ts';
import { distributionMessages } from './messages.ts';
import { distributionQueries } from './queries.ts';

export { DistributionKeeper } from './keeper.ts';

export function createDistributionModule(deps: DistributionDeps): { module: ChainModule; keeper: DistributionKeeper } {
  const keeper = new DistributionKeeper(deps);
  const params = governedParams(distribution, keeper.parameters);
  const module: ChainModule = {
    name: 'distribution',
    messages: [params.message, ...distributionMessages(keeper)],
    queries: { ...params.queries, ...distributionQueries(keeper) },
    initGenesis: (_ctx, appState) => initGenesis(keeper, fromProtoJson(distribution.GenesisState, appState)),
    beginBlock: (ctx) => allocateFees(keeper, ctx),
  };
  return { module, keeper };
}

/**
 * Validators begin with the chain, and it owes them nothing yet: all that the module holds is the community's, also what
 * another network owed to validators that are left out here.
 * @throws Error for a pool without its coins
 */
function initGenesis({ parameters, store, bank }: DistributionKeeper, genesis: distribution.GenesisState): void {
  parameters.initialize(genesis.params);
  for (const { delegator_address, withdraw_address } of genesis.delegator_withdraw_infos) {
    store.withdrawAddresses.set(addressKey(delegator_address), toChecksumAddress(withdraw_address));
  }
  const pool = (genesis.fee_pool?.community_pool ?? []).reduce((sum, { amount }) => sum + amount, 0n);
  const held = bank.balance(moduleAddress('distribution')) * ONE;
  if (held < pool) throw new Error(`distribution: community pool of ${pool / ONE} wei, the module has ${held / ONE}`);
  store.addToPool(held);
}
