/** Append-only logs of migrations, swap-outs and exits (§5.9). */
import type { RowOf } from '../sqlite/columns.ts';
import { idBytes } from '../sqlite/columns.ts';
import type { SqliteDatabase, SqlValue } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { eventTables } from './schema/events.ts';

export type EventTable = keyof typeof eventTables;
export type EventRow<T extends EventTable> = RowOf<(typeof eventTables)[T]['columns']>;

/** Above every height, for questions without an end. */
const NO_END = 2n ** 62n;
const OF_BUCKET = 'WHERE bucket_id = ? AND create_at <= ? ORDER BY create_at DESC, id DESC LIMIT 1';

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

  migrationsTo(dstSpId: number, until = NO_END) {
    return this.ofSp('event_migration_bucket', 'dst_primary_sp_id', dstSpId, until);
  }

  latestMigration(bucketId: bigint, until = NO_END) {
    return this.latestOfBucket('event_migration_bucket', bucketId, until);
  }

  latestCompleteMigration(bucketId: bigint, until = NO_END) {
    return this.latestOfBucket('event_complete_migration_bucket', bucketId, until);
  }

  latestCancelMigration(bucketId: bigint, until = NO_END) {
    return this.latestOfBucket('event_cancel_migration_bucket', bucketId, until);
  }

  latestRejectMigration(bucketId: bigint, until = NO_END) {
    return this.latestOfBucket('event_reject_migrate_bucket', bucketId, until);
  }

  /** Of exactly that height. */
  completeMigrationsFrom(srcSpId: number, height: bigint) {
    const tail = 'WHERE src_primary_sp_id = ? AND create_at = ? ORDER BY id';
    return this.table('event_complete_migration_bucket').select(tail, [srcSpId, height]);
  }

  swapOutsOf(spId: number, until = NO_END) {
    return this.ofSp('event_swap_out', 'storage_provider_id', spId, until);
  }

  cancelSwapOutsOf(spId: number, until = NO_END) {
    return this.ofSp('event_cancel_swap_out', 'storage_provider_id', spId, until);
  }

  completeSwapOutsOf(srcSpId: number, until = NO_END) {
    return this.ofSp('event_swap_out_complete', 'src_storage_provider_id', srcSpId, until);
  }

  latestSpExit(spId: number, until: bigint) {
    return this.ofSp('event_sp_exit', 'storage_provider_id', spId, until).at(-1);
  }

  latestCompleteSpExit(spId: number, until: bigint) {
    return this.ofSp('event_sp_exit_complete', 'storage_provider_id', spId, until).at(-1);
  }

  /** Up to a height, in the order of the chain. */
  private ofSp<T extends EventTable>(table: T, column: string, spId: number, until: bigint): EventRow<T>[] {
    const params: SqlValue[] = [spId, until];
    return this.table(table).select(`WHERE ${column} = ? AND create_at <= ? ORDER BY create_at, id`, params);
  }

  private latestOfBucket<T extends EventTable>(table: T, bucketId: bigint, until: bigint): EventRow<T> | undefined {
    return this.table(table).select(OF_BUCKET, [idBytes(bucketId), until])[0];
  }

  private table<T extends EventTable>(name: T): Table<(typeof eventTables)[T]['columns']> {
    const columns: (typeof eventTables)[T]['columns'] = eventTables[name].columns;
    return new Table(this.db, { name, columns });
  }
}
