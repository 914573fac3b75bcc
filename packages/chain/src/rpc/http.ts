/** One JSON-RPC request over a keep-alive HTTP connection, with a deadline and a bounded answer. */
import * as http from 'node:http';
import * as https from 'node:https';
import { RpcError, RpcTransportError } from './errors.ts';

export interface HttpOptions {
  /** `http://host:port`; `tcp://` is taken for `http://`. */
  url: string;
  /** Connections at most; further calls wait for one. */
  maxSockets: number;
  maxResponseBytes: number;
}

export interface Deadline {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** Failures before there was a connection. */
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

export class JsonRpcHttp {
  private readonly target: URL;
  private readonly agent: http.Agent;
  private readonly request: typeof http.request;
  private readonly maxResponseBytes: number;
  private lastId = 0;

  constructor(options: HttpOptions) {
    this.target = new URL(options.url.replace(/^tcp:/, 'http:'));
    const secure = this.target.protocol === 'https:';
    const agentOptions = { keepAlive: true, maxSockets: options.maxSockets, maxFreeSockets: options.maxSockets };
    this.agent = secure ? new https.Agent(agentOptions) : new http.Agent(agentOptions);
    this.request = secure ? https.request : http.request;
    this.maxResponseBytes = options.maxResponseBytes;
  }

  /** @throws RpcError, RpcTransportError, or the signal's reason. */
  async call(method: string, params: object, deadline: Deadline): Promise<unknown> {
    this.lastId = (this.lastId + 1) % Number.MAX_SAFE_INTEGER;
    const id = this.lastId;
    const { status, body } = await this.post(JSON.stringify({ jsonrpc: '2.0', id, method, params }), deadline);
    return resultOf(method, status, body);
  }

  close(): void {
    this.agent.destroy();
  }

  private post(body: string, { timeoutMs, signal }: Deadline): Promise<{ status: number; body: string }> {
    const bytes = Buffer.from(body);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const headers = { 'Content-Type': 'application/json', 'Content-Length': bytes.length };
      const request = this.request(this.target, { method: 'POST', agent: this.agent, headers });
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      // the first reason counts: destroying the request makes others follow
      const fail = (reason: unknown) => {
        finish();
        reject(reason);
        request.destroy();
      };
      const abort = () => fail(signal!.reason);
      const timer = setTimeout(() => fail(this.failure(`no answer within ${timeoutMs} ms`)), timeoutMs);
      signal?.addEventListener('abort', abort, { once: true });
      request.on('error', (error) => fail(this.asFailure(error)));
      request.on('response', (response) => {
        this.read(response).then(
          (text) => {
            finish();
            resolve({ status: response.statusCode ?? 0, body: text });
          },
          (error) => fail(this.asFailure(error)),
        );
      });
      request.end(bytes);
    });
  }

  private async read(response: http.IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > this.maxResponseBytes) throw this.failure(`answer longer than ${this.maxResponseBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, length).toString('utf8');
  }

  private failure(what: string, cause?: unknown): RpcTransportError {
    const undelivered = UNREACHABLE.has(String((cause as NodeJS.ErrnoException | undefined)?.code));
    return new RpcTransportError(`node at ${this.target.host}: ${what}`, { cause, undelivered });
  }

  private asFailure(error: Error): Error {
    if (error instanceof RpcTransportError) return error;
    const code = (error as NodeJS.ErrnoException).code;
    return this.failure(error.message || code || 'connection failed', error);
  }
}

function resultOf(method: string, status: number, body: string): unknown {
  const answer = parsed(body);
  if (answer?.error) {
    const { code, message, data } = answer.error;
    throw new RpcError(code ?? 0, String(message ?? 'error'), typeof data === 'string' ? data : '');
  }
  if (status !== 200 || !answer || !('result' in answer)) {
    throw new RpcTransportError(`${method}: expected a JSON-RPC answer, got HTTP ${status} ${body.slice(0, 120)}`);
  }
  return answer.result;
}

interface Answer {
  result?: unknown;
  error?: { code?: number; message?: unknown; data?: unknown };
}

function parsed(body: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return value !== null && typeof value === 'object' ? (value as Answer) : undefined;
  } catch {
    return undefined;
  }
}
