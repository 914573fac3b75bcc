/** Pages of the node's list methods: 1-based, 30 entries unless asked otherwise, 100 at most. */

const DEFAULT_PAGE = 30;
const MAX_PAGE = 100;

export function pageOf<T>(items: readonly T[], page: number | undefined, perPage: number | undefined): T[] {
  const size = perPage === undefined || perPage < 1 ? DEFAULT_PAGE : Math.min(perPage, MAX_PAGE);
  const pages = Math.max(1, Math.ceil(items.length / size));
  const wanted = page ?? 1;
  if (wanted < 1 || wanted > pages) throw new Error(`page should be within [1, ${pages}] range, given ${wanted}`);
  return items.slice((wanted - 1) * size, wanted * size);
}

/** @throws Error for an order that is neither ascending nor descending */
export function ordered<T>(items: T[], order: string | undefined): T[] {
  if (order === undefined || order === '' || order === 'asc') return items;
  if (order === 'desc') return items.reverse();
  throw new Error('expected order_by to be either `asc` or `desc` or empty');
}
