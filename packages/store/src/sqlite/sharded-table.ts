/**
 * A table in 64 parts (`objects_00` … `objects_63`). A part is created with its first row: most are never used on a
 * small network, and 64 empty tables with their indexes cost a file of megabytes and its parsing at every start.
 */

import { shardTable } from '../shards.ts';
import type { Columns } from './columns.ts';
import type { SqliteDatabase } from './database.ts';
import { ddl, Table, type TableDefinition } from './table.ts';

export class ShardedTable<C extends Columns> {
  private readonly db: SqliteDatabase;
  private readonly definition: TableDefinition<C>;
  private readonly tables = new Map<number, Table<C>>();

  /** `definition.name` is the prefix of the names. */
  constructor(db: SqliteDatabase, definition: TableDefinition<C>) {
    this.db = db;
    this.definition = definition;
    db.onRollback(() => this.tables.clear());
  }

  /** For reading: undefined when nothing was ever written to it. */
  existing(shard: number): Table<C> | undefined {
    const known = this.tables.get(shard);
    if (known) return known;
    const name = shardTable(this.definition.name, shard);
    const found = this.db.get("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [name]);
    return found ? this.remember(shard, name) : undefined;
  }

  /** For writing: created when it is not there. */
  of(shard: number): Table<C> {
    const existing = this.existing(shard);
    if (existing) return existing;
    const name = shardTable(this.definition.name, shard);
    this.db.exec(ddl(this.definition, name));
    return this.remember(shard, name);
  }

  private remember(shard: number, name: string): Table<C> {
    const table = new Table(this.db, this.definition, name);
    this.tables.set(shard, table);
    return table;
  }
}
