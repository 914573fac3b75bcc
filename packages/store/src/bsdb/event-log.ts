/** Append-only logs of migrations, swap-outs and exits (§5.9). */
import type { RowOf } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { eventTables } from './schema/events.ts';

export type EventTable = keyof typeof eventTables;
export type EventRow<T extends EventTable> = RowOf<(typeof eventTables)[T]['columns']>;

export class EventLog {
  private readonly db: SqliteDatabase;

  constructor(db: SqliteDatabase) {
    this.db = db;
  }

  append<T extends EventTable>(table: T, row: EventRow<T>): void {
    this.table(table).insert(row);
  }

  /** In the order of the chain. */
  list<T extends EventTable>(table: T): EventRow<T>[] {
    return this.table(table).select('ORDER BY id');
  }

  private table<T extends EventTable>(name: T): Table<(typeof eventTables)[T]['columns']> {
    const columns: (typeof eventTables)[T]['columns'] = eventTables[name].columns;
    return new Table(this.db, { name, columns });
  }
}
