/** The challenge module: providers are asked for pieces, and those who fail lose a part of their deposit. */
import { greenfieldChallenge as challenge, fromProtoJson } from '@prairie/chain';
import type { ChainModule } from '../../context.ts';
import { governedParams } from '../params/governed-params.ts';
import { attestMessage } from './attest.ts';
import { type ChallengeDeps, ChallengeKeeper } from './keeper.ts';
import { challengeQueries } from './queries.ts';
import { submitMessage } from './submit.ts';

export function createChallengeModule(deps: ChallengeDeps): { module: ChainModule; keeper: ChallengeKeeper } {
  const keeper = new ChallengeKeeper(deps);
  const params = governedParams(challenge, keeper.parameters);
  const module: ChainModule = {
    name: 'challenge',
    messages: [submitMessage(keeper), attestMessage(keeper), params.message],
    queries: { ...params.queries, ...challengeQueries(keeper) },
    initGenesis(_ctx, appState) {
      keeper.parameters.initialize(fromProtoJson(challenge.GenesisState, appState).params);
    },
    beginBlock: (ctx) => keeper.beginBlock(ctx),
    endBlock: (ctx) => keeper.endBlock(ctx),
  };
  return { module, keeper };
}
