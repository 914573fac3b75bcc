/** The authz module: accounts that let others send messages in their name. */
import { cosmosAuthzV1beta1 as authz, fromProtoJson } from '@prairie/chain';
import type { MessageRouter } from '../../chain/message-router.ts';
import type { ChainModule, State } from '../../context.ts';
import type { AccountKeeper } from '../auth/keeper.ts';
import { compareTimes } from '../permission/time.ts';
import type { DepositGrants } from '../sp/keeper.ts';
import { AuthzKeeper } from './keeper.ts';
import { authzMessages } from './messages.ts';
import { authzQueries } from './queries.ts';
import { depositGrants, type StakeGrants, stakeGrants } from './spending.ts';

export { AuthzKeeper } from './keeper.ts';
export type { StakeGrants } from './spending.ts';

export interface AuthzDeps {
  state: State;
  accounts: AccountKeeper;
  router: MessageRouter;
}

export interface Authz {
  module: ChainModule;
  keeper: AuthzKeeper;
  /** For the creation of providers. */
  depositGrants: DepositGrants;
  /** For the creation of validators. */
  stakeGrants: StakeGrants;
}

export function createAuthzModule({ state, accounts, router }: AuthzDeps): Authz {
  const keeper = new AuthzKeeper(state);
  const module: ChainModule = {
    name: 'authz',
    messages: authzMessages({ keeper, accounts, router }),
    queries: authzQueries(keeper),
    initGenesis(ctx, appState) {
      for (const grant of fromProtoJson(authz.GenesisState, appState).authorization) {
        const { expiration } = grant;
        if (!expiration || compareTimes(expiration, ctx.time) > 0) keeper.save(ctx, grant, grant);
      }
    },
    beginBlock: (ctx) => keeper.prune(ctx),
  };
  return { module, keeper, depositGrants: depositGrants(keeper), stakeGrants: stakeGrants(keeper) };
}
