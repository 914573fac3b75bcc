/** Append-only logs of migrations, swap-outs and exits (§5.9). */
import { sql } from 'kysely';
import type { RowOf } from '../sql/columns.ts';
import { chunksOf, listed, listOf } from '../sql/in-list.ts';
import type { Builder, Session } from '../sql/session.ts';
import { Table } from '../sql/table.ts';
import { unionOf } from '../sql/union.ts';
import { eventTables } from './schema/events.ts';

export type EventTable = keyof typeof eventTables;
export type EventRow<T extends EventTable> = RowOf<(typeof eventTables)[T]['columns']>;
type Columns<T extends EventTable> = (typeof eventTables)[T]['columns'];

/** Above every height, for questions without an end. */
const NO_END = 2n ** 62n;
/** Buckets whose latest event one statement finds. */
const BUCKETS_AT_ONCE = 64;

export class EventLog {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  append<T extends EventTable>(table: T, row: EventRow<T>): Promise<void> {
    return this.#table(table).insert(row);
  }

  openMigrationsTo(dstSpId: number, until = NO_END): Promise<EventRow<'event_migration_bucket'>[]> {
    const moves = this.#table('event_migration_bucket');
    const { marks, columns } = moves;
    const build = (builder: Builder) =>
      builder
        .selectFrom('event_migration_bucket as m')
        .select(columns.map((column) => `m.${column}`))
        .where('m.dst_primary_sp_id', '=', marks.of('dst_primary_sp_id'))
        .where('m.create_at', '<=', marks.of('create_at'))
        .where((is) =>
          is.not(
            is.exists(
              is
                .selectFrom('event_complete_migration_bucket as c')
                .select('c.bucket_id')
                .whereRef('c.bucket_id', '=', 'm.bucket_id')
                .whereRef('c.create_at', '>=', 'm.create_at')
                .where('c.create_at', '<=', marks.of('create_at')),
            ),
          ),
        )
        .orderBy('m.create_at')
        .orderBy('m.id');
    return moves.read('open migrations', build, { dst_primary_sp_id: dstSpId, create_at: until });
  }

  latestMigration(bucketId: bigint) {
    return this.#latestOfBucket('event_migration_bucket', bucketId);
  }

  latestCompleteMigration(bucketId: bigint) {
    return this.#latestOfBucket('event_complete_migration_bucket', bucketId);
  }

  latestCancelMigrations(bucketIds: readonly bigint[], until = NO_END) {
    return this.#latestOfBuckets('event_cancel_migration_bucket', bucketIds, until);
  }

  latestRejectMigrations(bucketIds: readonly bigint[], until = NO_END) {
    return this.#latestOfBuckets('event_reject_migrate_bucket', bucketIds, until);
  }

  /** Of exactly that height. */
  completeMigrationsFrom(srcSpId: number, height: bigint): Promise<EventRow<'event_complete_migration_bucket'>[]> {
    return this.#table('event_complete_migration_bucket').select(
      'of height',
      (all, mark) =>
        all
          .where('src_primary_sp_id', '=', mark.of('src_primary_sp_id'))
          .where('create_at', '=', mark.of('create_at'))
          .orderBy('id'),
      { src_primary_sp_id: srcSpId, create_at: height },
    );
  }

  async swapOutsOf(spIds: readonly number[], until = NO_END): Promise<EventRow<'event_swap_out'>[]> {
    const rows: EventRow<'event_swap_out'>[] = [];
    for (const chunk of chunksOf(spIds)) {
      const found = await this.#table('event_swap_out').select(
        `of ${chunk.length} sps`,
        (all, mark) =>
          all
            .where('storage_provider_id', 'in', listOf(mark, 'storage_provider_id', chunk.length))
            .where('create_at', '<=', mark.of('create_at'))
            .orderBy('create_at')
            .orderBy('id'),
        { ...listed('storage_provider_id', chunk), create_at: until },
      );
      rows.push(...found);
    }
    return rows.sort((a, b) => Number(a.create_at - b.create_at));
  }

  cancelSwapOutsOf(spId: number, until = NO_END) {
    return this.#ofSp('event_cancel_swap_out', 'storage_provider_id', spId, until);
  }

  completeSwapOutsOf(srcSpId: number, until = NO_END) {
    return this.#ofSp('event_swap_out_complete', 'src_storage_provider_id', srcSpId, until);
  }

  latestSpExit(spId: number, until: bigint) {
    return this.#latest('event_sp_exit', 'storage_provider_id', spId, until);
  }

  latestCompleteSpExit(spId: number, until: bigint) {
    return this.#latest('event_sp_exit_complete', 'storage_provider_id', spId, until);
  }

  /** Up to a height, in the order of the chain. */
  #ofSp<T extends EventTable>(
    table: T,
    column: keyof Columns<T> & string,
    spId: number,
    until: bigint,
  ): Promise<EventRow<T>[]> {
    return this.#table(table).select(
      `of ${column}`,
      (all, mark) =>
        all
          .where(sql.ref(column), '=', mark.of(column))
          .where(sql<boolean>`create_at <= ${mark.of('create_at')}`)
          .orderBy('create_at')
          .orderBy('id'),
      { [column]: spId, create_at: until },
    );
  }

  async #latest<T extends EventTable>(
    table: T,
    column: keyof Columns<T> & string,
    of: number | bigint,
    until: bigint,
  ): Promise<EventRow<T> | undefined> {
    const rows = await this.#table(table).select(
      `latest of ${column}`,
      (all, mark) =>
        all
          .where(sql.ref(column), '=', mark.of(column))
          .where(sql<boolean>`create_at <= ${mark.of('create_at')}`)
          .orderBy('create_at', 'desc')
          .orderBy('id', 'desc')
          .limit(sql.lit(1)),
      { [column]: of, create_at: until },
    );
    return rows[0];
  }

  #latestOfBucket<T extends BucketEvents>(table: T, bucketId: bigint): Promise<EventRow<T> | undefined> {
    return this.#latest(table, 'bucket_id' as keyof Columns<T> & string, bucketId, NO_END);
  }

  async #latestOfBuckets<T extends BucketEvents>(
    name: T,
    bucketIds: readonly bigint[],
    until: bigint,
  ): Promise<EventRow<T>[]> {
    const table = this.#table<BucketEvents>(name);
    const { columns, marks } = table as Table<typeof eventTables.event_cancel_migration_bucket.columns>;
    const latest = new Map<bigint, EventRow<T>>();
    for (const chunk of chunksOf(bucketIds, BUCKETS_AT_ONCE)) {
      const build = (builder: Builder) =>
        unionOf(
          builder,
          listOf(marks, 'bucket_id', chunk.length).map((bucketId) =>
            builder
              .selectFrom(table.name)
              .select([...columns])
              .where('bucket_id', '=', bucketId)
              .where('create_at', '<=', marks.of('create_at'))
              .orderBy('create_at', 'desc')
              .orderBy('id', 'desc')
              .limit(sql.lit(1)),
          ),
        );
      const values = { ...listed('bucket_id', chunk), create_at: until };
      const rows = await table.read(`${name} latest of ${chunk.length}`, build, values);
      for (const row of rows) latest.set(row.bucket_id, row as unknown as EventRow<T>);
    }
    return [...latest.values()];
  }

  #table<T extends EventTable>(name: T): Table<Columns<T>> {
    return new Table(this.#session, eventTables[name] as never) as Table<Columns<T>>;
  }
}

type BucketEvents =
  | 'event_migration_bucket'
  | 'event_complete_migration_bucket'
  | 'event_cancel_migration_bucket'
  | 'event_reject_migrate_bucket';
