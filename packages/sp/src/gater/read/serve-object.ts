/** The content of an object as an answer (`reference/gateway-http.md` §6.4, steps 6 to 11), once it is known who reads. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { greenfieldStorage } from '@prairie/chain';
import { type BucketOnChain, contentTime, newTask, type ObjectOnChain } from '@prairie/gfsp';
import { gatewayErrors, httpErrors } from '../errors.ts';
import { type Gateway, type GatewayRequest, header } from '../http/handler.ts';
import { onChain } from '../provider-state.ts';
import { isRangeWanted, judge, validatorsOf } from './conditions.ts';
import { type Disposition, dispositionOf } from './disposition.ts';
import { type ByteRange, parseRange } from './range.ts';
import { type Answer, send } from './send.ts';

export interface Reading {
  /** Asked for already: both questions are under way together. */
  readonly object: Promise<ObjectOnChain | undefined>;
  readonly bucket: Promise<BucketOnChain | undefined>;
  /** Who reads, empty when nobody knows. */
  readonly reader: string;
  /** Anyone may read it. */
  readonly isPublic: boolean;
  /** What a browser is to do with it; undefined leaves it to the browser. */
  readonly disposition?: Disposition | undefined;
}

/** No bytes: the downloader checks that they could be read, and charges nothing. */
const NOTHING: ByteRange = { low: 0n, high: -1n };

/** @throws gateway 50012, 55001, 55002; http 412; what the downloader throws */
export async function serveObject(
  gateway: Gateway,
  request: GatewayRequest,
  response: ServerResponse,
  reading: Reading,
): Promise<void> {
  const { client, consensus } = gateway.dependencies;
  const found = await onChain(reading.object);
  if (!found) throw gatewayErrors.noObjectOnChain();
  const { object_info } = found;
  const bucket = await onChain(reading.bucket);
  if (!bucket) throw gatewayErrors.chain(`No such bucket: ${request.place.bucket}`);
  const storage_params = await onChain(consensus.storageParams(contentTime(object_info)));
  const answer = answerOf(request, object_info, reading);
  const body = await client.downloader.downloadObject({
    object_info,
    bucket_info: bucket.bucket_info,
    storage_params,
    task: newTask({ user_address: reading.reader }),
    low: answer.bytes.low,
    high: answer.bytes.high,
  });
  await send(body, { request, response }, answer);
}

/** Only what is sent is charged: not the answers to HEAD and to conditions that do not hold. @throws 50012; http 412 */
function answerOf(request: GatewayRequest, object: greenfieldStorage.ObjectInfo, reading: Reading): Answer {
  const { message } = request;
  const size = object.payload_size;
  const validators = validatorsOf(object);
  const headers: OutgoingHttpHeaders = {
    'Accept-Ranges': 'bytes',
    // a shared cache must not keep what not everybody may read; and what changes or goes is asked about again, for free
    'Cache-Control': reading.isPublic ? 'no-cache' : 'private, no-cache',
    'Last-Modified': new Date(validators.modified).toUTCString(),
  };
  if (validators.etag) headers.ETag = validators.etag;
  const verdict = judge(message.headers, validators);
  if (verdict === 'failed') throw httpErrors.preconditionFailed();
  if (verdict === 'unchanged') return { status: 304, headers, bytes: NOTHING };
  const range = isRangeWanted(message.headers, validators) ? parseRange(header(request, 'range'), size) : undefined;
  const bytes = range ?? { low: 0n, high: size - 1n };
  if (reading.disposition) headers['Content-Disposition'] = dispositionOf(reading.disposition, object.object_name);
  headers['Content-Type'] = headerValue(object.content_type);
  headers['Content-Length'] = String(bytes.high - bytes.low + 1n);
  if (range) headers['Content-Range'] = `bytes ${range.low}-${range.high}/${size}`;
  return { status: range ? 206 : 200, headers, bytes: message.method === 'HEAD' ? NOTHING : bytes };
}

/** The chain takes any text as a content type. As UTF-8 on the wire; what a header cannot carry becomes a space. */
function headerValue(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ');
}
