/** Pages of the node's list methods: 1-based, 30 entries unless asked otherwise, 100 at most. */

const DEFAULT_SIZE = 30;
const MAX_SIZE = 100;

/** Entries of a page, from what a caller asked for. */
export const pageSize = (asked: number | undefined): number =>
  asked === undefined || asked < 1 ? DEFAULT_SIZE : Math.min(asked, MAX_SIZE);

/** @throws Error when there is no such page */
export function pageOf<T>(items: readonly T[], page: number | undefined, perPage: number | undefined): T[] {
  const size = pageSize(perPage);
  const pages = Math.max(1, Math.ceil(items.length / size));
  const wanted = page ?? 1;
  if (wanted < 1 || wanted > pages) throw new Error(`page should be within [1, ${pages}] range, given ${wanted}`);
  return items.slice((wanted - 1) * size, wanted * size);
}

/** @throws Error for an order that is neither ascending nor descending */
export function ordered<T>(items: readonly T[], order: string | undefined): readonly T[] {
  if (order === undefined || order === '' || order === 'asc') return items;
  if (order === 'desc') return items.toReversed();
  throw new Error('expected order_by to be either `asc` or `desc` or empty');
}
