/** How far an upload is (`reference/gateway-http.md` §5.5). */
import { contentTime } from '@prairie/gfsp';
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

export const getUploadContext: Handler = async (gateway, request, response) => {
  const object = await uploadingObject(gateway, request);
  const segments = await gateway.dependencies.client.metadata.getUploadedSegments(object.id);
  const params = await onChain(gateway.dependencies.consensus.storageParams(contentTime(object)));
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
