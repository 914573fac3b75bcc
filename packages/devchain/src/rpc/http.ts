/** JSON-RPC over HTTP: POST bodies and URI queries (`reference/chain-rpc.md` §2). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Dispatcher, isImmutable } from './dispatcher.ts';
import { uriArgs } from './params.ts';
import { errorText, resultText, rpcErrors } from './protocol.ts';

const MAX_BODY = 1_000_000;

/** Id of answers to URI queries. */
const URI_ID = -1;

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'HEAD, GET, POST, OPTIONS',
  'Access-Control-Allow-Headers': 'Origin, Accept, Content-Type, X-Requested-With, X-Server-Time',
  'Access-Control-Expose-Headers': 'X-Server-Time',
  'Access-Control-Max-Age': '86400',
};

export class HttpHandler {
  private readonly dispatcher: Dispatcher;

  constructor(dispatcher: Dispatcher) {
    this.dispatcher = dispatcher;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
    const url = new URL(request.url ?? '/', 'http://node');
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
    } else if (request.method === 'POST' && url.pathname === '/') {
      await this.post(request, response);
    } else if (request.method === 'GET' || request.method === 'HEAD') {
      await this.get(url, response);
    } else {
      notFound(response);
    }
  }

  private async post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (body === undefined) {
      const error = rpcErrors.invalidRequest(
        `error reading request body: request body too large, ${MAX_BODY} bytes allowed`,
      );
      send(response, 400, errorText('', error));
      request.destroy();
      return;
    }
    if (body.length === 0) return this.list(response);
    let parsed: unknown;
    try {
      parsed = JSON.parse(body.toString('utf8'));
    } catch (error) {
      send(response, 500, errorText('', rpcErrors.parse(`error unmarshalling request: ${(error as Error).message}`)));
      return;
    }
    const answer = await this.dispatcher.answerBody(parsed);
    if (answer) send(response, 200, answer.text, answer.immutable);
    else response.writeHead(200).end();
  }

  private async get(url: URL, response: ServerResponse): Promise<void> {
    if (url.pathname === '/') return this.list(response);
    const name = url.pathname.slice(1);
    const method = Object.hasOwn(this.dispatcher.methods, name) ? this.dispatcher.methods[name] : undefined;
    if (!method) return notFound(response);
    try {
      const args = uriArgs(method.params, url.searchParams);
      const result = await method.handle(args);
      send(response, 200, resultText(URI_ID, result), isImmutable(method, args));
    } catch (error) {
      send(response, 500, errorText(URI_ID, error));
    }
  }

  private list(response: ServerResponse): void {
    const items = Object.entries(this.dispatcher.methods).map(([name, { params }]) => {
      const query = params.map(([param]) => `${param}=_`).join('&');
      return `<a href="/${name}${query && `?${query}`}">/${name}${query && `?${query}`}</a></br>`;
    });
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end(`<html><body><br>Available endpoints:<br>${items.join('')}</body></html>`);
  }
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('404 page not found\n');
}

function send(response: ServerResponse, status: number, text: string, immutable = false): void {
  response.writeHead(status, {
    ...(immutable ? { 'Cache-Control': 'public, max-age=86400' } : {}),
    'Content-Type': 'application/json',
    'X-Server-Time': String(Math.floor(Date.now() / 1000)),
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Undefined when the body is larger than the node accepts. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}
