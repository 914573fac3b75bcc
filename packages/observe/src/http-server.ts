/** The small HTTP servers of a process: several sets of pages may share one address. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppPart, Logger } from '@prairie/gfsp';

export interface PageRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Aborts when the client goes away, or the server stops. */
  readonly signal: AbortSignal;
}

export interface Page {
  /** The whole path. */
  readonly path: string;
  answer(request: PageRequest, response: ServerResponse): Promise<void> | void;
}

export interface PageServerOptions {
  /** Name of the part. */
  name: string;
  /** `host:port`; no host is all of them, port 0 a free one. */
  address: string;
}

/** Scrapers, probes and a person; more than that is a mistake or an attack. */
const MAX_CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 10_000;

export class PageServer implements AppPart {
  readonly name: string;
  readonly #address: string;
  readonly #pages: ReadonlyMap<string, Page>;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #server: Server | undefined;

  /** @throws RangeError for an address that is none */
  constructor({ name, address }: PageServerOptions, { pages, logger }: { pages: readonly Page[]; logger: Logger }) {
    parseAddress(address);
    this.name = name;
    this.#address = address;
    this.#pages = new Map(pages.map((page) => [page.path, page]));
    this.#logger = logger;
  }

  /** Where it listens, once it has started. */
  get port(): number {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port ?? 0;
  }

  async start(): Promise<void> {
    const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) this.#logger.warn('page failed', { path: request.url, error });
        if (!response.headersSent) sendText(response, 500, 'the page could not be made: the log says why\n');
        else response.destroy();
      });
    });
    server.maxConnections = MAX_CONNECTIONS;
    this.#server = server;
    const { host, port } = parseAddress(this.#address);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, ...(host ? { host } : {}) }, () => {
        server.off('error', reject);
        server.on('error', (error) => this.#logger.warn('page server', { error }));
        resolve();
      });
    });
    this.#logger.info('listening', { part: this.name, port: this.port, pages: [...this.#pages.keys()] });
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error(`${this.name} is stopping`));
    const server = this.#server;
    if (!server?.listening) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    message.resume();
    const url = new URL(message.url ?? '/', 'http://localhost');
    const page = this.#pages.get(url.pathname);
    if (!page) return sendText(response, 404, `no page here; there are: ${[...this.#pages.keys()].join(' ')}\n`);
    if (message.method !== 'GET' && message.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return sendText(response, 405, 'expected GET or HEAD\n');
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('the client went away')));
    const signal = AbortSignal.any([gone.signal, this.#stopping.signal]);
    await page.answer({ path: url.pathname, query: url.searchParams, signal }, response);
  }
}

export function sendText(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type.includes(';') ? type : `${type}; charset=utf-8` });
  response.end(text);
}

/** @throws RangeError in words */
export function parseAddress(address: string): { host: string; port: number } {
  const [, host = '', digits = ''] = /^(?:\[?([^[\]]*?)\]?):(\d{1,5})$/.exec(address) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) {
    throw new RangeError(`address ${JSON.stringify(address)}: expected host:port, port 0 to 65535`);
  }
  return { host, port };
}
