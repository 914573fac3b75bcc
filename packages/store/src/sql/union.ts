/**
 * Pages of what several queries find together, each of which has an index in the order that is asked: from each no more
 * is read than a page.
 */
import type { SelectQueryBuilder } from 'kysely';
import type { EngineName } from './engine.ts';
import type { Builder } from './session.ts';

// biome-ignore lint/suspicious/noExplicitAny: the columns are in the definitions
export type AnySelect = SelectQueryBuilder<any, any, any>;

export interface Order {
  readonly by: readonly string[];
  readonly descending?: boolean;
  /** Rows at most: a mark, which Kysely takes for a number. */
  readonly limit: number;
}

/** `branches` are neither ordered nor limited, and select the columns of the order. */
export function unionPage(
  builder: Builder,
  engine: EngineName,
  branches: readonly AnySelect[],
  order: Order,
): AnySelect {
  // SQLite merges them row by row and stops at the limit; the others want to be told of each how much is needed
  const parts = engine === 'sqlite' ? branches : branches.map((one) => ordered(one, order));
  return ordered(engine === 'sqlite' ? unionAll(parts) : unionOf(builder, parts), order);
}

/** Of queries that have an order and a limit of their own. */
export function unionOf(builder: Builder, branches: readonly AnySelect[]): AnySelect {
  return unionAll(branches.map((one, i) => builder.selectFrom(one.as(`part${i}`)).selectAll()));
}

/** In no order. */
export function unionAll([first, ...others]: readonly AnySelect[]): AnySelect {
  return others.reduce((all, one) => all.unionAll(one), first!);
}

function ordered(query: AnySelect, { by, descending, limit }: Order): AnySelect {
  return by.reduce((all, column) => all.orderBy(column, descending ? 'desc' : 'asc'), query).limit(limit);
}
