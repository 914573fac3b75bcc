import { fromProtoJson, cosmosGashubV1beta1 as gashub } from '@prairie/chain';
import { type ChainModule, query, type State } from '../../context.ts';
import { paginate } from '../../pagination.ts';
import { GashubKeeper } from './keeper.ts';

export { GAS_TABLE } from './gas-table.ts';
export { GashubKeeper } from './keeper.ts';

export function createGashubModule(deps: { state: State }): { module: ChainModule; keeper: GashubKeeper } {
  const keeper = new GashubKeeper(deps.state);
  const module: ChainModule = {
    name: 'gashub',
    messages: [],
    queries: {
      '/cosmos.gashub.v1beta1.Query/Params': query({
        request: gashub.QueryParamsRequest,
        response: gashub.QueryParamsResponse,
        handle: () => ({ params: keeper.params }),
      }),
      '/cosmos.gashub.v1beta1.Query/MsgGasParams': query({
        request: gashub.QueryMsgGasParamsRequest,
        response: gashub.QueryMsgGasParamsResponse,
        handle: (_ctx, { msg_type_urls, pagination }) => {
          if (msg_type_urls.length > 0) {
            return { msg_gas_params: msg_type_urls.map((url) => keeper.price(url)).filter((price) => !!price) };
          }
          const page = paginate(pagination, { walk: (options) => keeper.list(options) });
          return { msg_gas_params: page.items, pagination: page.pagination };
        },
      }),
    },
    initGenesis(_ctx, appState) {
      const genesis = fromProtoJson(gashub.GenesisState, appState);
      keeper.setParams(genesis.params);
      keeper.initialize(genesis.msg_gas_params);
    },
  };
  return { module, keeper };
}
