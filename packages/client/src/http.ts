/** HTTP calls of a provider's API: pooled connections, deadlines, streamed bodies, errors with their codes. */

import { lookup as systemLookup } from 'node:dns';
import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { GfSpError } from '@prairie/gfsp';
import { childText, parseXml } from './xml.ts';

/** Hex headers between providers carry whole objects: far above Node's default of 16 KiB (`gateway-http.md` §1.1). */
export const MAX_HEADER_BYTES = 1024 * 1024;

/** An error body is a code and a sentence; more is not read. */
const MAX_ERROR_BYTES = 64 * 1024;

export interface HttpOptions {
  /** Connections to one host at a time. Default 64. */
  maxSockets?: number;
}

export interface HttpCall {
  method: 'GET' | 'PUT' | 'POST';
  /** Scheme, host and port. */
  endpoint: string;
  /** Path and query as they go on the request line. */
  target: string;
  headers: Record<string, string>;
  /** Sent as it comes; the sender is held back by the socket. Bytes are not read any more once the call has ended. */
  body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** Milliseconds without a byte in either direction before the call is given up. */
  idleTimeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** No answer came: the endpoint is unreachable, too slow, or broke the connection. */
export class TransportError extends Error {
  override readonly name: string = 'TransportError';
}

/** The connection had been used before, and ended before it answered. */
class StaleSocketError extends TransportError {}

interface Exchange {
  request: ClientRequest;
  response: IncomingMessage;
}

export class HttpCaller {
  readonly #http: Agent;
  readonly #https: HttpsAgent;

  constructor(options: HttpOptions = {}) {
    const pool = {
      keepAlive: true,
      maxSockets: options.maxSockets ?? 64,
      maxFreeSockets: 20,
      scheduling: 'lifo',
    } as const;
    this.#http = new Agent(pool);
    this.#https = new HttpsAgent(pool);
  }

  /** The answer, once its status is 2xx; its body is still to be read. @throws GfSpError, TransportError */
  async send(call: HttpCall): Promise<IncomingMessage> {
    const { request, response } = await this.#exchangeOnLiveSocket(call);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) {
      await requireSent(call, request);
      return response;
    }
    const body = await readBody(response, MAX_ERROR_BYTES).catch(() => Buffer.alloc(0));
    // what is left of the request's body is of no use to anyone
    if (!request.writableFinished) request.destroy();
    throw remoteError(call, status, body.toString());
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  /** A server may close a kept connection in the moment it is used again: then nothing was served, and a new one is. */
  async #exchangeOnLiveSocket(call: HttpCall): Promise<Exchange> {
    try {
      return await this.#exchange(call);
    } catch (error) {
      if (!(error instanceof StaleSocketError) || call.signal?.aborted || !isRepeatable(call)) throw error;
      return this.#exchange(call);
    }
  }

  #exchange(call: HttpCall): Promise<Exchange> {
    return new Promise((resolve, reject) => {
      const { secure, options } = requestOptions(call);
      const agent = secure ? this.#https : this.#http;
      const request = (secure ? httpsRequest : httpRequest)({ ...options, agent });
      let response: IncomingMessage | undefined;
      const fail = (error: Error) => reject(transportError(call, error, request.reusedSocket && !response));
      request.once('response', (message) => {
        response = message;
        resolve({ request, response });
      });
      request.on('error', fail);
      // after the answer has begun, its reader is who has to be told
      request.once('timeout', () => (response ?? request).destroy(new Error(`no byte for ${call.idleTimeoutMs} ms`)));
      sendBody(request, call.body, fail);
    });
  }
}

/**
 * The memory of a body may be used for something else after the answer, while the socket still sent from it.
 * @throws TransportError for an answer that did not wait for the body
 */
async function requireSent(call: HttpCall, request: ClientRequest): Promise<void> {
  if (!(call.body instanceof Uint8Array) || request.writableFinished) return;
  // over TLS the last write is known to be done a turn later
  await turn();
  if (request.writableFinished) return;
  request.destroy();
  throw transportError(call, new Error('the answer came before the body was sent'), false);
}

