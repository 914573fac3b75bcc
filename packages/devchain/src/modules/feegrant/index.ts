import {
  addressBytes,
  cosmosFeegrantV1beta1 as feegrant,
  fromProtoJson,
  isAddress,
  toChecksumAddress,
} from '@prairie/chain';
import {
  type ChainModule,
  type Context,
  type MessageHandler,
  message,
  query,
  type State,
  StatusError,
  type Table,
} from '../../context.ts';
import { addressKey, joinKey } from '../../keys.ts';
import { paginate } from '../../pagination.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import type { AccountKeeper } from '../auth/keeper.ts';
import { checkAllowance, expirationOf, spend } from './allowances.ts';

type Grant = feegrant.Grant;

const notFound = () => sdkErrors.notFound('fee-grant not found');
const grantKey = (granter: string, grantee: string) => joinKey(addressKey(grantee), addressKey(granter));
const parties = ({ granter, grantee }: { granter: string; grantee: string }) => ({
  granter: toChecksumAddress(granter),
  grantee: toChecksumAddress(grantee),
});

export class FeegrantKeeper {
  private readonly grants: Table<Grant>;
  private readonly accounts: AccountKeeper;

  constructor(state: State, deps: { accounts: AccountKeeper }) {
    this.grants = state.table('feegrant/grants', feegrant.Grant);
    this.accounts = deps.accounts;
  }

  grant(granter: string, grantee: string): Grant | undefined {
    return this.grants.get(grantKey(granter, grantee));
  }

  /** All grants by grantee, then granter. */
  list(options: { prefix?: string; from?: string; reverse?: boolean }): Iterable<[string, Grant]> {
    return this.grants.range(options);
  }

  add(ctx: Context, grant: Grant): void {
    this.accounts.ensure(grant.grantee);
    this.grants.set(grantKey(grant.granter, grant.grantee), { ...grant, ...parties(grant) });
    ctx.emit('set_feegrant', parties(grant));
  }

  /** @throws ChainError sdk/38 */
  revoke(ctx: Context, granter: string, grantee: string): void {
    if (!this.grant(granter, grantee)) throw notFound();
    this.grants.delete(grantKey(granter, grantee));
    ctx.emit('revoke_feegrant', parties({ granter, grantee }));
  }

  /** Takes a fee out of what `granter` allows `grantee`. @throws ChainError feegrant/2, 3, 7 or sdk/38 */
  use(ctx: Context, use: { granter: string; grantee: string; amount: bigint; messageUrls: readonly string[] }): void {
    const { granter, grantee, amount, messageUrls } = use;
    const grant = this.grant(granter, grantee);
    if (!grant?.allowance) throw notFound();
    const left = spend(grant.allowance, { now: ctx.time, amount, messageUrls });
    if (!left) this.revoke(ctx, granter, grantee);
    ctx.emit('use_feegrant', parties(use));
    if (left) {
      this.grants.set(grantKey(granter, grantee), { ...grant, allowance: left });
      ctx.emit('update_feegrant', parties(use));
    }
  }
}

export function createFeegrantModule(deps: { state: State; accounts: AccountKeeper }): {
  module: ChainModule;
  keeper: FeegrantKeeper;
} {
  const keeper = new FeegrantKeeper(deps.state, deps);
  const module: ChainModule = {
    name: 'feegrant',
    messages: messagesOf(keeper),
    queries: queriesOf(keeper),
    initGenesis(ctx, appState) {
      for (const grant of fromProtoJson(feegrant.GenesisState, appState).allowances) keeper.add(ctx, grant);
    },
  };
  return { module, keeper };
}

function checkParties({ granter, grantee }: { granter: string; grantee: string }): void {
  for (const [role, address] of Object.entries({ granter, grantee })) {
    try {
      addressBytes(address);
    } catch (error) {
      throw sdkErrors.invalidAddress(`invalid ${role} address: ${(error as Error).message}`);
    }
  }
  if (addressKey(granter) === addressKey(grantee)) {
    throw sdkErrors.invalidAddress('addresses must be different: cannot self-grant fee authorization');
  }
}

function messagesOf(keeper: FeegrantKeeper): MessageHandler[] {
  return [
    message<feegrant.MsgGrantAllowance>({
      type: feegrant.MsgGrantAllowance,
      response: feegrant.MsgGrantAllowanceResponse,
      signers: (msg) => [msg.granter],
      validateBasic(msg) {
        checkParties(msg);
        if (!msg.allowance) throw sdkErrors.logic('allowance should not be empty');
        checkAllowance(msg.allowance);
      },
      handle(ctx, msg) {
        if (keeper.grant(msg.granter, msg.grantee)) throw sdkErrors.invalidRequest('fee allowance already exists');
        const end = expirationOf(msg.allowance!);
        if (end && (end.seconds < ctx.now || (end.seconds === ctx.now && end.nanos < ctx.time.nanos))) {
          throw sdkErrors.invalidRequest('expiration is before current block time');
        }
        keeper.add(ctx, msg);
        return {};
      },
    }),
    message<feegrant.MsgRevokeAllowance>({
      type: feegrant.MsgRevokeAllowance,
      response: feegrant.MsgRevokeAllowanceResponse,
      signers: (msg) => [msg.granter],
      validateBasic: checkParties,
      handle(ctx, msg) {
        keeper.revoke(ctx, msg.granter, msg.grantee);
        return {};
      },
    }),
  ];
}

function checkAddress(address: string): void {
  if (!isAddress(address)) throw new StatusError('InvalidArgument', `invalid address: ${address}`);
}

function queriesOf(keeper: FeegrantKeeper): ChainModule['queries'] {
  return {
    '/cosmos.feegrant.v1beta1.Query/Allowance': query({
      request: feegrant.QueryAllowanceRequest,
      response: feegrant.QueryAllowanceResponse,
      handle: (_ctx, { granter, grantee }) => {
        checkAddress(granter);
        checkAddress(grantee);
        const allowance = keeper.grant(granter, grantee);
        if (!allowance) throw new StatusError('Internal', notFound().message);
        return { allowance };
      },
    }),
    '/cosmos.feegrant.v1beta1.Query/Allowances': query({
      request: feegrant.QueryAllowancesRequest,
      response: feegrant.QueryAllowancesResponse,
      handle: (_ctx, { grantee, pagination }) => {
        checkAddress(grantee);
        const prefix = joinKey(addressKey(grantee), '');
        const page = paginate(pagination, { walk: (options) => keeper.list({ ...options, prefix }) });
        return { allowances: page.items, pagination: page.pagination };
      },
    }),
    '/cosmos.feegrant.v1beta1.Query/AllowancesByGranter': query({
      request: feegrant.QueryAllowancesByGranterRequest,
      response: feegrant.QueryAllowancesByGranterResponse,
      handle: (_ctx, { granter, pagination }) => {
        checkAddress(granter);
        const walk = function* (options: { from?: string; reverse: boolean }): IterableIterator<[string, Grant]> {
          for (const entry of keeper.list(options)) {
            if (addressKey(entry[1].granter) === addressKey(granter)) yield entry;
          }
        };
        const page = paginate(pagination, { walk });
        return { allowances: page.items, pagination: page.pagination };
      },
    }),
  };
}
