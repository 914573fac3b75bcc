/** PutObject (`reference/gateway-http.md` §6.1): the checks in the network's order, then the body to the uploader. */
import type { IncomingMessage } from 'node:http';
import type { greenfieldStorage } from '@prairie/chain';
import {
  contentTime,
  newTask,
  type ObjectOnChain,
  TaskPriority,
  TaskTimeout,
  type UploadObjectTask,
} from '@prairie/gfsp';
import { authorizedSigner } from './authenticate.ts';
import { gatewayErrors } from './errors.ts';
import type { Gateway, Handler } from './handler.ts';
import { onChain, requireInService, requireOpenBucket } from './provider-state.ts';
import { unread } from './reply.ts';

export const putObject: Handler = async (gateway, request, response) => {
  const { consensus, client } = gateway.dependencies;
  const { bucket, object } = request.place;
  await requireInService(gateway, request.signers);
  const { bucket_info } = await requireOpenBucket(gateway, bucket);
  const account = await authorizedSigner(gateway, request, 'put-object');
  const found = await onChain(consensus.object(bucket, object));
  if (!found) throw gatewayErrors.chain(`No such object: ${bucket}/${object}`);
  const task = await uploadTask(gateway, found, account, bucket_info);
  await client.uploader.uploadObject(task, bodyOf(request.message), announcedLength(request.message));
  response.writeHead(200, { 'Content-Length': 0 }).end();
};

async function uploadTask(
  gateway: Gateway,
  { object_info }: ObjectOnChain,
  account: string,
  bucket: greenfieldStorage.BucketInfo,
): Promise<UploadObjectTask> {
  const size = object_info.payload_size;
  if (size === 0n || size > gateway.options.maxPayloadSize) {
    throw gatewayErrors.payloadSize(
      `payload of ${size} bytes; 1 to ${gateway.options.maxPayloadSize} are taken in one put`,
    );
  }
  const params = await onChain(gateway.dependencies.consensus.storageParams(contentTime(object_info)));
  return {
    task: newTask({ task_priority: TaskPriority.upload, timeout: TaskTimeout.upload(size), user_address: account }),
    object_info,
    storage_params: params,
    virtual_group_family_id: bucket.global_virtual_group_family_id,
    is_agent_upload: object_info.checksums.length === 0,
  };
}

/** Chunks as they arrive; not asking for the next one holds the client back. A broken body ends in an error. */
async function* bodyOf(message: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of unread(message)) yield chunk;
  } catch (error) {
    throw gatewayErrors.bodyBroke(undefined, error);
  }
}

function announcedLength(message: IncomingMessage): bigint | undefined {
  const text = message.headers['content-length'];
  return text === undefined ? undefined : BigInt(text);
}
