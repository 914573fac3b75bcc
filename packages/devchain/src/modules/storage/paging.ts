/** Pages of this module's lists (`reference/chain-state-machine.md` §13): its tables are walked from a hex key. */
import type { cosmosBaseQueryV1beta1 } from '@prairie/chain';
import { StatusError } from '../../context.ts';

type PageRequest = cosmosBaseQueryV1beta1.PageRequest;
type PageResponse = cosmosBaseQueryV1beta1.PageResponse;

const DEFAULT_LIMIT = 100;
/** Limits above the default are reduced to it; above this one they are refused. */
const REFUSED_LIMIT = 200n;

export interface Page<V> {
  items: V[];
  pagination: PageResponse;
}

/** @param walk entries by key (hex digits), from the given key on, in the given direction */
export function pageOf<V>(
  request: PageRequest | undefined,
  walk: (from: string, reverse: boolean) => Iterable<[string, V]>,
): Page<V> {
  if (request && request.limit > REFUSED_LIMIT) {
    throw new StatusError('InvalidArgument', `exceed pagination limit ${REFUSED_LIMIT}`);
  }
  if (request && (request.offset > 0n || request.count_total)) {
    throw new StatusError('InvalidArgument', 'query with offset/count total is not allowed');
  }
  const asked = Number(request?.limit ?? 0n);
  const limit = asked === 0 || asked > DEFAULT_LIMIT ? DEFAULT_LIMIT : asked;
  const from = Buffer.from(request?.key ?? []).toString('hex');
  const items: V[] = [];
  for (const [key, value] of walk(from, request?.reverse ?? false)) {
    if (items.length === limit) return { items, pagination: { next_key: Buffer.from(key, 'hex'), total: 0n } };
    items.push(value);
  }
  return { items, pagination: { next_key: new Uint8Array(0), total: 0n } };
}
