/** The distribution module: fees become rewards. */
import { cosmosDistributionV1beta1 as distribution, fromProtoJson } from '@prairie/chain';
import type { ChainModule } from '../../context.ts';
import { governedParams } from '../params/governed-params.ts';
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
    initGenesis(_ctx, appState) {
      const { params, fee_pool } = fromProtoJson(distribution.GenesisState, appState);
      keeper.parameters.initialize(params);
      for (const { amount } of fee_pool?.community_pool ?? []) keeper.store.addToPool(amount);
    },
    beginBlock: (ctx) => allocateFees(keeper, ctx),
  };
  return { module, keeper };
}
