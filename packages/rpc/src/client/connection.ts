import { status } from '@grpc/grpc-js';
import type { Init } from '@prairie/chain';
import { backoffMs, type Propagator, sleep, type TaskError } from '@prairie/gfsp';
import { fromField } from '../errors.ts';
import { outgoing } from '../headers.ts';
import type { AnyMethod, RpcMethod } from '../method.ts';
import type { Caller, CallOptions } from './caller.ts';
import { CallFailure, startDown, startUnary, startUp } from './calls.ts';
import type { Endpoint } from './endpoint.ts';
import type { EndpointPool } from './pool.ts';

export interface ConnectionOptions {
  /** A call waits so long for a peer that is away, for instance because it restarts. */
  waitMs: number;
  payloadBytes: number;
  propagator: Propagator | undefined;
}

const BACKOFF = { baseMs: 50, maxMs: 1000 };

/** Failures of a call that no server has seen. */
const NOT_BEGUN = /^(No connection established|Name resolution failed)/;

/** Calls of one module, at whichever endpoint is connected. */
export class Connection implements Caller {
  readonly payloadBytes: number;
  readonly #pool: EndpointPool;
  readonly #options: ConnectionOptions;

  constructor(options: ConnectionOptions, pool: EndpointPool) {
    this.payloadBytes = options.payloadBytes;
    this.#options = options;
    this.#pool = pool;
  }

  async unary<Q, R>(method: RpcMethod<'unary', Q, R>, request: Init<Q>, options: CallOptions = {}): Promise<R> {
    const response = await this.#attempts(method, options, (endpoint) =>
      startUnary(endpoint, method, request, this.#headers(options), options),
    );
    return checked(method, response);
  }

  async up<Q, R>(
    method: RpcMethod<'up', Q, R>,
    messages: AsyncIterable<Init<Q>>,
    options: CallOptions = {},
  ): Promise<R> {
    const iterator = messages[Symbol.asyncIterator]();
    try {
      // a payload can be read once: only the way to a peer is tried again, never the call
      const endpoint = await this.#pool.pick(Date.now() + this.#options.waitMs, options.signal);
      return checked(method, await startUp(endpoint, method, iterator, this.#headers(options), options));
    } catch (error) {
      throw surfaced(error, options.signal);
    } finally {
      // not awaited: a source that is stuck must not hold the answer back
      void Promise.resolve(iterator.return?.()).catch(() => {});
    }
  }

  down<Q, R>(
    method: RpcMethod<'down', Q, R>,
    request: Init<Q>,
    options: CallOptions = {},
  ): Promise<AsyncIterableIterator<R>> {
    return this.#attempts(method, options, (endpoint) =>
      startDown(endpoint, method, request, this.#headers(options), options),
    );
  }

  #headers(options: CallOptions) {
    return outgoing(options.headers ?? {}, this.#options.propagator);
  }

  /** Tries again while that is safe, for `waitMs` altogether. */
  async #attempts<T>(
    method: AnyMethod,
    { signal }: CallOptions,
    start: (endpoint: Endpoint) => Promise<T>,
  ): Promise<T> {
    let until = Date.now() + this.#options.waitMs;
    let failed: Endpoint | undefined;
    for (let failures = 1; ; failures++) {
      const endpoint = await this.#pool.pick(until, signal, failed);
      const began = Date.now();
      try {
        return await start(endpoint);
      } catch (error) {
        // a held call had its time: what counts is how long the peer is away from now on
        if (method.held && Date.now() - began > this.#options.waitMs) until = Date.now() + this.#options.waitMs;
        if (signal?.aborted || !isWorthRepeating(method, error) || Date.now() >= until) throw surfaced(error, signal);
        failed = endpoint;
        await sleep(Math.min(backoffMs(failures, BACKOFF), Math.max(0, until - Date.now())), signal).catch(() => {});
      }
    }
  }
}

function isWorthRepeating(method: AnyMethod, error: unknown): boolean {
  if (!(error instanceof CallFailure) || error.code !== status.UNAVAILABLE) return false;
  return method.repeatable === true || NOT_BEGUN.test(error.details);
}

/** What the caller sees of a failure: the signal's reason when it gave up itself. */
function surfaced(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  return error instanceof CallFailure ? error.toGfSpError() : error;
}

/** @throws GfSpError what the response's `err` says */
function checked<R>(method: AnyMethod, response: R): R {
  if (method.errors === 'status') return response;
  const error = fromField((response as { err?: TaskError }).err);
  if (error) throw error;
  return response;
}
