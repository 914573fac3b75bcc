/** The gateway's HTTP server: finds the route, learns who calls, runs the handler, renders what it throws. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_HEADER_BYTES } from '@prairie/client';
import { type AppPart, type ByteStream, GfSpError, sharedDownloaderErrors, withContext } from '@prairie/gfsp';
import type { HttpObserver } from '@prairie/observe';
import { PIECE_MEMORY_BYTES, PieceMemory } from '../../common/piece-memory.ts';
import { Remembered } from '../../common/remembered.ts';
import { Slots } from '../../common/slots.ts';
import { authenticate } from '../auth/authenticate.ts';
import { httpErrors } from '../errors.ts';
import { Bandwidth } from '../limits/bandwidth.ts';
import { ClientAddresses, PRIVATE_NETWORKS } from '../limits/client-address.ts';
import { RateLimiter } from '../limits/rate-limiter.ts';
import { incomingObject } from '../pieces/incoming.ts';
import { refuseUnreadable } from './client-error.ts';
import { PREFLIGHT_HEADERS, setCommonHeaders } from './common-headers.ts';
import type { Asked, Gateway, GatewayDependencies, GatewayOptions, GatewayRequest } from './handler.ts';
import { send, sendError } from './reply.ts';
import { RequestBody } from './request-body.ts';
import { type Match, Router } from './router.ts';
import { routes } from './routes.ts';
import { parseTarget } from './target.ts';

/** A header block has to be in within a minute; bodies and answers are bounded by their own rules. */
const HEADERS_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 65_000;
/** A connection without a byte in either direction for so long is given up; longer than any module keeps a client waiting. */
const IDLE_MS = 300_000;
const DEFAULTS = {
  maxPayloadSize: 2n ** 31n,
  drainMs: 1_000,
  env: 'mainnet',
  openQueries: false,
  maxReadRecords: 100,
  monthlyFreeQuota: 0n,
  limits: {},
  bandwidth: { bytesPerSecond: Number.POSITIVE_INFINITY },
  trustedProxies: PRIVATE_NETWORKS,
  pieceMemoryBytes: PIECE_MEMORY_BYTES,
};
/** A refusal on a connection that ends with it waits so long for the rest of the body. */
const LINGER_MS = 1_000;
/** One question for all pieces of an object; that it was sealed or cancelled meanwhile, the chain itself tells the primary. */
const INCOMING = { entries: 4096, maxAgeMs: 2000 };
/** Each holds a segment of 16 MiB at most. */
const MAX_CHALLENGES = 64;

export class GaterModule implements AppPart, Gateway {
  readonly name = 'gateway';
  readonly needs = ['authenticator', 'approver', 'uploader', 'downloader', 'receiver', 'manager', 'metadata'] as const;
  readonly uses = ['signer'] as const;
  readonly options: Required<GatewayOptions>;
  readonly dependencies: GatewayDependencies;
  readonly incoming: Gateway['incoming'];
  readonly challenges = new Slots(MAX_CHALLENGES, sharedDownloaderErrors.exceeded);
  readonly limiter: RateLimiter;
  readonly pieceMemory: PieceMemory;
  readonly #bandwidth: Bandwidth | undefined;
  readonly #addresses: ClientAddresses;
  readonly #router: Router;
  readonly #server: Server;
  /** The answer to the request that came last on a connection. */
  readonly #latest = new WeakMap<Duplex, ServerResponse>();
  #stopping = false;

