/** One attempt of a call at one endpoint: gRPC's callbacks and events as promises and iterators. */

import {
  type ClientReadableStream,
  type ClientWritableStream,
  type CallOptions as GrpcCallOptions,
  type Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type { Init } from '@prairie/chain';
import type { GfSpError } from '@prairie/gfsp';
import { fromBytes, toBytes } from '../codec.ts';
import { fromStatus } from '../errors.ts';
import type { AnyMethod, RpcMethod } from '../method.ts';
import type { CallOptions } from './caller.ts';
import type { Endpoint } from './endpoint.ts';

/** A call that ended with another status than OK. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly code: status;
  readonly details: string;
  readonly #where: string;

  constructor(error: ServiceError, method: AnyMethod, endpoint: Endpoint) {
    super(error.message, { cause: error });
    this.code = error.code;
    this.details = error.details;
    this.#where = `${method.path} at ${endpoint.address} failed (${status[error.code] ?? error.code})`;
  }

  toGfSpError(): GfSpError {
    return fromStatus(this.details, this.#where, this);
  }
}

function grpcOptions(method: AnyMethod, { deadlineMs = method.deadlineMs }: CallOptions): GrpcCallOptions {
  return deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
}

/** Cancels `call` when the signal aborts; what it gives takes the listener away. */
function cancelWith(signal: AbortSignal | undefined, call: { cancel(): void }): () => void {
  const cancel = () => call.cancel();
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  return () => signal?.removeEventListener('abort', cancel);
}

/** @throws CallFailure */
export function startUnary<Q, R>(
  endpoint: Endpoint,
  method: RpcMethod<'unary', Q, R>,
  request: Init<Q>,
  headers: Metadata,
  options: CallOptions,
): Promise<R> {
  return new Promise((resolve, reject) => {
    let release = () => {};
    const call = endpoint.client.makeUnaryRequest(
      method.path,
      (value: Init<Q>) => toBytes(method.request, value),
      fromBytes(method.response),
      request,
      headers,
      grpcOptions(method, options),
      (error, response) => {
        release();
        if (error) reject(new CallFailure(error, method, endpoint));
        else resolve(response as R);
      },
    );
    release = cancelWith(options.signal, call);
  });
}

/**
 * Sends one message after another, each when the one before has left, until there is an answer.
 * @throws CallFailure, or what `messages` throws: then the call is cancelled
 */
export async function startUp<Q, R>(
  endpoint: Endpoint,
  method: RpcMethod<'up', Q, R>,
  messages: AsyncIterator<Init<Q>>,
  headers: Metadata,
  options: CallOptions,
): Promise<R> {
  const answer = Promise.withResolvers<R>();
  const call = endpoint.client.makeClientStreamRequest(
    method.path,
    (value: Init<Q>) => toBytes(method.request, value),
    fromBytes(method.response),
    headers,
    grpcOptions(method, options),
    (error, response) => {
      if (error) answer.reject(new CallFailure(error, method, endpoint));
      else answer.resolve(response as R);
    },
  );
  const release = cancelWith(options.signal, call);
  let isAnswered = false;
  const answered = answer.promise.finally(() => {
    isAnswered = true;
  });
  // the answer's failure is the one that is reported, also when writing fails first
  call.on('error', () => {});
  const sent = pump(call, messages, () => isAnswered);
  try {
    return await Promise.race([answered, sent.then(() => answered)]);
  } catch (error) {
    answered.catch(() => {});
    call.cancel();
    throw error;
  } finally {
    sent.catch(() => {});
    release();
  }
}

async function pump<Q>(
  call: ClientWritableStream<Init<Q>>,
  messages: AsyncIterator<Init<Q>>,
  isAnswered: () => boolean,
): Promise<void> {
  for (;;) {
    const { done, value } = await messages.next();
    if (isAnswered()) return;
    if (done) {
      call.end();
      return;
    }
    // one that is not taken any more is a matter of the answer
    await new Promise<void>((resolve) => call.write(value, () => resolve()));
  }
}

/** Resolves when the server has begun to answer. @throws CallFailure */
export async function startDown<Q, R>(
  endpoint: Endpoint,
  method: RpcMethod<'down', Q, R>,
  request: Init<Q>,
  headers: Metadata,
  options: CallOptions,
): Promise<AsyncIterableIterator<R>> {
  const call = endpoint.client.makeServerStreamRequest(
    method.path,
    (value: Init<Q>) => toBytes(method.request, value),
    fromBytes(method.response),
    request,
    headers,
    grpcOptions(method, options),
  );
  const incoming = new Incoming<R>(call, {
    release: cancelWith(options.signal, call),
    failure: (error) => new CallFailure(error, method, endpoint),
    surface: (error) => (options.signal?.aborted ? options.signal.reason : error.toGfSpError()),
  });
  await incoming.begun;
  return incoming;
}

interface IncomingDependencies {
  release: () => void;
  failure: (error: ServiceError) => CallFailure;
  /** The failure as the reader sees it. */
  surface: (failure: CallFailure) => unknown;
}

/** Messages of the server as they are asked for. gRPC reads ahead by 16 at most, then holds the server back. */
class Incoming<R> implements AsyncIterableIterator<R> {
  /** @throws CallFailure when the call failed before its first message */
  readonly begun: Promise<void>;
  readonly #call: ClientReadableStream<R>;
  readonly #release: () => void;
  readonly #surface: (failure: CallFailure) => unknown;
  readonly #held: R[] = [];
  #failure: CallFailure | undefined;
  #isOver = false;
  #wake = () => {};

  constructor(call: ClientReadableStream<R>, { release, failure, surface }: IncomingDependencies) {
    this.#call = call;
    this.#release = release;
    this.#surface = surface;
    const begun = Promise.withResolvers<void>();
    this.begun = begun.promise;
    call.on('metadata', () => begun.resolve());
    call.on('data', (message: R) => {
      this.#held.push(message);
      call.pause();
      this.#wake();
    });
    call.on('end', () => this.#end());
    call.on('error', (error: ServiceError) => {
      this.#failure ??= failure(error);
      begun.reject(this.#failure);
      this.#end();
    });
    call.on('status', () => begun.resolve());
  }

  async next(): Promise<IteratorResult<R, undefined>> {
    for (;;) {
      const message = this.#held.shift();
      if (message !== undefined) return { done: false, value: message };
      if (this.#failure) throw this.#surface(this.#failure);
      if (this.#isOver) return { done: true, value: undefined };
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      this.#call.resume();
      await promise;
    }
  }

  async return(): Promise<IteratorResult<R, undefined>> {
    this.#held.length = 0;
    this.#failure = undefined;
    this.#end();
    this.#call.cancel();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    this.#isOver = true;
    this.#release();
    this.#wake();
  }
}
