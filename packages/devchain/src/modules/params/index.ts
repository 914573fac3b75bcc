/** Slashing, which this chain has in its parameters only: clients read them, and nothing changes them. */
import { fromProtoJson, type MessageType, parseDecimal, cosmosSlashingV1beta1 as slashing } from '@prairie/chain';
import { type ChainModule, query, type State } from '../../context.ts';
import { StoredParams } from './governed-params.ts';

export function createParamsModules({ state }: { state: State }): ChainModule[] {
  const parameters = new StoredParams(state, 'slashing/params', slashing.Params);
  const module: ChainModule = {
    name: 'slashing',
    messages: [],
    queries: {
      '/cosmos.slashing.v1beta1.Query/Params': query({
        request: slashing.QueryParamsRequest,
        response: slashing.QueryParamsResponse,
        handle: () => ({ params: parameters.get() }),
      }),
    },
    initGenesis(_ctx, appState) {
      parameters.set(fromProtoJson(slashing.Params, decimalsAsBytes(slashing.Params, appState.params)));
    },
  };
  return [module];
}

/** Slashing declares its fractions as bytes: on the wire they are the decimal text of the atomics. */
function decimalsAsBytes<P>(type: MessageType<P>, json: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(json).map(([name, value]) => {
    const isBytes = type.fieldByName.get(name)?.scalar === 'bytes';
    return [name, isBytes ? Buffer.from(parseDecimal(String(value)).toString()).toString('base64') : value];
  });
  return Object.fromEntries(entries);
}
