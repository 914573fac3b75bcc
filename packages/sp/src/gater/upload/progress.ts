/** How far an upload is (`reference/gateway-http.md` §5.5). */
import { contentTime, type UploadProgressText } from '@prairie/gfsp';
import { awaitedContent } from '../../common/awaited-content.ts';
import { updateTime } from '../../common/pieces.ts';
import { authorizedSigner } from '../auth/authenticate.ts';
import { gatewayErrors } from '../errors.ts';
import type { Gateway, GatewayRequest } from '../http/handler.ts';
import { answeredAs } from '../http/reply.ts';
import { answer, big, text, VERSION } from '../http/shape.ts';
import { onChain } from '../provider-state.ts';

const uploadProgress = answer<UploadProgressText>(
  'QueryUploadProgress',
  {
    ProgressDescription: text((progress) => progress.progress_description),
    ErrorDescription: text((progress) => progress.error_description),
  },
  VERSION,
);
const resumeOffset = answer<bigint>('QueryResumeOffset', { Offset: big((offset) => offset) }, VERSION);

export const getUploadProgress = answeredAs(uploadProgress, async (gateway, request) => {
  const object = await uploadingObject(gateway, request);
  return gateway.dependencies.client.metadata.getUploadProgress(object.id);
});

/** Of an object whose content is updated: how far the update is, not the content of before. */
export const getUploadContext = answeredAs(resumeOffset, async (gateway, request) => {
  const { consensus, client } = gateway.dependencies;
  const object = await uploadingObject(gateway, request);
  const content = (await onChain(awaitedContent(object, { consensus }))) ?? object;
  const [segments, params] = await Promise.all([
    client.metadata.getUploadedSegments(object.id, updateTime(content)),
    onChain(consensus.storageParams(contentTime(content))),
  ]);
  return BigInt(segments) * params.versioned_params!.max_segment_size;
});

async function uploadingObject(gateway: Gateway, request: GatewayRequest) {
  await authorizedSigner(gateway, request, 'get-uploading-state');
  const { bucket, object } = request.place;
  const found = await onChain(gateway.dependencies.consensus.object(bucket, object));
  if (!found) throw gatewayErrors.noSuchObject();
  return found.object_info;
}
