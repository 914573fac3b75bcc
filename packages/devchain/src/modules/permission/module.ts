/** The permission module: its parameters, and policies that expire. Messages about policies are the storage module's. */
import { fromProtoJson, greenfieldPermission as permission } from '@prairie/chain';
import { type ChainModule, message, query, type State, type Table } from '../../context.ts';
import { checkAuthority } from './authority.ts';
import { GroupMembers } from './members.ts';
import { Policies } from './policies.ts';
import { Sequence } from './sequence.ts';

const defaults: permission.Params = {
  maximum_statements_num: 10n,
  maximum_group_num: 10n,
  maximum_remove_expired_policies_iteration: 100n,
};

export class PermissionKeeper {
  readonly policies: Policies;
  readonly members: GroupMembers;
  private readonly stored: Table<permission.Params>;

  constructor(state: State) {
    const ids = new Sequence(state, 'permission/sequences');
    this.stored = state.table('permission/params', permission.Params);
    this.members = new GroupMembers(state, ids);
    this.policies = new Policies(state, ids, this.members);
  }

  params(): permission.Params {
    return this.stored.get('') ?? defaults;
  }

  setParams(params: permission.Params): void {
    this.stored.set('', params);
  }
}

export function createPermissionModule(deps: { state: State }): { module: ChainModule; keeper: PermissionKeeper } {
  const keeper = new PermissionKeeper(deps.state);
  const module: ChainModule = {
    name: 'permission',
    messages: [
      message<permission.MsgUpdateParams>({
        type: permission.MsgUpdateParams,
        response: permission.MsgUpdateParamsResponse,
        signers: (msg) => [msg.authority],
        handle(ctx, msg) {
          checkAuthority(msg.authority);
          keeper.setParams(msg.params);
          if (ctx.has('Nagqu')) ctx.emitTyped(permission.Params, msg.params); // Nagqu: changed parameters are an event
          return {};
        },
      }),
    ],
    queries: {
      '/greenfield.permission.Query/Params': query({
        request: permission.QueryParamsRequest,
        response: permission.QueryParamsResponse,
        handle: () => ({ params: keeper.params() }),
      }),
    },
    initGenesis(_ctx, appState) {
      keeper.setParams((fromProtoJson(permission.GenesisState, appState) as permission.GenesisState).params);
    },
    endBlock(ctx) {
      keeper.policies.removeExpired(ctx, Number(keeper.params().maximum_remove_expired_policies_iteration));
    },
  };
  return { module, keeper };
}
