import {
  cosmosAuthV1beta1 as auth,
  encode,
  fromProtoJson,
  type googleProtobuf,
  isAddress,
  toChecksumAddress,
} from '@prairie/chain';
import { type ChainModule, query, type State, StatusError } from '../../context.ts';
import { paginate } from '../../pagination.ts';
import { governedParams } from '../params/governed-params.ts';
import { AccountKeeper } from './keeper.ts';
import { MODULE_ACCOUNTS, type ModuleName, moduleAddress } from './module-accounts.ts';

export { AccountKeeper } from './keeper.ts';
export { MODULE_ACCOUNTS, type ModuleName, moduleAddress } from './module-accounts.ts';

const packed = (account: auth.BaseAccount): googleProtobuf.Any => ({
  type_url: auth.BaseAccount.typeUrl,
  value: encode(auth.BaseAccount, account),
});

const packedModule = (account: auth.ModuleAccount): googleProtobuf.Any => ({
  type_url: auth.ModuleAccount.typeUrl,
  value: encode(auth.ModuleAccount, account),
});

export function createAuthModule(deps: { state: State }): { module: ChainModule; keeper: AccountKeeper } {
  const keeper = new AccountKeeper(deps.state);
  const params = governedParams(auth, keeper.parameters);
  const module: ChainModule = {
    name: 'auth',
    messages: [params.message],
    queries: { ...params.queries, ...queriesOf(keeper) },
    initGenesis(_ctx, appState) {
      keeper.parameters.initialize(fromProtoJson(auth.Params, appState.params));
      for (const { '@type': type, ...account } of appState.accounts ?? []) {
        if (type !== auth.BaseAccount.typeUrl) throw new Error(`genesis account of type ${type}: BaseAccount expected`);
        const { address, ...rest } = fromProtoJson(auth.BaseAccount, { ...account, pub_key: null });
        keeper.insert({ ...rest, address: toChecksumAddress(address) });
      }
      for (const [name, { atGenesis }] of Object.entries(MODULE_ACCOUNTS)) {
        if (atGenesis) keeper.ensure(moduleAddress(name as ModuleName));
      }
    },
  };
  return { module, keeper };
}

function queriesOf(keeper: AccountKeeper): ChainModule['queries'] {
  const anyAccount = (address: string): googleProtobuf.Any => {
    if (address === '') throw new StatusError('InvalidArgument', 'Address cannot be empty');
    if (!isAddress(address)) throw new StatusError('Internal', `invalid address hex length: ${address}`);
    const account = keeper.account(address);
    if (!account) throw new StatusError('NotFound', `account ${address} not found`);
    const module = keeper.moduleOf(address);
    return module ? packedModule(keeper.moduleAccount(module)!) : packed(account);
  };
  return {
    '/cosmos.auth.v1beta1.Query/Account': query({
      request: auth.QueryAccountRequest,
      response: auth.QueryAccountResponse,
      handle: (_ctx, { address }) => ({ account: anyAccount(address) }),
    }),
    '/cosmos.auth.v1beta1.Query/AccountInfo': query({
      request: auth.QueryAccountInfoRequest,
      response: auth.QueryAccountInfoResponse,
      handle: (_ctx, { address }) => {
        anyAccount(address);
        return { info: keeper.account(address) };
      },
    }),
    '/cosmos.auth.v1beta1.Query/AccountAddressByID': query({
      request: auth.QueryAccountAddressByIDRequest,
      response: auth.QueryAccountAddressByIDResponse,
      handle: (_ctx, { id, account_id }) => {
        const number = account_id || id;
        const account_address = keeper.addressOfNumber(number);
        if (!account_address)
          throw new StatusError('NotFound', `account address not found with account number ${number}`);
        return { account_address };
      },
    }),
    '/cosmos.auth.v1beta1.Query/Accounts': query({
      request: auth.QueryAccountsRequest,
      response: auth.QueryAccountsResponse,
      handle: (_ctx, { pagination }) => {
        const page = paginate(pagination, {
          walk: (options) => keeper.list(options),
          cursorOf: (key) => Buffer.from(key, 'hex'),
          keyOf: (cursor) => Buffer.from(cursor).toString('hex'),
          refuseOffset: true,
        });
        return { accounts: page.items.map((account) => anyAccount(account.address)), pagination: page.pagination };
      },
    }),
    '/cosmos.auth.v1beta1.Query/ModuleAccounts': query({
      request: auth.QueryModuleAccountsRequest,
      response: auth.QueryModuleAccountsResponse,
      handle: () => ({ accounts: keeper.moduleAccounts().map(packedModule) }),
    }),
    '/cosmos.auth.v1beta1.Query/ModuleAccountByName': query({
      request: auth.QueryModuleAccountByNameRequest,
      response: auth.QueryModuleAccountByNameResponse,
      handle: (_ctx, { name }) => {
        const account = keeper.moduleAccount(name);
        if (!account) throw new StatusError('NotFound', `account ${name} not found`);
        return { account: packedModule(account) };
      },
    }),
  };
}