  constructor(options: GatewayOptions, dependencies: GatewayDependencies) {
    this.options = { ...DEFAULTS, ...options };
    this.dependencies = dependencies;
    this.pieceMemory = new PieceMemory(this.options.pieceMemoryBytes);
    this.incoming = new Remembered(INCOMING, (id) => incomingObject(dependencies.consensus, BigInt(id)));
    const { limits, bandwidth, trustedProxies } = this.options;
    this.limiter = new RateLimiter(limits, { domain: options.domains[0] ?? '' });
    this.#bandwidth = Number.isFinite(bandwidth.bytesPerSecond) ? new Bandwidth(bandwidth) : undefined;
    this.#addresses = new ClientAddresses(trustedProxies);
    const known = routes.filter(({ debug }) => !debug || this.options.env !== 'mainnet');
    this.#router = new Router(known, options.domains);
    this.#server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      requestTimeout: 0,
    });
    this.#server.setTimeout(IDLE_MS);
    const serve = (message: IncomingMessage, response: ServerResponse) => void this.#serve(message, response);
    this.#server.on('request', serve);
    // the client is told to go on when somebody reads its body, not before: what is refused need not be sent
    this.#server.on('checkContinue', serve);
    this.#server.on('clientError', (error, socket) => refuseUnreadable(error, socket, this.#latest.get(socket)));
  }

  /** Port it listens on, once started. */
  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.options.port, this.options.host, () => resolve());
    });
  }

  /** Takes no new requests, lets running ones end for a while, then breaks off the rest. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), this.options.drainMs);
    await closed;
    clearTimeout(timer);
  }

  #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = randomUUID();
    return withContext({ request: id }, () => this.#serveRequest(id, message, response));
  }

  async #serveRequest(id: string, message: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = performance.now();
    this.#latest.set(message.socket, response);
    setCommonHeaders(response, id);
    const address = () =>
      this.#addresses.of(message.socket.remoteAddress ?? '', String(message.headers['x-forwarded-for'] ?? ''));
    const signal = untilGone(response);
    const paced = (bytes: ByteStream) => this.#bandwidth?.limit(bytes, address(), signal) ?? bytes;
    const body = new RequestBody(message, { response, paced });
    if (this.#stopping) response.setHeader('Connection', 'close');
    let name = 'none';
    let ended: (code: number) => void = () => {};
    let code = 0;
    try {
      const target = parseTarget(message.url ?? '');
      if (!target) return send(response, 400, 'text/plain; charset=utf-8', 'malformed percent escape in the path\n');
      const match = this.#router.match({ method: message.method ?? '', host: message.headers.host ?? '', target });
      name = match.found?.name ?? name;
      ended = observed(this.dependencies.http, name, message, response);
      const answer = () => this.#answer({ id, message, body, target, address, signal, paced }, response, match);
      await (this.dependencies.http?.run?.(name, answer) ?? answer());
    } catch (error) {
      code = GfSpError.from(error).innerCode;
      this.#logFailure(id, name, error);
      // the connection ends with the answer: a body that still comes would reset it before the client has read that
      if (!response.shouldKeepAlive && !body.isIn)
        await Promise.race([body.discard(), sleep(LINGER_MS, undefined, { ref: false })]);
      sendError(response, error);
    } finally {
      ended(code);
      void body.discard();
    }
    this.dependencies.logger.debug('served', {
      request: id,
      route: name,
      status: response.statusCode,
      ms: Math.round(performance.now() - began),
    });
  }

  async #answer(asked: Asked, response: ServerResponse, match: Match): Promise<void> {
    const { message } = asked;
    if (message.method === 'OPTIONS') {
      response.writeHead(204, PREFLIGHT_HEADERS).end();
      return;
    }
    if (!match.found) {
      if (!match.methodOnly) throw httpErrors.notFound();
      response.setHeader('Content-Length', 0);
      response.writeHead(405).end();
      return;
    }
    const { host = '' } = message.headers;
    this.limiter.check({ method: message.method ?? '', host, url: message.url ?? '', address: asked.address });
    const request: GatewayRequest = {
      ...asked,
      place: match.place,
      signers: match.found.auth === 'signed' ? await authenticate(this, asked) : [],
    };
    await match.found.handle(this, request, response);
  }

  #logFailure(request: string, route: string, error: unknown): void {
    const known = GfSpError.from(error);
    if (known.httpStatus < 500) this.dependencies.logger.debug('refused', { request, route, code: known.innerCode });
    else this.dependencies.logger.error('failed', { request, route, error });
  }
}

/** Aborts when the connection ends before the answer has. */
function untilGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the client went away'));
  });
  return gone.signal;
}

/** Bytes are the socket's own counts: requests of a connection come one after the other. */
function observed(
  http: HttpObserver | undefined,
  route: string,
  message: IncomingMessage,
  response: ServerResponse,
): (code: number) => void {
  if (!http) return () => {};
  const { socket } = message;
  const [read, written] = [socket.bytesRead, socket.bytesWritten];
  const end = http.began(route, message.method ?? '');
  return (code) => {
    const requestBytes = socket.bytesRead - read;
    const responseBytes = socket.bytesWritten - written;
    end({ status: response.statusCode, code, requestBytes, responseBytes });
  };
}
