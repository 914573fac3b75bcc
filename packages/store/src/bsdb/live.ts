import { sql } from 'kysely';
import type { Columns, RowOf } from '../sql/columns.ts';
import type { Table } from '../sql/table.ts';

/** Rows that are not removed, with that value in `column`, by `order`; at most `limit` where there is one. */
export function liveWith<C extends Columns, K extends keyof C & string>(
  table: Table<C>,
  column: K,
  value: RowOf<C>[K],
  order: keyof C & string,
  limit?: number,
): Promise<RowOf<C>[]> {
  return table.select(
    `live with ${column} by ${order} ${limit === undefined}`,
    (all, mark) => {
      const live = all
        .where(sql.ref(column), '=', mark.of(column))
        .where(sql.ref('removed'), '=', sql.lit(false))
        .orderBy(sql.ref(order));
      return limit === undefined ? live : live.limit(mark.limit('limit'));
    },
    { [column]: value, limit },
  );
}