function sendBody(request: ClientRequest, body: HttpCall['body'], fail: (error: Error) => void): void {
  if (body === undefined) request.end();
  else if (body instanceof Uint8Array) request.end(body);
  // a refusal may come before the body is through: then the answer counts, not the broken pipe
  else pipeline(body, request).catch((error: Error) => setImmediate(fail, error));
}

function requestOptions(call: HttpCall): { secure: boolean; options: RequestOptions } {
  const url = URL.parse(call.endpoint);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new Error(`endpoint: scheme http or https, host and port expected, got ${JSON.stringify(call.endpoint)}`);
  }
  const secure = url.protocol === 'https:';
  const options = {
    method: call.method,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (secure ? 443 : 80),
    // an endpoint may have a path of its own: what is asked for is below it (`sp-to-sp.md` §4)
    path: url.pathname.replace(/\/$/, '') + call.target,
    headers: { host: url.host, ...lengthOf(call.body), ...call.headers },
    maxHeaderSize: MAX_HEADER_BYTES,
    timeout: call.idleTimeoutMs,
    lookup: lookupLocal,
    ...(call.signal ? { signal: call.signal } : {}),
  };
  return { secure, options };
}

function lengthOf(body: HttpCall['body']): Record<string, string> {
  return body instanceof Uint8Array ? { 'content-length': String(body.length) } : {};
}

function isRepeatable({ method, body }: HttpCall): boolean {
  return method !== 'POST' && (body === undefined || body instanceof Uint8Array);
}

/** The bytes of an answer as they come. @throws TransportError when they end early */
export async function* bytesOf(response: IncomingMessage): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (error) {
    throw new TransportError(`the answer broke off: ${(error as Error).message}`, { cause: error });
  }
}

/** The whole body. @throws TransportError when it ends early or is longer than `limit` */
export async function readBody(response: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytesOf(response)) {
    size += chunk.length;
    if (size > limit) throw new TransportError(`the answer is longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function transportError(call: HttpCall, cause: Error, stale: boolean): Error {
  const type = stale && STALE.has((cause as NodeJS.ErrnoException).code ?? '') ? StaleSocketError : TransportError;
  return new type(`${call.method} ${call.endpoint}${pathOf(call.target)}: ${cause.message}`, { cause });
}

const STALE = new Set(['ECONNRESET', 'EPIPE']);

/** A query may carry a signature: it stays out of messages. */
const pathOf = (target: string) => target.replace(/\?.*$/s, '');

/** What a provider answered instead of what was asked for. */
export function remoteError(
  call: Pick<HttpCall, 'method' | 'endpoint' | 'target'>,
  status: number,
  body: string,
): GfSpError {
  const parsed = tryParse(body);
  const code = Number(parsed && childText(parsed, 'Code'));
  const message = parsed && childText(parsed, 'Message');
  return new GfSpError({
    code_space: 'remote',
    http_status_code: status,
    inner_code: Number.isInteger(code) && code > 0 ? code : 999999,
    description: message || `${call.method} ${call.endpoint}${pathOf(call.target)} answered ${status}`,
  });
}

function tryParse(body: string) {
  try {
    return parseXml(body);
  } catch {
    return undefined;
  }
}

const LOCAL_NAME = /(^|\.)localhost\.?$/i;

/** Names below `localhost` are this machine (RFC 6761 §6.3); not every system's resolver knows. */
const lookupLocal: LookupFunction = (hostname, options, callback) => {
  if (!LOCAL_NAME.test(hostname)) return systemLookup(hostname, options as never, callback as never);
  if (options.all) process.nextTick(callback, null, [{ address: '127.0.0.1', family: 4 }]);
  else process.nextTick(callback, null, '127.0.0.1', 4);
};
