import { fromProtoJson, cosmosGashubV1beta1 as gashub } from '@prairie/chain';
import { type ChainModule, query, type State } from '../../context.ts';
import { paginate } from '../../pagination.ts';
import { governedParams } from '../params/governed-params.ts';
import { GashubKeeper } from './keeper.ts';
import { setPricesMessage } from './messages.ts';

export { GAS_TABLE } from './gas-table.ts';
export { GashubKeeper } from './keeper.ts';

export function createGashubModule(deps: { state: State }): { module: ChainModule; keeper: GashubKeeper } {
  const keeper = new GashubKeeper(deps.state);
  const params = governedParams(gashub, keeper.parameters);
  const module: ChainModule = {
    name: 'gashub',
    messages: [params.message, setPricesMessage(keeper)],
    queries: {
      ...params.queries,
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
    initGenesis(_ctx, appState, plan) {
      const genesis = fromProtoJson(gashub.GenesisState, appState);
      keeper.parameters.initialize(genesis.params);
      keeper.initialize(genesis.msg_gas_params, plan);
    },
    upgrade: (_ctx, upgrade) => keeper.upgrade(upgrade),
  };
  return { module, keeper };
}
