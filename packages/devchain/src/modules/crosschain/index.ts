/** The crosschain module: packages for BSC and opBNB, accepted and queued, with nobody to carry them. */
import { cosmosCrosschainV1 as crosschain, fromProtoJson } from '@prairie/chain';
import { type ChainModule, query, type State } from '../../context.ts';
import { moduleAddress } from '../auth/index.ts';
import type { BankKeeper } from '../bank/index.ts';
import { governedParams } from '../params/governed-params.ts';
import { CrosschainKeeper } from './keeper.ts';
import { crosschainMessages } from './messages.ts';

export { BSC, OP_BNB } from './chains.ts';
export { CrosschainKeeper, type Package, type Route, word } from './keeper.ts';

export function createCrosschainModule(deps: { state: State; bank: Pick<BankKeeper, 'endow' | 'mint'> }): {
  module: ChainModule;
  keeper: CrosschainKeeper;
} {
  const keeper = new CrosschainKeeper(deps.state);
  const params = governedParams(crosschain, keeper.parameters);
  const module: ChainModule = {
    name: 'crosschain',
    messages: [params.message, ...crosschainMessages(keeper, deps.bank)],
    queries: { ...params.queries, ...queriesOf(keeper) },
    initGenesis(_ctx, appState) {
      const { params: initial } = fromProtoJson(crosschain.GenesisState, appState);
      keeper.parameters.initialize(initial);
      // coins that other chains may bring back
      deps.bank.endow(moduleAddress('crosschain'), BigInt(initial.init_module_balance));
    },
  };
  return { module, keeper };
}

function queriesOf(keeper: CrosschainKeeper): ChainModule['queries'] {
  return {
    '/cosmos.crosschain.v1.Query/CrossChainPackage': query({
      request: crosschain.QueryCrossChainPackageRequest,
      response: crosschain.QueryCrossChainPackageResponse,
      handle: (_ctx, { dest_chain_id, channel_id, sequence }) => ({
        package: keeper.package(dest_chain_id, channel_id, sequence),
      }),
    }),
    '/cosmos.crosschain.v1.Query/SendSequence': query({
      request: crosschain.QuerySendSequenceRequest,
      response: crosschain.QuerySendSequenceResponse,
      handle: (_ctx, { dest_chain_id, channel_id }) => ({ sequence: keeper.sendSequence(dest_chain_id, channel_id) }),
    }),
    '/cosmos.crosschain.v1.Query/ReceiveSequence': query({
      request: crosschain.QueryReceiveSequenceRequest,
      response: crosschain.QueryReceiveSequenceResponse,
      // nothing ever arrives
      handle: () => ({ sequence: 0n }),
    }),
  };
}
