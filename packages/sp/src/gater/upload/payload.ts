/** From the request's body to the uploader, for an object that is known to wait for it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { greenfieldStorage as storage } from '@prairie/chain';
import {
  contentTime,
  newTask,
  type ResumableUploadObjectTask,
  TaskPriority,
  TaskRules,
  type UploadObjectTask,
} from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import type { Gateway, GatewayRequest } from '../http/handler.ts';
import { onChain } from '../provider-state.ts';

/** By the default settings: the time that an upload may take is only shown. */
const RULES = new TaskRules();

/** Who uploads what. */
export interface Incoming {
  account: string;
  /** With the content that the chain waits for (`awaitedContent`). */
  content: storage.ObjectInfo;
  bucket: storage.BucketInfo;
  /** In force at the time of the content. */
  params: storage.Params;
}

/** Where a payload's part belongs. */
export interface PartPlace {
  offset: bigint;
  completed: boolean;
}

/** Parameters of the object's latest update time (§6.1, 13; §6.2). @throws gateway 55001 */
export function paramsOf(gateway: Gateway, content: storage.ObjectInfo): Promise<storage.Params> {
  return onChain(gateway.dependencies.consensus.storageParams(contentTime(content)));
}

/** @throws gateway 50016 */
export function requireSize(size: bigint, max: bigint): void {
  if (size > 0n && size <= max) return;
  throw gatewayErrors.payloadSize(`payload of ${size} bytes; 1 to ${max} are taken`);
}

/** The whole payload; answers with nothing when it is durable. @throws uploader, manager */
export async function takeWhole(
  gateway: Gateway,
  request: GatewayRequest,
  response: ServerResponse,
  incoming: Incoming,
): Promise<void> {
  const { client } = gateway.dependencies;
  const length = announcedLength(request.message);
  await client.uploader.uploadObject(uploadTask(incoming), request.body.read(), length, request.signal);
  response.writeHead(200, { 'Content-Length': 0 }).end();
}

/** A part of it, likewise. @throws uploader, manager; gateway 50028 */
export async function takePart(
  gateway: Gateway,
  request: GatewayRequest,
  response: ServerResponse,
  incoming: Incoming & PartPlace,
): Promise<void> {
  const { client } = gateway.dependencies;
  const length = announcedLength(request.message);
  const task: ResumableUploadObjectTask = {
    ...uploadTask(incoming),
    offset: incoming.offset,
    length: length ?? 0n,
    completed: incoming.completed,
  };
  await client.uploader.resumableUploadObject(task, request.body.read(), length, request.signal);
  response.writeHead(200, { 'Content-Length': 0 }).end();
}

/** undefined when the body comes in chunks. */
export function announcedLength(message: IncomingMessage): bigint | undefined {
  const text = message.headers['content-length'];
  return text === undefined ? undefined : BigInt(text);
}

function uploadTask({ account, content, bucket, params }: Incoming): UploadObjectTask {
  return {
    task: newTask({
      task_priority: TaskPriority.upload,
      timeout: RULES.timeoutOf('upload', content.payload_size),
      user_address: account,
    }),
    object_info: content,
    storage_params: params,
    virtual_group_family_id: bucket.global_virtual_group_family_id,
    is_agent_upload: content.checksums.length === 0,
  };
}
