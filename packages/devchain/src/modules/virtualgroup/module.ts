/** The virtualgroup module: which providers store together, what they staked, and who takes over whose place. */
import { fromProtoJson, greenfieldVirtualgroup as vg } from '@prairie/chain';
import type { ChainModule } from '../../context.ts';
import { exitMessages } from './exits.ts';
import { type VirtualGroupDeps, VirtualGroupKeeper } from './keeper.ts';
import { groupMessages } from './messages.ts';
import { virtualGroupQueries } from './queries.ts';
import { swapInMessages } from './swap-in.ts';
import { swapOutMessages } from './swap-out.ts';

export function createVirtualGroupModule(deps: VirtualGroupDeps): { module: ChainModule; keeper: VirtualGroupKeeper } {
  const keeper = new VirtualGroupKeeper(deps);
  const module: ChainModule = {
    name: 'virtualgroup',
    messages: [
      ...groupMessages(keeper),
      ...swapOutMessages(keeper),
      ...swapInMessages(keeper),
      ...exitMessages(keeper),
    ],
    queries: virtualGroupQueries(keeper),
    initGenesis: (_ctx, appState) =>
      keeper.setParams((fromProtoJson(vg.GenesisState, appState) as vg.GenesisState).params),
  };
  return { module, keeper };
}
