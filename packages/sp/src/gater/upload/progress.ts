/** How far an upload is (`reference/gateway-http.md` §5.5). */
import { contentTime } from '@prairie/gfsp';
import { awaitedContent } from '../../common/awaited-content.ts';
import { updateTime } from '../../common/pieces.ts';
import { authorizedSigner } from '../auth/authenticate.ts';
import { gatewayErrors } from '../errors.ts';
import type { Gateway, GatewayRequest, Handler } from '../http/handler.ts';
import { sendXml } from '../http/reply.ts';
import { VERSION } from '../http/xml.ts';
import { onChain } from '../provider-state.ts';

export const getUploadProgress: Handler = async (gateway, request, response) => {
  const object = await uploadingObject(gateway, request);
  const progress = await gateway.dependencies.client.metadata.getUploadProgress(object.id);
  const body = { ProgressDescription: progress.progress_description, ErrorDescription: progress.error_description };
  sendXml(response, 'QueryUploadProgress', body, VERSION);
};

/** Of an object whose content is updated: how far the update is, not the content of before. */
export const getUploadContext: Handler = async (gateway, request, response) => {
  const { consensus, client } = gateway.dependencies;
  const object = await uploadingObject(gateway, request);
  const content = (await onChain(awaitedContent(object, { consensus }))) ?? object;
  const [segments, params] = await Promise.all([
    client.metadata.getUploadedSegments(object.id, updateTime(content)),
    onChain(consensus.storageParams(contentTime(content))),
  ]);
  const offset = BigInt(segments) * params.versioned_params!.max_segment_size;
  sendXml(response, 'QueryResumeOffset', { Offset: offset }, VERSION);
};

async function uploadingObject(gateway: Gateway, request: GatewayRequest) {
  await authorizedSigner(gateway, request, 'get-uploading-state');
  const { bucket, object } = request.place;
  const found = await onChain(gateway.dependencies.consensus.object(bucket, object));
  if (!found) throw gatewayErrors.noSuchObject();
  return found.object_info;
}
