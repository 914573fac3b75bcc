/** The slashing module: who may not validate for a time, or never again. */
import { fromProtoJson, cosmosSlashingV1beta1 as slashing } from '@prairie/chain';
import type { ChainModule, State } from '../../context.ts';
import { governedParams } from '../params/governed-params.ts';
import type { StakingKeeper } from '../staking/index.ts';
import { SlashingKeeper } from './keeper.ts';
import { slashingMessages } from './messages.ts';
import { slashingQueries } from './queries.ts';

export { SlashingKeeper } from './keeper.ts';

export function createSlashingModule(deps: { state: State; staking: StakingKeeper }): {
  module: ChainModule;
  keeper: SlashingKeeper;
} {
  const keeper = new SlashingKeeper(deps);
  const params = governedParams(slashing, keeper.parameters);
  const module: ChainModule = {
    name: 'slashing',
    messages: [params.message, ...slashingMessages(keeper)],
    queries: { ...params.queries, ...slashingQueries(keeper) },
    initGenesis: (_ctx, appState) => keeper.parameters.initialize(fromProtoJson(slashing.Params, appState.params)),
  };
  return { module, keeper };
}
