/** Rows by a list of values: one statement takes many, in one of few lengths, so that few texts are compiled. */

import { sql } from 'kysely';
import type { Columns, RowOf } from './columns.ts';
import type { Marks, Select, Table } from './table.ts';

/** Values in one statement. */
const MOST = 512;

/** Each value once, in chunks whose lengths are powers of two: the last value fills them up. */
export function chunksOf<T>(values: Iterable<T>, most = MOST): T[][] {
  const distinct = [...new Set(values)];
  const chunks: T[][] = [];
  for (let at = 0; at < distinct.length; at += most) {
    const chunk = distinct.slice(at, at + most);
    const length = 2 ** Math.ceil(Math.log2(chunk.length));
    chunks.push([...chunk, ...Array<T>(length - chunk.length).fill(chunk.at(-1)!)]);
  }
  return chunks;
}

/** Places of a list of values, for `IN`. */
export function listOf<C extends Columns>(mark: Marks<C>, column: keyof C & string, length: number) {
  return Array.from({ length }, (_, i) => mark.of(column, `${column} ${i}`));
}

/** Values of the places of {@link listOf}. */
export function listed(column: string, values: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(values.map((value, i) => [`${column} ${i}`, value]));
}

/** Rows with one of these values in a column, and `where` in others; in the order of the counting `id` if it is asked. */
export async function selectIn<C extends Columns, K extends keyof C & string>(
  table: Table<C>,
  column: K,
  values: Iterable<RowOf<C>[K]>,
  where: Partial<RowOf<C>> = {},
  { inOrder = false } = {},
): Promise<RowOf<C>[]> {
  const conditions = Object.keys(where);
  const shape = (length: number) => (all: Select<C>, mark: Marks<C>) => {
    let query = all.where(sql.ref(column), 'in', listOf(mark, column, length));
    for (const condition of conditions) query = query.where(sql.ref(condition), '=', mark.of(condition));
    return inOrder ? query.orderBy('id') : query;
  };
  const found: RowOf<C>[] = [];
  for (const chunk of chunksOf(values)) {
    const name = `in ${column} ${chunk.length} ${conditions} ${inOrder}`;
    for (const row of await table.select(name, shape(chunk.length), { ...where, ...listed(column, chunk) })) {
      found.push(row);
    }
  }
  return found;
}
