/** A table in 64 parts (`objects_00` … `objects_63`), all of one definition. */
import { shardTable } from '../shards.ts';
import type { Columns } from './columns.ts';
import type { TableDefinition } from './definition.ts';
import type { Session } from './session.ts';
import { Table } from './table.ts';

export class ShardedTable<C extends Columns> {
  readonly #session: Session;
  readonly #definition: TableDefinition<C>;
  readonly #parts = new Map<number, Table<C>>();

  /** `definition.name` is the prefix of the names. */
  constructor(session: Session, definition: TableDefinition<C>) {
    this.#session = session;
    this.#definition = definition;
  }

  /** The part that has the rows of that shard, 0 to 63. */
  of(shard: number): Table<C> {
    const known = this.#parts.get(shard);
    if (known) return known;
    const table = new Table(this.#session, this.#definition, shardTable(this.#definition.name, shard));
    this.#parts.set(shard, table);
    return table;
  }
}
