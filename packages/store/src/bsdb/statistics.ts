/** How many objects each part of their table has (`reference/block-syncer-and-db.md` §4). */
import type { BsdbObjectCounts } from '@prairie/gfsp';
import { type RawBuilder, sql } from 'kysely';
import { ALL_SHARDS } from '../shards.ts';
import { type Builder, Place, type Session } from '../sql/session.ts';
import { Table } from '../sql/table.ts';
import { objectCountTable } from './schema/statistics.ts';

export class Statistics {
  readonly #counts: Table<typeof objectCountTable.columns>;

  constructor(session: Session) {
    this.#counts = new Table(session, objectCountTable);
  }

  /** Adds to the counts of one part; the deltas may be negative. */
  async addObjects(shard: number, deltas: ObjectCounts): Promise<void> {
    const { session, marks, name } = this.#counts;
    const added = (column: keyof ObjectCounts): RawBuilder<unknown> => sql`${sql.ref(column)} + ${delta(column)}`;
    const build = (builder: Builder) =>
      builder
        .updateTable(name)
        .set({ total: added('total'), sealed: added('sealed'), discontinued: added('discontinued') })
        .where('shard', '=', marks.of('shard'));
    await session.changes('add object counts', build, { shard, ...deltas });
  }

  async objectCounts(): Promise<BsdbObjectCounts & { readonly discontinued: readonly bigint[] }> {
    const found = await this.#counts.select('all', (all) => all.orderBy('shard'));
    const rows = new Map(found.map((row) => [row.shard, row]));
    const column = (name: keyof ObjectCounts) => ALL_SHARDS.map((shard) => rows.get(shard)?.[name] ?? 0n);
    return { total: column('total'), sealed: column('sealed'), discontinued: column('discontinued') };
  }
}

/** Rows of objects in one part, removed ones too: of all, of those in status sealed, and in status discontinued. */
export interface ObjectCounts {
  total: number;
  sealed: number;
  discontinued: number;
}

const delta = (column: string) => new Place(column, (value) => value as number);
