/** What runs here (`reference/gateway-http.md` §5.10). Other providers take a 200 as a sign of health. */
import type { ObjectCounts } from '@prairie/gfsp';
import type { Handler } from '../http/handler.ts';
import { answeredAs, send } from '../http/reply.ts';
import { answer, big, text } from '../http/shape.ts';
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

interface BsdbInfo {
  height: bigint;
  counts: ObjectCounts | undefined;
}

const listText = (numbers: readonly bigint[] | undefined) => (numbers ? `[${numbers.join(',')}]` : '');
const bsdbInfo = answer<BsdbInfo>('GfSpGetBsDBInfoResponse', {
  BlockHeight: big(({ height }) => height),
  ObjectTotalCount: text(({ counts }) => listText(counts?.total)),
  ObjectSealCount: text(({ counts }) => listText(counts?.sealed)),
});

export const getBsdbInfo = answeredAs(bsdbInfo, async (gateway, request) => {
  const height = int64(request, 'block_height');
  return { height, counts: await gateway.dependencies.client.metadata.getObjectCounts(height) };
});
