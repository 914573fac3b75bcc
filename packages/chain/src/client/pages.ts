/** Following `next_key` through a list query (`reference/chain-state-machine.md` §13, paging). */
import type { AnyMessage, Init } from '../proto/define.ts';
import type { Method } from '../services.ts';
import type { Ask, QueryOptions } from './ask.ts';

export interface ListOptions extends QueryOptions {
  /** Items per page; a node gives at most 100 whatever is asked for. Default 100. */
  pageSize?: bigint;
  /** Items at most: more is an error, since nothing here is without bound. Default 100,000. */
  max?: number;
}

/** Elements of the answer's list. */
export type ItemOf<R> = { [K in keyof R]: R[K] extends (infer E)[] ? E : never }[keyof R];

/**
 * All items, page after page as they are consumed.
 * @throws Error when there are more than `max`, or the node does not come to an end
 */
export async function* listAll<Q, R>(
  ask: Ask,
  method: Method<Q, R>,
  request: Init<Q>,
  options: ListOptions = {},
): AsyncGenerator<ItemOf<R>, void, undefined> {
  const { pageSize = 100n, max = 100_000, ...rest } = options;
  const list = method.response.fields.find(({ repeated }) => repeated)?.name;
  if (!list) throw new Error(`${method.path} gives no list`);
  const first = (request as AnyMessage).pagination;
  let key: Uint8Array = new Uint8Array(0);
  for (let count = 0; ; ) {
    const pagination = { ...first, limit: pageSize, ...(key.length > 0 ? { key, offset: 0n } : {}) };
    const answer = (await ask(method, { ...request, pagination }, rest)) as AnyMessage;
    for (const item of answer[list]) {
      if (++count > max) throw new Error(`${method.path}: more than ${max} items, raise \`max\` if that is right`);
      yield item;
    }
    const next: Uint8Array = answer.pagination?.next_key ?? new Uint8Array(0);
    if (next.length === 0) return;
    if (Buffer.compare(next, key) === 0) throw new Error(`${method.path}: the node gave the same page twice`);
    key = next;
  }
}

/** All items of a list, in memory. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}
