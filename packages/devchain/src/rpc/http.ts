/** JSON-RPC over HTTP: POST bodies and URI queries (`reference/chain-rpc.md` §2). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_BODY, readBody } from '../http/body.ts';
import { answerCors } from '../http/cors.ts';
import { type Dispatcher, type DispatcherOf, isImmutable } from './dispatcher.ts';
import type { MethodTable } from './methods.ts';
import { uriArgs } from './params.ts';
import { errorText, parsedRequest, resultText, rpcErrors } from './protocol.ts';

/** Id of answers to URI queries. */
const URI_ID = -1;

const CORS = { methods: ['HEAD', 'GET', 'POST'], exposed: ['X-Server-Time'] };

export class HttpHandler {
  private readonly dispatcherOf: DispatcherOf;
  private readonly cors: boolean;

  constructor(dispatcherOf: DispatcherOf, options: { cors: boolean }) {
    this.dispatcherOf = dispatcherOf;
    this.cors = options.cors;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('X-Server-Time', String(Math.floor(Date.now() / 1000)));
    if (this.cors && answerCors(request, response, CORS)) return;
    const url = new URL(request.url ?? '/', 'http://node');
    const dispatcher = this.dispatcherOf(request);
    if (request.method === 'POST' && url.pathname === '/') await this.post(dispatcher, request, response);
    else if (request.method === 'GET' || request.method === 'HEAD') await this.get(dispatcher, url, response);
    else notFound(response);
  }

  private async post(dispatcher: Dispatcher, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (body === undefined) {
      const text = `error reading request body: http: request body too large, ${MAX_BODY} bytes allowed`;
      send(response, 400, errorText(undefined, rpcErrors.invalidRequest(text)));
      return;
    }
    if (body.length === 0) return listMethods(dispatcher.methods, response);
    let parsed: unknown;
    try {
      parsed = parsedRequest(body.toString('utf8'));
    } catch (error) {
      send(response, 500, errorText(undefined, error));
      return;
    }
    const answer = await dispatcher.answerBody(parsed);
    if (answer) send(response, 200, answer.text, answer.immutable);
    else response.writeHead(200).end();
  }

  private async get(dispatcher: Dispatcher, url: URL, response: ServerResponse): Promise<void> {
    if (url.pathname === '/') return listMethods(dispatcher.methods, response);
    const name = url.pathname.slice(1);
    const method = Object.hasOwn(dispatcher.methods, name) ? dispatcher.methods[name] : undefined;
    if (!method) return notFound(response);
    try {
      const args = uriArgs(method.params, url.searchParams);
      const result = await method.handle(args);
      send(response, 200, resultText(URI_ID, result), isImmutable(method, args));
    } catch (error) {
      send(response, 500, errorText(URI_ID, error));
    }
  }
}

/** A page of links, as browsers get it: methods without parameters first. */
function listMethods(methods: MethodTable, response: ServerResponse): void {
  const links = Object.entries(methods).map(([name, { params }]) => {
    const path = `/${name}${params.length > 0 ? '?' : ''}${params.map(([param]) => `${param}=_`).join('&')}`;
    return `<a href="${path}">${path}</a></br>`;
  });
  const [plain, withArgs] = [false, true].map((args) => links.filter((link) => link.includes('?') === args).sort());
  response.writeHead(200, { 'Content-Type': 'text/html' });
  response.end(
    `<html><body><br>Available endpoints:<br>${plain!.join('')}` +
      `<br>Endpoints that require arguments:<br>${withArgs!.join('')}</body></html>`,
  );
}

function notFound(response: ServerResponse): void {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' };
  response.writeHead(404, headers).end('404 page not found\n');
}

function send(response: ServerResponse, status: number, text: string, immutable = false): void {
  response.writeHead(status, {
    ...(immutable ? { 'Cache-Control': 'public, max-age=86400' } : {}),
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
