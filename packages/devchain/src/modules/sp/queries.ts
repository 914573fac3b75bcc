/** Queries of the sp module (`reference/chain-state-machine.md` §13). */
import { isAddress, greenfieldSp as sp } from '@prairie/chain';
import { type QueryHandler, query, StatusError } from '../../context.ts';
import { page } from '../payment/pages.ts';
import { spErrors } from './errors.ts';
import type { SpKeeper } from './keeper.ts';
import type { StorageProvider } from './providers.ts';

export function spQueries(keeper: SpKeeper): Record<string, QueryHandler> {
  return Object.fromEntries(
    Object.entries({ ...providerQueries(keeper), ...priceQueries(keeper) }).map(([name, handler]) => [
      `/greenfield.sp.Query/${name}`,
      handler,
    ]),
  );
}

function byOperator(keeper: SpKeeper, address: string): StorageProvider | undefined {
  if (!isAddress(address)) throw new StatusError('InvalidArgument', `invalid address ${JSON.stringify(address)}`);
  return keeper.byOperator(address);
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw spErrors.notFound();
  return value;
}

function providerQueries(keeper: SpKeeper): Record<string, QueryHandler> {
  return {
    Params: query({
      request: sp.QueryParamsRequest,
      response: sp.QueryParamsResponse,
      handle: () => ({ params: keeper.params() }),
    }),
    // in id order, where the network shuffles (quirk 15 of chain-state-machine.md §15, knowingly not reproduced):
    // clients that take the first one get the same one each time, and so do two runs of a devchain
    StorageProviders: query({
      request: sp.QueryStorageProvidersRequest,
      response: sp.QueryStorageProvidersResponse,
      handle(_ctx, request) {
        const { items, pagination } = page(keeper.providers.table, request.pagination, { totals: 'default' });
        return { sps: items, pagination };
      },
    }),
    StorageProvider: query({
      request: sp.QueryStorageProviderRequest,
      response: sp.QueryStorageProviderResponse,
      handle: (_ctx, { id }) => ({ storageProvider: found(keeper.byId(id)) }),
    }),
    StorageProviderByOperatorAddress: query({
      request: sp.QueryStorageProviderByOperatorAddressRequest,
      response: sp.QueryStorageProviderByOperatorAddressResponse,
      handle: (_ctx, { operator_address }) => ({ storageProvider: found(byOperator(keeper, operator_address)) }),
    }),
    StorageProviderMaintenanceRecordsByOperatorAddress: query({
      request: sp.QueryStorageProviderMaintenanceRecordsRequest,
      response: sp.QueryStorageProviderMaintenanceRecordsResponse,
      handle: (_ctx, { operator_address }) => ({
        records: keeper.maintenance.records(found(byOperator(keeper, operator_address)).id),
      }),
    }),
  };
}

function priceQueries(keeper: SpKeeper): Record<string, QueryHandler> {
  return {
    QuerySpStoragePrice: query({
      request: sp.QuerySpStoragePriceRequest,
      response: sp.QuerySpStoragePriceResponse,
      handle(_ctx, { sp_addr }) {
        const provider = byOperator(keeper, sp_addr);
        if (!provider) throw new StatusError('InvalidArgument', `no storage provider has operator address ${sp_addr}`);
        return { sp_storage_price: keeper.prices.of(provider.id) };
      },
    }),
    QueryGlobalSpStorePriceByTime: query({
      request: sp.QueryGlobalSpStorePriceByTimeRequest,
      response: sp.QueryGlobalSpStorePriceByTimeResponse,
      handle(ctx, { timestamp }) {
        const price = keeper.prices.globalBefore(timestamp === 0n ? ctx.now + 1n : timestamp);
        if (!price) throw new StatusError('Internal', 'no price found');
        return { global_sp_store_price: price };
      },
    }),
  };
}
