import {
  cosmosBankV1beta1 as bank,
  type cosmosBaseQueryV1beta1 as base,
  fromProtoJson,
  isAddress,
  toChecksumAddress,
} from '@prairie/chain';
import { coin, DENOM } from '../../coins.ts';
import { type ChainModule, query, type State, StatusError } from '../../context.ts';
import { paginate } from '../../pagination.ts';
import type { AccountKeeper } from '../auth/keeper.ts';
import { governedParams } from '../params/governed-params.ts';
import { BankKeeper } from './keeper.ts';
import { bankMessages } from './messages.ts';
import { sendEnabledQuery, setSendEnabledMessage } from './send-enabled.ts';

export { BankKeeper, type ReceiverCheck } from './keeper.ts';

export function createBankModule(deps: { state: State; accounts: AccountKeeper }): {
  module: ChainModule;
  keeper: BankKeeper;
} {
  const keeper = new BankKeeper(deps.state, { accounts: deps.accounts });
  const params = governedParams(bank, keeper.sends);
  const module: ChainModule = {
    name: 'bank',
    messages: [...bankMessages(keeper, deps.accounts), params.message, setSendEnabledMessage(keeper.sends)],
    queries: {
      ...params.queries,
      ...balanceQueries(keeper),
      ...denomQueries(keeper),
      ...sendEnabledQuery(keeper.sends),
    },
    initGenesis(_ctx, appState) {
      const genesis = fromProtoJson(bank.GenesisState, appState);
      keeper.sends.set(genesis.params);
      for (const entry of genesis.send_enabled) keeper.sends.setEntry(entry);
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

/** A page of a list by denomination, which has one entry at most. */
function denomPage<V>(request: base.PageRequest | undefined, entries: readonly V[]) {
  return paginate(request, {
    *walk({ from = '', reverse }) {
      const isBehind = from !== '' && (reverse ? from < DENOM : from > DENOM);
      if (!isBehind) for (const entry of entries) yield [DENOM, entry];
    },
  });
}

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
      handle: (_ctx, { address, pagination }) => {
        const page = denomPage(pagination, coins(address));
        return { balances: page.items, pagination: page.pagination };
      },
    }),
    '/cosmos.bank.v1beta1.Query/SpendableBalances': query({
      request: bank.QuerySpendableBalancesRequest,
      response: bank.QuerySpendableBalancesResponse,
      handle: (_ctx, { address, pagination }) => {
        const page = denomPage(pagination, coins(address));
        return { balances: page.items, pagination: page.pagination };
      },
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
      handle: (_ctx, { pagination }) => {
        const page = denomPage(pagination, [coin(keeper.supply)]);
        return { supply: page.items, pagination: page.pagination };
      },
    }),
    '/cosmos.bank.v1beta1.Query/SupplyOf': query({
      request: bank.QuerySupplyOfRequest,
      response: bank.QuerySupplyOfResponse,
      handle: (_ctx, { denom }) => {
        checkedDenom(denom);
        return { amount: { denom, amount: denom === DENOM ? keeper.supply : 0n } };
      },
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
      handle: (_ctx, { pagination }) => {
        const metadata = keeper.metadata(DENOM);
        const page = denomPage(pagination, metadata ? [metadata] : []);
        return { metadatas: page.items, pagination: page.pagination };
      },
    }),
  };
}
