import { cosmosBankV1beta1 as bank, fromProtoJson, isAddress, toChecksumAddress } from '@prairie/chain';
import { coin, DENOM } from '../../coins.ts';
import { type ChainModule, query, type State, StatusError } from '../../context.ts';
import { paginate } from '../../pagination.ts';
import type { AccountKeeper } from '../auth/keeper.ts';
import { BankKeeper } from './keeper.ts';
import { bankMessages } from './messages.ts';

export { BankKeeper, type ReceiverCheck } from './keeper.ts';

export function createBankModule(deps: { state: State; accounts: AccountKeeper }): {
  module: ChainModule;
  keeper: BankKeeper;
} {
  const keeper = new BankKeeper(deps.state, { accounts: deps.accounts });
  const module: ChainModule = {
    name: 'bank',
    messages: bankMessages(keeper, deps.accounts),
    queries: { ...balanceQueries(keeper), ...denomQueries(keeper) },
    initGenesis(_ctx, appState) {
      const genesis = fromProtoJson(bank.GenesisState, appState);
      keeper.setParams(genesis.params);
      for (const { address, coins } of genesis.balances) {
        for (const { amount } of coins) keeper.endow(address, amount);
      }
      for (const metadata of genesis.denom_metadata) keeper.setMetadata(metadata);
    },
  };
  return { module, keeper };
}

function checkedAddress(address: string): string {
  if (address === '') throw new StatusError('InvalidArgument', 'empty address string is not allowed');
  if (!isAddress(address)) throw new StatusError('InvalidArgument', `invalid address: ${address}`);
  return address;
}

function checkedDenom(denom: string): void {
  if (denom === '') throw new StatusError('InvalidArgument', 'invalid denom');
}

/** Of a list that has one entry at most. */
const onePage = (total: number) => ({ next_key: new Uint8Array(0), total: BigInt(total) });

function balanceQueries(keeper: BankKeeper): ChainModule['queries'] {
  const coins = (address: string) => {
    const amount = keeper.balance(checkedAddress(address));
    return amount === 0n ? [] : [coin(amount)];
  };
  const balance = (address: string, denom: string) => {
    checkedAddress(address);
    checkedDenom(denom);
    return { denom, amount: denom === DENOM ? keeper.balance(address) : 0n };
  };
  return {
    '/cosmos.bank.v1beta1.Query/Balance': query({
      request: bank.QueryBalanceRequest,
      response: bank.QueryBalanceResponse,
      handle: (_ctx, { address, denom }) => ({ balance: balance(address, denom) }),
    }),
    '/cosmos.bank.v1beta1.Query/AllBalances': query({
      request: bank.QueryAllBalancesRequest,
      response: bank.QueryAllBalancesResponse,
      handle: (_ctx, { address }) => ({ balances: coins(address), pagination: onePage(coins(address).length) }),
    }),
    '/cosmos.bank.v1beta1.Query/SpendableBalances': query({
      request: bank.QuerySpendableBalancesRequest,
      response: bank.QuerySpendableBalancesResponse,
      handle: (_ctx, { address }) => ({ balances: coins(address), pagination: onePage(coins(address).length) }),
    }),
    '/cosmos.bank.v1beta1.Query/SpendableBalanceByDenom': query({
      request: bank.QuerySpendableBalanceByDenomRequest,
      response: bank.QuerySpendableBalanceByDenomResponse,
      handle: (_ctx, { address, denom }) => ({ balance: balance(address, denom) }),
    }),
    '/cosmos.bank.v1beta1.Query/DenomOwners': query({
      request: bank.QueryDenomOwnersRequest,
      response: bank.QueryDenomOwnersResponse,
      handle: (_ctx, { denom, pagination }) => {
        checkedDenom(denom);
        const page = paginate(pagination, { walk: (options) => ownersOf(keeper, denom, options) });
        return { denom_owners: page.items, pagination: page.pagination };
      },
    }),
  };
}

function* ownersOf(
  keeper: BankKeeper,
  denom: string,
  options: { from?: string; reverse?: boolean },
): IterableIterator<[string, bank.DenomOwner]> {
  if (denom !== DENOM) return;
  for (const [key, amount] of keeper.owners(options)) {
    yield [key, { address: toChecksumAddress(key), balance: coin(amount) }];
  }
}

function denomQueries(keeper: BankKeeper): ChainModule['queries'] {
  return {
    '/cosmos.bank.v1beta1.Query/TotalSupply': query({
      request: bank.QueryTotalSupplyRequest,
      response: bank.QueryTotalSupplyResponse,
      handle: () => ({ supply: [coin(keeper.supply)], pagination: onePage(1) }),
    }),
    '/cosmos.bank.v1beta1.Query/SupplyOf': query({
      request: bank.QuerySupplyOfRequest,
      response: bank.QuerySupplyOfResponse,
      handle: (_ctx, { denom }) => {
        checkedDenom(denom);
        return { amount: { denom, amount: denom === DENOM ? keeper.supply : 0n } };
      },
    }),
    '/cosmos.bank.v1beta1.Query/Params': query({
      request: bank.QueryParamsRequest,
      response: bank.QueryParamsResponse,
      handle: () => ({ params: keeper.params }),
    }),
    '/cosmos.bank.v1beta1.Query/DenomMetadata': query({
      request: bank.QueryDenomMetadataRequest,
      response: bank.QueryDenomMetadataResponse,
      handle: (_ctx, { denom }) => {
        const metadata = keeper.metadata(denom);
        if (!metadata) throw new StatusError('NotFound', `client metadata for denom ${denom}`);
        return { metadata };
      },
    }),
    '/cosmos.bank.v1beta1.Query/DenomsMetadata': query({
      request: bank.QueryDenomsMetadataRequest,
      response: bank.QueryDenomsMetadataResponse,
      handle: () => {
        const metadata = keeper.metadata(DENOM);
        return { metadatas: metadata ? [metadata] : [], pagination: onePage(metadata ? 1 : 0) };
      },
    }),
  };
}
