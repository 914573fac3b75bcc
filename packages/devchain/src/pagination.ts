/** Pages of list queries (`reference/chain-state-machine.md` §13, paging). */
import type { cosmosBaseQueryV1beta1 } from '@prairie/chain';
import { StatusError } from './context.ts';

type PageRequest = cosmosBaseQueryV1beta1.PageRequest;
type PageResponse = cosmosBaseQueryV1beta1.PageResponse;

/** The chain never returns more: a larger limit is silently reduced. */
export const MAX_PAGE = 100;

export interface PageSource<V> {
  /** Entries in key order, from a key on (inclusive, in the direction of the walk). */
  walk(options: { from?: string; reverse: boolean }): Iterable<[string, V]>;
  /** Cursors are opaque to clients; the default is the key's text. */
  cursorOf?(key: string): Uint8Array;
  keyOf?(cursor: Uint8Array): string;
  /** Public nodes refuse `offset` and `count_total` on the storage, payment and auth lists. */
  refuseOffset?: boolean;
}

/** One page of `source`. @throws StatusError InvalidArgument when the request is contradictory */
export function paginate<V>(
  request: PageRequest | undefined,
  source: PageSource<V>,
): { items: V[]; pagination: PageResponse } {
  const { key = new Uint8Array(0), offset = 0n, limit = 0n, count_total = false, reverse = false } = request ?? {};
  checkRequest(key, offset, count_total, source.refuseOffset ?? false);
  const size = limit === 0n || limit > BigInt(MAX_PAGE) ? MAX_PAGE : Number(limit);
  const counting = key.length === 0 && (count_total || size !== Number(limit));
  const cursorOf = source.cursorOf ?? ((text: string) => Buffer.from(text));
  const keyOf = source.keyOf ?? ((cursor: Uint8Array) => Buffer.from(cursor).toString());
  const items: V[] = [];
  let next_key: Uint8Array = new Uint8Array(0);
  let total = 0n;
  for (const [entryKey, value] of source.walk({ reverse, ...(key.length > 0 ? { from: keyOf(key) } : {}) })) {
    total += 1n;
    if (total <= offset) continue;
    if (items.length < size) items.push(value);
    else if (next_key.length === 0) next_key = cursorOf(entryKey);
    if (next_key.length > 0 && !counting) break;
  }
  return { items, pagination: { next_key, total: counting ? total : 0n } };
}

function checkRequest(key: Uint8Array, offset: bigint, countTotal: boolean, refuseOffset: boolean): void {
  if (offset > 0n && key.length > 0) {
    throw new StatusError('InvalidArgument', 'invalid request, either offset or key is expected, got both');
  }
  if (refuseOffset && (offset > 0n || countTotal)) {
    throw new StatusError('InvalidArgument', 'query with offset/count total is not allowed');
  }
}
