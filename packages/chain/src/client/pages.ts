/** Following `next_key` through a list query. */
import type { PageRequest, PageResponse } from '../proto/generated/cosmos.base.query.v1beta1.ts';

export interface Page<T> {
  items: T[];
  pagination: PageResponse | undefined;
}

/** No list of the network is this long; a node that never ends one is broken. */
const MAX_PAGES = 10_000;

/** All items. @throws Error when the node does not come to an end. */
export async function allPages<T>(limit: bigint, ask: (page: Partial<PageRequest>) => Promise<Page<T>>): Promise<T[]> {
  const out: T[] = [];
  let key = new Uint8Array(0);
  for (let page = 0; page < MAX_PAGES; page++) {
    const { items, pagination } = await ask(key.length === 0 ? { limit } : { limit, key });
    out.push(...items);
    key = new Uint8Array(pagination?.next_key ?? []);
    if (key.length === 0) return out;
  }
  throw new Error(`a list query gave more than ${MAX_PAGES} pages`);
}
