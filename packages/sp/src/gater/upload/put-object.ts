/** PutObject (`reference/gateway-http.md` §6.1): the checks in the network's order, then the body to the uploader. */
import type { IncomingMessage } from 'node:http';
import type { greenfieldStorage as storage } from '@prairie/chain';
import { type Consensus, contentTime, newTask, TaskPriority, TaskRules, type UploadObjectTask } from '@prairie/gfsp';
import { authorizedSigner } from '../auth/authenticate.ts';
import { gatewayErrors } from '../errors.ts';
import type { Gateway, Handler } from '../http/handler.ts';
import { onChain, requireInService, requireOpenBucket } from '../provider-state.ts';

/** By the default settings: the time that an upload may take is only shown. */
const RULES = new TaskRules();

export const putObject: Handler = async (gateway, request, response) => {
  const { consensus, client } = gateway.dependencies;
  const { bucket, object } = request.place;
  await requireInService(gateway, request.signers);
  const { bucket_info } = await requireOpenBucket(gateway, bucket);
  const account = await authorizedSigner(gateway, request, 'put-object');
  const found = await onChain(consensus.object(bucket, object));
  if (!found) throw gatewayErrors.chain(`No such object: ${bucket}/${object}`);
  const expected = await awaitedContent(consensus, found.object_info);
  const task = await uploadTask(gateway, expected, account, bucket_info);
  await client.uploader.uploadObject(task, request.body.read(), announcedLength(request.message));
  response.writeHead(200, { 'Content-Length': 0 }).end();
};

/**
 * The object with the content that it waits for: of an update, that of its shadow (§6.1, 11). The version is part of
 * the piece keys, so that without it an update would be written over the sealed content. @throws gateway 55001
 */
async function awaitedContent(consensus: Consensus, object: storage.ObjectInfo): Promise<storage.ObjectInfo> {
  if (!object.is_updating) return object;
  const shadow = await onChain(consensus.shadowObject(object.bucket_name, object.object_name));
  if (!shadow) throw gatewayErrors.chain(`No such shadow object: ${object.bucket_name}/${object.object_name}`);
  const { payload_size, checksums, version, updated_at } = shadow;
  return { ...object, payload_size, checksums, version, updated_at };
}

async function uploadTask(
  gateway: Gateway,
  object_info: storage.ObjectInfo,
  account: string,
  bucket: storage.BucketInfo,
): Promise<UploadObjectTask> {
  const size = object_info.payload_size;
  if (size === 0n || size > gateway.options.maxPayloadSize) {
    throw gatewayErrors.payloadSize(
      `payload of ${size} bytes; 1 to ${gateway.options.maxPayloadSize} are taken in one put`,
    );
  }
  const params = await onChain(gateway.dependencies.consensus.storageParams(contentTime(object_info)));
  return {
    task: newTask({
      task_priority: TaskPriority.upload,
      timeout: RULES.timeoutOf('upload', size),
      user_address: account,
    }),
    object_info,
    storage_params: params,
    virtual_group_family_id: bucket.global_virtual_group_family_id,
    is_agent_upload: object_info.checksums.length === 0,
  };
}

function announcedLength(message: IncomingMessage): bigint | undefined {
  const text = message.headers['content-length'];
  return text === undefined ? undefined : BigInt(text);
}
