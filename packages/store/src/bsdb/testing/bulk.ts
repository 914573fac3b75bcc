/** Many rows at once, for tests of what only shows with many. */
import type { Column, Columns, RowOf } from '../../sql/columns.ts';
import { quoted, type TableDefinition } from '../../sql/definition.ts';
import type { Session } from '../../sql/session.ts';

/** Rows of one statement. */
const AT_ONCE = 200;

export async function insertMany<C extends Columns>(
  session: Session,
  { name, columns }: TableDefinition<C>,
  rows: readonly Partial<RowOf<C>>[],
  table = name,
): Promise<void> {
  const { engine } = session;
  const entries: [string, Column<unknown>][] = Object.entries(columns);
  const names = entries.map(([column]) => quoted(engine, column)).join(', ');
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const part = rows.slice(at, at + AT_ONCE);
    const params = part.flatMap((row) =>
      entries.map(([column, { zero, encode }]) => encode(row[column] === undefined ? zero : row[column], engine)),
    );
    const place = (n: number) => (engine === 'postgres' ? `$${n + 1}` : '?');
    const tuples = part.map((_, i) => `(${entries.map((_, j) => place(i * entries.length + j)).join(', ')})`);
    await session.execute(`INSERT INTO ${quoted(engine, table)} (${names}) VALUES ${tuples.join(', ')}`, params);
  }
}
