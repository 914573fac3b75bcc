/** GetObject (`reference/gateway-http.md` §6.4): public objects for anyone, others for whom the chain allows. */
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { greenfieldPermission } from '@prairie/chain';
import { type ByteStream, contentTime, newTask, type ObjectOnChain } from '@prairie/gfsp';
import { authenticate, authorizedSigner } from '../auth/authenticate.ts';
import { gatewayErrors } from '../errors.ts';
import { type Gateway, type GatewayRequest, type Handler, header } from '../http/handler.ts';
import { requireBucketName, requireObjectName } from '../names.ts';
import { onChain } from '../provider-state.ts';
import { type ByteRange, parseRange } from './range.ts';

const { ActionType, Effect } = greenfieldPermission;

export const getObject: Handler = async (gateway, request, response) => {
  const { bucket, object } = request.place;
  requireBucketName(bucket);
  requireObjectName(object);
  const reader = await readerOf(gateway, request);
  const found = await onChain(gateway.dependencies.consensus.object(bucket, object));
  if (!found) throw gatewayErrors.noObjectOnChain();
  await stream(gateway, request, response, found, reader);
};

/** Address of who reads, empty for anyone. @throws metadata 90008, 90010; what authentication or authorisation says */
async function readerOf(gateway: Gateway, request: GatewayRequest): Promise<string> {
  const { bucket, object } = request.place;
  const { metadata } = gateway.dependencies.client;
  const effect = await metadata.verifyPermission('', bucket, object, ActionType.ACTION_GET_OBJECT);
  if (effect === Effect.EFFECT_ALLOW) return '';
  const signers = await authenticate(gateway, request);
  return authorizedSigner(gateway, { ...request, signers }, 'get-object');
}

async function stream(
  gateway: Gateway,
  request: GatewayRequest,
  response: ServerResponse,
  { object_info }: ObjectOnChain,
  reader: string,
): Promise<void> {
  const { client, consensus } = gateway.dependencies;
  const bucket = await onChain(consensus.bucket(request.place.bucket));
  if (!bucket) throw gatewayErrors.chain(`No such bucket: ${request.place.bucket}`);
  const params = await onChain(consensus.storageParams(contentTime(object_info)));
  const size = object_info.payload_size;
  const range = size > 0n ? parseRange(header(request, 'range'), size) : undefined;
  const { low, high } = range ?? { low: 0n, high: size - 1n };
  // before the download is charged: from here on only reading can fail, and that gives the charge back
  writeHead(response, object_info.content_type, size, range);
  const body = await client.downloader.downloadObject({
    object_info,
    bucket_info: bucket.bucket_info,
    storage_params: params,
    task: newTask({ user_address: reader }),
    low,
    high,
  });
  await send(body, response);
}

function writeHead(response: ServerResponse, contentType: string, size: bigint, range: ByteRange | undefined): void {
  const { low, high } = range ?? { low: 0n, high: size - 1n };
  response.setHeader('Content-Type', headerValue(contentType));
  response.setHeader('Content-Length', String(high - low + 1n));
  if (range) response.setHeader('Content-Range', `bytes ${low}-${high}/${size}`);
  response.statusCode = range ? 206 : 200;
}

/** The chain takes any text as a content type. As UTF-8 on the wire; what a header cannot carry becomes a space. */
function headerValue(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ');
}

/** Pieces as the socket takes them; a client that goes away ends the read, and with it the charge. */
async function send(body: ByteStream, response: ServerResponse): Promise<void> {
  try {
    await pipeline(body, response);
  } catch (error) {
    // the client knows already; a failing store has to be told
    if (response.destroyed && !isStoreFailure(error)) return;
    throw error;
  }
}

function isStoreFailure(error: unknown): boolean {
  return !(error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_STREAM'));
}
