/** PutObject and its parts (`reference/gateway-http.md` §6.1, §6.2): the checks in the network's order, then the body. */
import { atOnce } from '../../common/at-once.ts';
import { awaitedContent } from '../../common/awaited-content.ts';
import { authorizedSigner } from '../auth/authenticate.ts';
import { gatewayErrors } from '../errors.ts';
import type { Gateway, GatewayRequest, Handler } from '../http/handler.ts';
import { onChain, requireInService, requireOpenBucket } from '../provider-state.ts';
import { partParams } from './params.ts';
import { type Incoming, paramsOf, requireSize, takePart, takeWhole } from './payload.ts';

export const putObject: Handler = async (gateway, request, response) => {
  const incoming = await admitted(gateway, request);
  requireSize(incoming.content.payload_size, gateway.options.maxPayloadSize);
  const params = await paramsOf(gateway, incoming.content);
  await takeWhole(gateway, request, response, { ...incoming, params });
};

/** Its size is limited by the chain, not by this provider's settings. */
export const putPart: Handler = async (gateway, request, response) => {
  const incoming = await admitted(gateway, request);
  const params = await paramsOf(gateway, incoming.content);
  requireSize(incoming.content.payload_size, params.max_payload_size);
  const place = partParams(request);
  await takePart(gateway, request, response, { ...incoming, ...place, params });
};

/** Checks 2–11: asked at once, judged in the network's order. */
async function admitted(gateway: Gateway, request: GatewayRequest): Promise<Omit<Incoming, 'params'>> {
  const { consensus } = gateway.dependencies;
  const { bucket, object } = request.place;
  const [inService, open, authorized, asked] = atOnce(
    requireInService(gateway, request.signers),
    requireOpenBucket(gateway, bucket),
    authorizedSigner(gateway, request, 'put-object'),
    onChain(consensus.object(bucket, object)),
  );
  await inService;
  const { bucket_info } = await open;
  const account = await authorized;
  const found = await asked;
  if (!found) throw gatewayErrors.chain(`No such object: ${bucket}/${object}`);
  const content = await onChain(awaitedContent(found.object_info, { consensus }));
  if (!content) throw gatewayErrors.chain(`No such shadow object: ${bucket}/${object}`);
  return { account, content, bucket: bucket_info };
}
