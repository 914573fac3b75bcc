/** What runs here (`reference/gateway-http.md` §5.10). Other providers take a 200 as a sign of health. */
import type { Handler } from '../http/handler.ts';
import { send, sendXml } from '../http/reply.ts';
import { onChain } from '../provider-state.ts';
import { int64 } from './params.ts';

/** Every field, 64-bit numbers as text: readers decode it strictly. */
export const getStatus: Handler = async (gateway, _request, response) => {
  const { consensus, client } = gateway.dependencies;
  // a provider that cannot ask the chain cannot serve either
  await onChain(consensus.currentHeight());
  const status = await client.metadata.getStatus();
  const body = JSON.stringify({ status }, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
  send(response, 200, 'application/json', body);
};

export const getBsdbInfo: Handler = async (gateway, request, response) => {
  const height = int64(request, 'block_height');
  const counts = await gateway.dependencies.client.metadata.getObjectCounts(height);
  sendXml(response, 'GfSpGetBsDBInfoResponse', {
    BlockHeight: height,
    ObjectTotalCount: counts ? `[${counts.total.join(',')}]` : '',
    ObjectSealCount: counts ? `[${counts.sealed.join(',')}]` : '',
  });
};
