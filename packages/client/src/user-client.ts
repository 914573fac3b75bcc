/** A user's calls to a provider's gateway (`reference/gateway-http.md` §5). */
import type { IncomingMessage } from 'node:http';
import {
  fromProtoJson,
  greenfieldStorage,
  type Init,
  type MessageType,
  parseJson,
  sortedJson,
  toProtoJson,
} from '@prairie/chain';
import { authorizationOf } from './auth/authorization.ts';
import { encodePath } from './auth/canonical.ts';
import { EXPIRY_HEADER, expiryText } from './auth/expiry.ts';
import { bytesOf, type HttpCall, HttpCaller, readBody, remoteError } from './http.ts';
import { type ListedBucket, listedBucket, listedObject, type ObjectHead, type ObjectListing } from './listings.ts';
import { child, children, childText, parseXml, type XmlElement } from './xml.ts';

/** Validity that the Go SDK gives its requests. */
const EXPIRY_SECONDS = 1000;
const IDLE_TIMEOUT_MS = 60_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export const UNSIGNED_MSG_HEADER = 'X-Gnfd-Unsigned-Msg';
export const SIGNED_MSG_HEADER = 'X-Gnfd-Signed-Msg';
const APPROVAL_PATH = '/greenfield/admin/v1/get-approval';

export interface UserClientOptions {
  /** Scheme, host and port of the provider. */
  endpoint: string;
  /** 32 bytes, secp256k1; without it only public calls work. */
  privateKey?: Uint8Array | undefined;
}

export interface PutObject {
  bucket: string;
  object: string;
  /** Bytes in all. */
  size: number;
  body: AsyncIterable<Uint8Array>;
  contentType?: string;
  signal?: AbortSignal;
}

/** Which part of an object the body is: `size` is the part's then. */
export interface PartPlace {
  /** First byte. */
  offset: number;
  /** The object ends with it. */
  complete: boolean;
}

/** What the provider creates or updates on chain for the account. */
export interface Delegated {
  /** Bytes of the whole object. Default: those of the body. */
  payloadSize?: number;
  /** Replaces the content of a sealed object. Default: creates one. */
  isUpdate?: boolean;
  /** Of a new object, a `VisibilityType`. Default: inherited from the bucket. */
  visibility?: number;
}

const VISIBILITY_INHERIT = 3;

export interface ObjectStream {
  stream: AsyncIterable<Uint8Array>;
  /** Bytes that the stream will have, when the provider says so. */
  size: number | undefined;
  contentType: string;
}

export class UserClient {
  readonly #http = new HttpCaller();
  readonly #endpoint: string;
  readonly #privateKey: Uint8Array | undefined;

  constructor(options: UserClientOptions) {
    this.#endpoint = options.endpoint.replace(/\/$/, '');
    this.#privateKey = options.privateKey;
  }

  putObject(put: PutObject): Promise<void> {
    return this.#put('PUT', '', put);
  }

  /** The parts of an object come one after the other; `uploadOffset` says where to go on. */
  putPart(put: PutObject, { offset, complete }: PartPlace): Promise<void> {
    return this.#put('POST', `?offset=${offset}&complete=${complete}`, put);
  }

  /** An object, or a part of one, that the provider brings onto the chain itself. */
  putDelegated(put: PutObject, delegated: Delegated, part?: PartPlace): Promise<void> {
    const { payloadSize = put.size, isUpdate = false, visibility = VISIBILITY_INHERIT } = delegated;
    const query = `?delegate=&is_update=${isUpdate}&payload_size=${payloadSize}&visibility=${visibility}`;
    if (!part) return this.#put('PUT', query, put);
    return this.#put('POST', `${query}&offset=${part.offset}&complete=${part.complete}`, put);
  }

  /** The hash of the transaction. A folder's name ends with a slash. */
  async createFolder(bucket: string, name: string, visibility = VISIBILITY_INHERIT): Promise<string> {
    const target = `${objectTarget(bucket, name)}?create-folder=&visibility=${visibility}`;
    const response = await this.#send('POST', target, {});
    return childText(parseXml((await readBody(response, MAX_ANSWER_BYTES)).toString()), 'TxHash');
  }

