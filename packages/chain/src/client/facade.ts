/** Every query method of a node as a typed function: `q.storage.HeadBucket({ bucket_name })`. */
import type { Init } from '../proto/define.ts';
import type { PageResponse } from '../proto/generated/cosmos.base.query.v1beta1.ts';
import { type Method, type Services, services } from '../services.ts';
import type { Ask, QueryOptions } from './ask.ts';
import { type ItemOf, type ListOptions, listAll } from './pages.ts';

/** Module → method → its function. @throws ChainQueryError, RpcTransportError */
export type Queries = {
  readonly [M in keyof Services]: {
    readonly [K in keyof Services[M]]: Services[M][K] extends Method<infer Q, infer R>
      ? (request?: Init<Q>, options?: QueryOptions) => Promise<R>
      : never;
  };
};

/** Module → method with pages → an iterator of all its items. */
export type Lists = {
  readonly [M in Exclude<keyof Services, 'tx'>]: {
    readonly [K in keyof Services[M] as Services[M][K] extends Method<
      infer _Q,
      { pagination: PageResponse | undefined }
    >
      ? K
      : never]: Services[M][K] extends Method<infer Q, infer R>
      ? (request?: Init<Q>, options?: ListOptions) => AsyncGenerator<ItemOf<R>, void, undefined>
      : never;
  };
};

export const queriesOf = (ask: Ask): Queries =>
  eachMethod(
    (method) =>
      (request = {}, options) =>
        ask(method, request, options),
  ) as Queries;

export const listsOf = (ask: Ask): Lists =>
  eachMethod(
    (method) =>
      (request = {}, options) =>
        listAll(ask, method, request, options),
  ) as Lists;

type AnyMethod = Method<object, object>;

function eachMethod(make: (method: AnyMethod) => (request?: object, options?: QueryOptions) => unknown): object {
  const modules = Object.entries(services).map(([module, methods]) => {
    const functions = Object.entries<AnyMethod>(methods).map(([name, method]) => [name, make(method)]);
    return [module, Object.fromEntries(functions)];
  });
  return Object.fromEntries(modules);
}
