/** A gRPC service as data: what each of its methods takes and gives. */
import type { MessageType } from './define.ts';

export interface Method<Q, R> {
  /** `/greenfield.storage.Query/HeadBucket` */
  readonly path: string;
  readonly request: MessageType<Q>;
  readonly response: MessageType<R>;
}

// biome-ignore lint/suspicious/noExplicitAny: any two messages
type Pair = readonly [MessageType<any>, MessageType<any>];

export type Service<T extends Record<string, Pair>> = {
  readonly [M in keyof T]: T[M] extends readonly [MessageType<infer Q>, MessageType<infer R>] ? Method<Q, R> : never;
};

/** `table` is method name → request and response. */
export function defineService<const T extends Record<string, Pair>>(name: string, table: T): Service<T> {
  const methods = Object.entries(table).map(([method, [request, response]]) => {
    return [method, { path: `/${name}/${method}`, request, response }];
  });
  return Object.fromEntries(methods) as Service<T>;
}
