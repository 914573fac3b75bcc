/** Pages over tables, as the recorded lists of payment, sp and virtualgroup count them. */
import type { cosmosBaseQueryV1beta1 } from '@prairie/chain';
import type { Table } from '../../context.ts';
import { MAX_PAGE, paginate } from '../../pagination.ts';

type PageRequest = cosmosBaseQueryV1beta1.PageRequest;
type PageResponse = cosmosBaseQueryV1beta1.PageResponse;

/** Turns table keys into the bytes that clients pass back. The default suits keys that are hex digits alone. */
export interface Cursor {
  bytes(key: string): Uint8Array;
  key(bytes: Uint8Array): string;
}

const hexCursor: Cursor = {
  bytes: (key) => Buffer.from(key, 'hex'),
  key: (bytes) => Buffer.from(bytes).toString('hex'),
};

export interface PageOptions {
  /** `refused`: offset and count_total are errors. `wanted`: as asked for. `default`: also when no limit is given. */
  totals: 'refused' | 'wanted' | 'default';
  cursor?: Cursor;
}

/** @throws StatusError InvalidArgument for a request that the network's nodes refuse too */
export function page<V>(
  table: Table<V>,
  request: PageRequest | undefined,
  options: PageOptions,
): { keys: string[]; items: V[]; pagination: PageResponse } {
  const { bytes, key } = options.cursor ?? hexCursor;
  const { items: entries, pagination } = paginate(options.totals === 'default' ? request : limited(request), {
    walk: (walk) => entriesOf(table, walk),
    cursorOf: bytes,
    keyOf: key,
    refuseOffset: options.totals === 'refused',
  });
  return { keys: entries.map(([at]) => at), items: entries.map(([, value]) => value), pagination };
}

/** With an explicit limit nothing is counted unless asked for. */
function limited(request: PageRequest | undefined): PageRequest {
  const given = request ?? { key: new Uint8Array(0), offset: 0n, limit: 0n, count_total: false, reverse: false };
  const max = BigInt(MAX_PAGE);
  return given.limit === 0n || given.limit > max ? { ...given, limit: max } : given;
}

function* entriesOf<V>(table: Table<V>, walk: { from?: string; reverse: boolean }): Iterable<[string, [string, V]]> {
  for (const entry of table.range(walk)) yield [entry[0], entry];
}
