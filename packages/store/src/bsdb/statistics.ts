/** How many objects each part of their table has (`reference/block-syncer-and-db.md` §4). */
import type { BsdbObjectCounts, BsdbServer } from '@prairie/gfsp';
import { type RawBuilder, sql } from 'kysely';
import { ALL_SHARDS } from '../shards.ts';
import type { EngineName, SqlValue } from '../sql/engine.ts';
import { type Builder, Place, type Session } from '../sql/session.ts';
import { Table } from '../sql/table.ts';
import { objectCountTable } from './schema/statistics.ts';

const SERVER: Readonly<Record<EngineName, string>> = {
  sqlite: `SELECT 'SQLite ' || sqlite_version() AS version, 'UTF-8' AS character_set, 'BINARY' AS collation`,
  postgres: `SELECT 'PostgreSQL ' || current_setting('server_version') AS version,
      pg_encoding_to_char(encoding) AS character_set, datcollate AS collation
    FROM pg_database WHERE datname = current_database()`,
  mysql: `SELECT version() AS version, default_character_set_name AS character_set, default_collation_name AS collation
    FROM information_schema.schemata WHERE schema_name = database()`,
};

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

  async server(): Promise<BsdbServer> {
    const { session } = this.#counts;
    const { rows } = await session.execute(SERVER[session.engine]);
    const { version, character_set, collation } = rows[0] ?? {};
    return { version: text(version), characterSet: text(character_set), collation: text(collation) };
  }
}

/** Rows of objects in one part, removed ones too: of all, of those in status sealed, and in status discontinued. */
export interface ObjectCounts {
  total: number;
  sealed: number;
  discontinued: number;
}

const text = (value: SqlValue | undefined) => String(value ?? '');
const delta = (column: string) => new Place(column, (value) => value as number);
