/** The staking module: who validates, with whose stake. */
import { fromProtoJson, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import type { ChainModule } from '../../context.ts';
import type { StakeGrants } from '../authz/index.ts';
import { governedParams } from '../params/governed-params.ts';
import { delegationQueries } from './delegation-queries.ts';
import { type StakingDeps, StakingKeeper } from './keeper.ts';
import { stakingMessages } from './messages.ts';
import { type HeaderAt, stakingQueries } from './queries.ts';
import { beginBlock, endBlock } from './validator-set.ts';

export interface StakingModuleDeps extends StakingDeps {
  /** Left out on a chain without authz: governance may then bond any account's coins. */
  stakeGrants?: StakeGrants;
  headerAt: HeaderAt;
}

/** Validators of a genesis file come from module genutil. */
export function createStakingModule(deps: StakingModuleDeps): { module: ChainModule; keeper: StakingKeeper } {
  const keeper = new StakingKeeper(deps);
  const params = governedParams(staking, keeper.parameters);
  const module: ChainModule = {
    name: 'staking',
    messages: [params.message, ...stakingMessages(keeper, deps.stakeGrants)],
    queries: { ...params.queries, ...stakingQueries(keeper, deps.headerAt), ...delegationQueries(keeper) },
    initGenesis: (_ctx, appState) => keeper.parameters.initialize(fromProtoJson(staking.Params, appState.params)),
    beginBlock: (ctx) => beginBlock(keeper, ctx),
    endBlock: (ctx) => endBlock(keeper, ctx),
  };
  return { module, keeper };
}
