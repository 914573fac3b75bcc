/** The REST port: queries as JSON for explorers (`reference/chain-rpc.md` §7). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  fromProtoJson,
  type MessageType,
  parseJson,
  toProtoJson,
  cosmosTxV1beta1 as tx,
  writeJson,
} from '@prairie/chain';
import type { Chain } from '../chain/chain.ts';
import { MAX_BODY, readBody } from '../http/body.ts';
import { answerCors } from '../http/cors.ts';
import { HttpPort, type PortOptions } from '../http/port.ts';
import { broadcastTx } from './broadcast.ts';
import { requestOf } from './query-string.ts';
import { type Route, type Routes, routesOf } from './routes.ts';
import { GRPC, RestError, toRestError } from './status.ts';

const BROADCAST = '/cosmos.tx.v1beta1.Service/BroadcastTx';
/** Asks for a height; the answer names the one it is of. */
const HEIGHT_HEADER = 'x-cosmos-block-height';
const HEIGHT_ANSWER = 'Grpc-Metadata-X-Cosmos-Block-Height';

const CORS = { methods: ['HEAD', 'GET', 'POST'], headers: [HEIGHT_HEADER], exposed: [HEIGHT_ANSWER] };

export interface RestServerOptions extends PortOptions {
  /** Whether pages of other origins may call. Default true. */
  cors?: boolean;
}

/** A message, and the height it is of; without one when no state answered. */
interface Reply {
  type: MessageType;
  value: Record<string, unknown>;
  height?: number;
}

export class RestServer {
  private readonly http: HttpPort;
  private readonly chain: Chain;
  private readonly routes: Routes;
  private readonly cors: boolean;

  private constructor(options: RestServerOptions, chain: Chain) {
    this.chain = chain;
    this.cors = options.cors ?? true;
    this.routes = routesOf([...chain.queries.paths, BROADCAST], (method) => this.typeOf(method));
    this.http = new HttpPort((request, response) => {
      this.handle(request, response).catch(() => response.destroy());
    });
  }

  /** @throws Error when the port is taken */
  static async listen(options: RestServerOptions, chain: Chain): Promise<RestServer> {
    const rest = new RestServer(options, chain);
    await rest.http.listen(options);
    return rest;
  }

  get port(): number {
    return this.http.port;
  }

  close(): Promise<void> {
    return this.http.close();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.cors && answerCors(request, response, CORS)) return;
    try {
      const { type, value, height } = await this.reply(request);
      const text = writeJson(toProtoJson(type, value, { emptyBytes: 'null' }));
      if (height !== undefined) response.setHeader(HEIGHT_ANSWER, String(height));
      send(response, 200, text);
    } catch (error) {
      const { httpStatus, text } = toRestError(error);
      send(response, httpStatus, text);
    }
  }

  /** @throws RestError | StatusError | ChainError */
  private async reply(request: IncomingMessage): Promise<Reply> {
    const url = new URL(request.url ?? '/', 'http://node');
    const { route, values } = this.find(request.method ?? '', url.pathname);
    const type = this.typeOf(route.method);
    const message = route.post
      ? await bodyOf(type, request)
      : requestOf(type, [...Object.entries(values), ...url.searchParams]);
    if (route.method === BROADCAST) {
      const value = broadcastTx(this.chain, message as unknown as tx.BroadcastTxRequest);
      return { type: tx.BroadcastTxResponse as unknown as MessageType, value: { ...value } };
    }
    const { response, height } = this.chain.queries.call(route.method, message, heightOf(request));
    return { type: this.chain.queries.responseType(route.method)!, value: response, height };
  }

  private find(method: string, path: string): { route: Route; values: Record<string, string> } {
    const { gets, posts } = this.routes;
    const tree = method === 'POST' ? posts : gets;
    const found = /^(GET|HEAD|POST)$/.test(method) ? decoded(() => tree.find(path)) : undefined;
    if (found) return found;
    const other = decoded(() => gets.find(path) ?? posts.find(path));
    throw new RestError(GRPC.unimplemented, other ? 'Method Not Allowed' : 'Not Implemented');
  }

  private typeOf(method: string): MessageType {
    if (method === BROADCAST) return tx.BroadcastTxRequest as unknown as MessageType;
    return this.chain.queries.typesOf(method)!.request;
  }
}

function decoded<T>(find: () => T): T {
  try {
    return find();
  } catch {
    throw new RestError(GRPC.invalidArgument, 'the path is not percent-encoded as it should be');
  }
}

/** 0 without the header: the latest. */
function heightOf({ headers }: IncomingMessage): number {
  const text = String(headers[HEIGHT_HEADER] ?? '0');
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new RestError(
    GRPC.invalidArgument,
    `invalid height header ${JSON.stringify(HEIGHT_HEADER)}: ${JSON.stringify(text)}`,
  );
}

async function bodyOf(type: MessageType, request: IncomingMessage): Promise<Record<string, unknown>> {
  const body = await readBody(request);
  if (!body) throw new RestError(GRPC.invalidArgument, `http: request body too large, ${MAX_BODY} bytes allowed`);
  try {
    return fromProtoJson(type, parseJson(body.toString('utf8')));
  } catch (error) {
    throw new RestError(GRPC.invalidArgument, (error as Error).message);
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}
