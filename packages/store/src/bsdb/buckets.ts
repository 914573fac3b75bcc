/** Buckets by name, id and owner. */
import { greenfieldStorage } from '@prairie/chain';
import { sql } from 'kysely';
import type { RowOf } from '../sql/columns.ts';
import { selectIn } from '../sql/in-list.ts';
import type { Builder, Session } from '../sql/session.ts';
import { Table } from '../sql/table.ts';
import { unionPage } from '../sql/union.ts';
import { liveWith } from './live.ts';
import { familyTable } from './schema/providers.ts';
import { bucketTable } from './schema/resources.ts';

export type BucketRow = RowOf<typeof bucketTable.columns>;

/** Families whose buckets one statement looks at. */
const FAMILIES_AT_ONCE = 64;
const CREATED = greenfieldStorage.BucketStatus.BUCKET_STATUS_CREATED;
const NEWEST = { by: ['create_at', 'id'], descending: true } as const;
const OLDEST = ['create_time', 'bucket_id'];

export class Buckets {
  readonly #table: Table<typeof bucketTable.columns>;
  readonly #families: Table<typeof familyTable.columns>;

  constructor(session: Session) {
    this.#table = new Table(session, bucketTable);
    this.#families = new Table(session, familyTable);
  }

  /** A removed bucket of the same name gives way. */
  async put(row: Partial<BucketRow> & Pick<BucketRow, 'bucket_id' | 'bucket_name'>): Promise<void> {
    const { session, name, marks } = this.#table;
    const build = (builder: Builder) =>
      builder
        .deleteFrom(name)
        .where('bucket_name', '=', marks.of('bucket_name'))
        .where('bucket_id', '<>', marks.of('bucket_id'));
    await session.changes('make way for a bucket', build, row);
    await this.#table.put(row);
  }

  async update(bucketId: bigint, set: Partial<BucketRow>): Promise<void> {
    await this.#table.update({ bucket_id: bucketId }, set);
  }

  /** Buckets that are not removed. */
  async updateLive(bucketName: string, set: Partial<BucketRow>): Promise<void> {
    await this.#table.update({ bucket_name: bucketName, removed: false }, set);
  }

  /** Adds to the bucket's sums; the deltas may be negative. */
  async addSizes(bucketId: bigint, storage: bigint, charge: bigint): Promise<void> {
    const { session, name, marks } = this.#table;
    const build = (builder: Builder) =>
      builder
        .updateTable(name)
        .set({
          storage_size: sql`storage_size + ${marks.of('storage_size')}`,
          charge_size: sql`charge_size + ${marks.of('charge_size')}`,
        })
        .where('bucket_id', '=', marks.of('bucket_id'));
    await session.changes('add bucket sizes', build, {
      bucket_id: bucketId,
      storage_size: storage,
      charge_size: charge,
    });
  }

  /**
   * Sets (or clears) one bit of `off_chain_status`, of a live bucket unless removed ones are meant too. What is read is
   * what the transaction has written so far: of two changes in a block none is lost.
   */
  async setOffChainBit(
    bucketName: string,
    bit: number,
    on: boolean,
    set: Partial<BucketRow>,
    { includeRemoved = false } = {},
  ): Promise<void> {
    const bucket = await (includeRemoved ? this.byName(bucketName) : this.liveByName(bucketName));
    if (!bucket) return;
    const status = on ? bucket.off_chain_status | bit : bucket.off_chain_status & ~bit;
    await this.update(bucket.bucket_id, { ...set, off_chain_status: status });
  }

  /** The latest bucket of the name, removed or not. */
  byName(bucketName: string): Promise<BucketRow | undefined> {
    return this.#table.get({ bucket_name: bucketName });
  }

  liveByName(bucketName: string): Promise<BucketRow | undefined> {
    return this.#table.get({ bucket_name: bucketName, removed: false });
  }

  liveById(bucketId: bigint): Promise<BucketRow | undefined> {
    return this.#table.get({ bucket_id: bucketId, removed: false });
  }

  liveByIds(bucketIds: readonly bigint[]): Promise<BucketRow[]> {
    return selectIn(this.#table, 'bucket_id', bucketIds, { removed: false });
  }

  liveByNames(bucketNames: readonly string[]): Promise<BucketRow[]> {
    return selectIn(this.#table, 'bucket_name', bucketNames, { removed: false });
  }

  /** Newest first. */
  ofOwner(owner: string, includeRemoved: boolean, limit: number): Promise<BucketRow[]> {
    const { session, name, columns, marks } = this.#table;
    const build = (builder: Builder) => {
      const branches = (includeRemoved ? [false, true] : [false]).map((removed) =>
        builder
          .selectFrom(name)
          .select([...columns, 'id'])
          .where('owner', '=', marks.of('owner'))
          .where('removed', '=', sql.lit(removed)),
      );
      return unionPage(builder, session.engine, branches, { ...NEWEST, limit: marks.limit('limit') });
    };
    return this.#table.read(`buckets of owner ${includeRemoved}`, build, { owner, limit });
  }

  countOfOwner(owner: string, includeRemoved: boolean): Promise<number> {
    return this.#table.count(
      `of owner ${includeRemoved}`,
      (all, mark) => {
        const owned = all.where('owner', '=', mark.of('owner'));
        return includeRemoved ? owned : owned.where('removed', '=', sql.lit(false));
      },
      { owner },
    );
  }

  /** Live ones, by id. */
  ofPayer(paymentAccount: string, limit: number): Promise<BucketRow[]> {
    return liveWith(this.#table, 'payment_address', paymentAccount, 'bucket_id', limit);
  }

  /** Live ones in status created, the oldest first; `createdBefore` in unix seconds. */
  async ofPrimaryBefore(spId: number, createdBefore: bigint, limit: number): Promise<BucketRow[]> {
    const rows = await liveWith(this.#families, 'primary_sp_id', spId, 'global_virtual_group_family_id');
    const families = rows.map((row) => row.global_virtual_group_family_id);
    let page: BucketRow[] = [];
    let before = createdBefore;
    for (let at = 0; at < families.length && limit > 0; at += FAMILIES_AT_ONCE) {
      const found = await this.#ofFamiliesBefore(families.slice(at, at + FAMILIES_AT_ONCE), before, limit);
      page = [...page, ...found].sort(byAge).slice(0, limit);
      // what is younger than a full page is not needed from the next ones
      if (page.length === limit) before = page.at(-1)!.create_time + 1n;
    }
    return page;
  }

  #ofFamiliesBefore(families: readonly number[], createdBefore: bigint, limit: number): Promise<BucketRow[]> {
    const { session, name, columns, marks } = this.#table;
    const build = (builder: Builder) => {
      const branches = families.map((_, i) =>
        builder
          .selectFrom(name)
          .select([...columns])
          .where('global_virtual_group_family_id', '=', marks.of('global_virtual_group_family_id', `family ${i}`))
          .where('removed', '=', sql.lit(false))
          .where('status', '=', marks.of('status'))
          .where('create_time', '<', marks.of('create_time')),
      );
      return unionPage(builder, session.engine, branches, { by: OLDEST, limit: marks.limit('limit') });
    };
    const values = Object.fromEntries(families.map((family, i) => [`family ${i}`, family]));
    return this.#table.read(`buckets of ${families.length} families`, build, {
      ...values,
      status: CREATED,
      create_time: createdBefore,
      limit,
    });
  }
}

function byAge(a: BucketRow, b: BucketRow): number {
  return Number(a.create_time - b.create_time) || Number(a.bucket_id - b.bucket_id);
}
