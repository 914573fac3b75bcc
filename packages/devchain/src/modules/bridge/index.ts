/** The bridge module: coins that leave for BSC. Nobody carries them there, so they wait in the crosschain account. */
import { greenfieldBridge as bridge, fromProtoJson } from '@prairie/chain';
import type { ChainModule } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { governedParams, StoredParams } from '../params/governed-params.ts';
import { type BridgeDeps, transferOutMessage } from './transfer-out.ts';

export type { BridgeDeps } from './transfer-out.ts';

const defaults: bridge.Params = {
  bsc_transfer_out_relayer_fee: '780000000000000',
  bsc_transfer_out_ack_relayer_fee: '0',
};

export function createBridgeModule(deps: BridgeDeps): { module: ChainModule } {
  const parameters = new StoredParams(deps.state, 'bridge/params', bridge.Params, { defaults, check: checkParams });
  const params = governedParams(bridge, parameters);
  const module: ChainModule = {
    name: 'bridge',
    messages: [params.message, transferOutMessage(deps, parameters)],
    queries: params.queries,
    initGenesis: (_ctx, appState) => parameters.initialize(fromProtoJson(bridge.GenesisState, appState).params),
  };
  return { module };
}

/** Fees are amounts in wei, as text. */
function checkParams(params: bridge.Params): void {
  for (const [name, fee] of Object.entries(params)) {
    if (!/^\d{1,77}$/.test(fee)) throw sdkErrors.invalidRequest(`${name}: amount expected, got ${fee}`);
  }
}