  /** The byte that an upload in parts goes on with. @throws GfSpError 90003 when nothing came yet */
  async uploadOffset(bucket: string, object: string): Promise<number> {
    return Number(childText(await this.#xml(`${objectTarget(bucket, object)}?upload-context`), 'Offset'));
  }

  /** @param range both ends inclusive; without an end, to the last byte */
  async getObject(bucket: string, object: string, range?: { from: number; to?: number }): Promise<ObjectStream> {
    const headers: Record<string, string> = range ? { Range: `bytes=${range.from}-${range.to ?? ''}` } : {};
    const response = await this.#send('GET', objectTarget(bucket, object), { headers });
    const length = response.headers['content-length'];
    return {
      stream: bytesOf(response),
      size: length === undefined ? undefined : Number(length),
      contentType: response.headers['content-type'] ?? '',
    };
  }

  async listObjects(query: {
    bucket: string;
    prefix?: string;
    delimiter?: '' | '/';
    maxKeys?: number;
    token?: string;
  }): Promise<ObjectListing> {
    const search = new URLSearchParams({
      prefix: query.prefix ?? '',
      delimiter: query.delimiter ?? '',
      'max-keys': String(query.maxKeys ?? 1000),
      'continuation-token': query.token ?? '',
    });
    const root = await this.#xml(`/${query.bucket}/?${search}`);
    return {
      objects: children(root, 'Objects').map(listedObject),
      commonPrefixes: children(root, 'CommonPrefixes').map((element) => element.text),
      continuationToken: childText(root, 'NextContinuationToken'),
    };
  }

  async listBuckets(address: string): Promise<ListedBucket[]> {
    const root = await this.#xml('/', { 'X-Gnfd-User-Address': address });
    return children(root, 'Buckets').map(listedBucket);
  }

  /** Where an upload is, in the provider's words. */
  async uploadProgress(bucket: string, object: string): Promise<{ description: string; error: string }> {
    const root = await this.#xml(`${objectTarget(bucket, object)}?upload-progress`);
    return { description: childText(root, 'ProgressDescription'), error: childText(root, 'ErrorDescription') };
  }

  async headObject(bucket: string, object: string): Promise<ObjectHead> {
    const root = await this.#xml(`${objectTarget(bucket, object)}?object-meta`);
    const meta = child(root, 'Object') ?? root;
    const info = child(meta, 'ObjectInfo') ?? meta;
    return {
      ...listedObject(meta),
      id: BigInt(childText(info, 'Id') || 0),
      owner: childText(info, 'Owner'),
      sealTxHash: childText(meta, 'SealTxHash'),
    };
  }

  /** The message with the provider's family, expiry height and signature. @throws GfSpError when it does not agree */
  createBucketApproval(msg: Init<greenfieldStorage.MsgCreateBucket>): Promise<greenfieldStorage.MsgCreateBucket> {
    return this.#approval('CreateBucket', greenfieldStorage.MsgCreateBucket, msg);
  }

  createObjectApproval(msg: Init<greenfieldStorage.MsgCreateObject>): Promise<greenfieldStorage.MsgCreateObject> {
    return this.#approval('CreateObject', greenfieldStorage.MsgCreateObject, msg);
  }

  /** Asked of the provider that the bucket is to move to. @throws GfSpError when it does not agree */
  migrateBucketApproval(msg: Init<greenfieldStorage.MsgMigrateBucket>): Promise<greenfieldStorage.MsgMigrateBucket> {
    return this.#approval('MigrateBucket', greenfieldStorage.MsgMigrateBucket, msg);
  }

  close(): void {
    this.#http.close();
  }

  async #approval<T>(action: string, type: MessageType<T>, msg: Init<T>): Promise<T> {
    const unsigned = Buffer.from(sortedJson(toProtoJson(type, msg))).toString('hex');
    const target = `${APPROVAL_PATH}?action=${action}`;
    const response = await this.#send('GET', target, { headers: { [UNSIGNED_MSG_HEADER]: unsigned } });
    const body = await readBody(response, MAX_ANSWER_BYTES);
    const signed = response.headers[SIGNED_MSG_HEADER.toLowerCase()];
    // a refusal has status 200 too, and an error for a body (`gateway-http.md` §5.2)
    if (typeof signed !== 'string') {
      throw remoteError({ method: 'GET', endpoint: this.#endpoint, target }, response.statusCode ?? 0, body.toString());
    }
    return fromProtoJson(type, parseJson(Buffer.from(signed, 'hex').toString()), { strict: true });
  }

  async #put(method: 'PUT' | 'POST', query: string, put: PutObject): Promise<void> {
    const headers = {
      'Content-Type': put.contentType ?? 'application/octet-stream',
      'Content-Length': String(put.size),
    };
    const response = await this.#send(method, objectTarget(put.bucket, put.object) + query, {
      headers,
      body: exactly(put.body, put.size),
      signal: put.signal,
    });
    await readBody(response, MAX_ANSWER_BYTES);
  }

  async #xml(target: string, headers: Record<string, string> = {}): Promise<XmlElement> {
    const response = await this.#send('GET', target, { headers });
    return parseXml((await readBody(response, MAX_ANSWER_BYTES)).toString());
  }

  #send(
    method: HttpCall['method'],
    target: string,
    call: { headers?: Record<string, string>; body?: HttpCall['body']; signal?: AbortSignal | undefined },
  ): Promise<IncomingMessage> {
    const headers = { ...call.headers, [EXPIRY_HEADER]: expiryText(EXPIRY_SECONDS) };
    const signable = { method, target, host: new URL(this.#endpoint).host, rawHeaders: Object.entries(headers).flat() };
    const authorization: Record<string, string> = this.#privateKey
      ? { Authorization: authorizationOf(signable, this.#privateKey) }
      : {};
    return this.#http.send({
      method,
      endpoint: this.#endpoint,
      target,
      headers: { ...headers, ...authorization },
      body: call.body,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      signal: call.signal,
    });
  }
}

/**
 * The body, which has to be as long as announced: more would be read as another request, and for the rest of less the
 * server would wait.
 */
async function* exactly(body: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const chunk of body) {
    sent += chunk.length;
    if (sent > size) throw new Error(`the body is longer than the ${size} bytes that were announced`);
    yield chunk;
  }
  if (sent < size) throw new Error(`the body ended after ${sent} bytes, ${size} were announced`);
}

/** Request target of an object, path style. */
export function objectTarget(bucket: string, object: string): string {
  return encodePath(Buffer.from(`/${bucket}/${object}`.replaceAll('%', '%25')).toString('latin1'));
}
