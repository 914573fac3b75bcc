/** Services as data: what each method takes and gives, how it travels, and what a caller may do when it fails. */

import type { Metadata } from '@grpc/grpc-js';
import type { Init, MessageType } from '@prairie/chain';

/** `up`: the request is a stream; `down`: the response is; `both`: both are. */
export type MethodKind = 'unary' | 'up' | 'down' | 'both';

export interface MethodTraits {
  /** A second call does no harm: it may be repeated when it is not known whether the first was served. */
  repeatable?: boolean;
  /** Bound of the whole call. Without one it is held for as long as both sides are there: pings notice (`channel-options.ts`). */
  deadlineMs?: number;
  /** The call lasts until one side leaves; a server that stops ends it at once. */
  held?: boolean;
}

export interface RpcMethod<K extends MethodKind, Q, R> extends MethodTraits {
  readonly kind: K;
  /** `/base.types.gfspserver.GfSpSignService/GfSpSign` */
  readonly path: string;
  readonly request: MessageType<Q>;
  readonly response: MessageType<R>;
  /** How an error travels: in the response's field `err`, or as a gRPC status with the error as JSON text. */
  readonly errors: 'field' | 'status';
}

// biome-ignore lint/suspicious/noExplicitAny: a method of which only the kind matters
export type AnyMethod = RpcMethod<MethodKind, any, any>;

export interface RpcService<T extends Record<string, AnyMethod> = Record<string, AnyMethod>> {
  readonly name: string;
  readonly methods: T;
}

/** One call, as a handler sees it. */
export interface ServedCall {
  readonly metadata: Metadata;
  /** Aborts when the caller goes away, its deadline passes, or the server stops a held call. */
  readonly signal: AbortSignal;
  /** Address of the caller. */
  readonly peer: string;
}

export type Handler<M> =
  M extends RpcMethod<infer K, infer Q, infer R>
    ? K extends 'unary'
      ? (request: Q, call: ServedCall) => Promise<Init<R>>
      : K extends 'up'
        ? (requests: AsyncIterableIterator<Q>, call: ServedCall) => Promise<Init<R>>
        : K extends 'down'
          ? (request: Q, call: ServedCall) => Promise<AsyncIterable<Init<R>>>
          : (requests: AsyncIterableIterator<Q>, call: ServedCall) => Promise<AsyncIterable<Init<R>>>
    : never;

export type Handlers<T extends Record<string, AnyMethod>> = { [M in keyof T]: Handler<T[M]> };

/** A service with what serves it; make it with {@link serve}. */
export interface ServedService {
  readonly service: RpcService;
  // biome-ignore lint/suspicious/noExplicitAny: each handler fits the method of its name
  readonly handlers: Readonly<Record<string, (...args: any[]) => any>>;
}

export function serve<T extends Record<string, AnyMethod>>(
  service: RpcService<T>,
  handlers: Handlers<T>,
): ServedService {
  return { service, handlers: handlers as ServedService['handlers'] };
}

/** `methods` are made with {@link unary}, {@link up}, {@link down}; their paths follow from the names. */
export function defineRpc<const T extends Record<string, AnyMethod>>(name: string, methods: T): RpcService<T> {
  const named = Object.entries(methods).map(([method, spec]) => [method, { ...spec, path: `/${name}/${method}` }]);
  return { name, methods: Object.fromEntries(named) as T };
}

const maker =
  <K extends MethodKind>(kind: K) =>
  <Q, R>(request: MessageType<Q>, response: MessageType<R>, traits: MethodTraits & { errors?: 'status' } = {}) => {
    const hasErr = response.fieldByName.get('err')?.messageName === 'base.types.gfsperrors.GfSpError';
    const inField = hasErr && traits.errors !== 'status' && (kind === 'unary' || kind === 'up');
    const method: RpcMethod<K, Q, R> = {
      ...traits,
      kind,
      path: '',
      request,
      response,
      errors: inField ? 'field' : 'status',
    };
    return method;
  };

export const unary = maker('unary');
export const up = maker('up');
export const down = maker('down');
export const both = maker('both');
