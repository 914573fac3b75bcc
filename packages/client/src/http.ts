/** HTTP calls of a provider's API: pooled connections, deadlines, streamed bodies, errors with their codes. */

import { lookup as systemLookup } from 'node:dns';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { pipeline } from 'node:stream/promises';
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
  /** Sent as it comes; the sender is held back by the socket. */
  body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** Milliseconds without a byte in either direction before the call is given up. */
  idleTimeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** No answer came: the endpoint is unreachable, too slow, or broke the connection. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
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
    const response = await this.#exchange(call);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    throw remoteError(
      call,
      status,
      (await readBody(response, MAX_ERROR_BYTES).catch(() => Buffer.alloc(0))).toString(),
    );
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #exchange(call: HttpCall): Promise<IncomingMessage> {
    const url = new URL(call.endpoint);
    const secure = url.protocol === 'https:';
    const options = {
      method: call.method,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || (secure ? 443 : 80),
      path: call.target,
      headers: { host: url.host, ...lengthOf(call.body), ...call.headers },
      agent: secure ? this.#https : this.#http,
      maxHeaderSize: MAX_HEADER_BYTES,
      timeout: call.idleTimeoutMs,
      lookup: lookupLocal,
      ...(call.signal ? { signal: call.signal } : {}),
    };
    return new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(options);
      const fail = (error: Error) => reject(transportError(call, error));
      request.once('response', resolve);
      request.once('error', fail);
      request.once('timeout', () => request.destroy(new Error(`no byte for ${call.idleTimeoutMs} ms`)));
      if (call.body === undefined) request.end();
      else if (call.body instanceof Uint8Array) request.end(call.body);
      // a refusal may come before the body is through: then the answer counts, not the broken pipe
      else pipeline(call.body, request).catch((error: Error) => setImmediate(fail, error));
    });
  }
}

function lengthOf(body: HttpCall['body']): Record<string, string> {
  return body instanceof Uint8Array ? { 'content-length': String(body.length) } : {};
}

/** The whole body. @throws TransportError when it is longer than `limit` */
export async function readBody(response: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new TransportError(`the answer is longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function transportError(call: HttpCall, cause: Error): Error {
  return new TransportError(`${call.method} ${call.endpoint}${pathOf(call.target)}: ${cause.message}`, { cause });
}

/** A query may carry a signature: it stays out of messages. */
const pathOf = (target: string) => target.replace(/\?.*$/s, '');

function remoteError(call: HttpCall, status: number, body: string): GfSpError {
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
