/** GET /status (`reference/gateway-http.md` §5.10): what runs here. Other providers take a 200 as a sign of health. */
import type { Handler } from './handler.ts';
import { onChain } from './provider-state.ts';
import { send } from './reply.ts';

export const getStatus: Handler = async (gateway, _request, response) => {
  const { options, dependencies } = gateway;
  const height = await onChain(dependencies.consensus.currentHeight());
  const status = {
    storage_provider_info: {
      sp_code_version: options.version,
      sp_code_commit: '',
      sp_architecture: process.arch,
      sp_go_version: `node ${process.version}`,
      sp_operating_system: process.platform,
      sp_operator_address: options.operatorAddress,
      sp_domain_name: options.domains[0] ?? '',
      sp_monthly_free_quota: '0',
    },
    chain_info: { chain_id: dependencies.consensus.chainId, chain_address: [], block_height: String(height) },
  };
  send(response, 200, 'application/json', JSON.stringify({ status }));
};
