/** Read quota of buckets by month, and what was read (`reference/gateway-http.md` §6.5). */
import type { BucketTraffic, QuotaRequest, ReadRecord } from '@prairie/gfsp';
import { sql } from 'kysely';
import type { SqlValue } from '../sql/engine.ts';
import { type Builder, Place, type Session } from '../sql/session.ts';
import { Table } from '../sql/table.ts';
import { type Ground, RELAXED } from './ground.ts';
import { bucketTrafficTable, readRecordTable } from './schema/traffic.ts';

/** A record further ahead than that was written by a clock that was wrong: it does not push the next ones ahead too. */
const MAX_AHEAD_US = 60_000_000n;

export class TrafficRows {
  readonly #ground: Ground;
  readonly #traffic: Table<typeof bucketTrafficTable.columns>;
  readonly #records: Table<typeof readRecordTable.columns>;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#traffic = new Table(ground.session, bucketTrafficTable);
    this.#records = new Table(ground.session, readRecordTable);
  }

  /** From the charged quota, then this month's, then the one-time quota. Nothing is written when they do not suffice. */
  consume(request: QuotaRequest, record: ReadRecord): Promise<boolean> {
    return this.#ground.transaction(async (session) => {
      const traffic = new Table(session, bucketTrafficTable);
      const { bucket_id, month } = request;
      // one that is not there is locked too: nobody else begins the month
      const row = (await traffic.get({ bucket_id, month }, { lock: true })) ?? (await beginning(traffic, request));
      const taken = take(row, request);
      if (!taken) return false;
      await traffic.put({ ...row, ...taken, modified_time: this.#time() });
      await insertRecord(session, record);
      return true;
    }, RELAXED);
  }

  /**
   * Bytes of `month` that were not sent, in the order they were charged. When the bucket has a newer month already,
   * they become one-time quota of that: what was carried over is what counts (`block-syncer-and-db.md` §13.4).
   */
  reimburse(bucketId: bigint, month: string, size: bigint): Promise<void> {
    return this.#ground.transaction(async (session) => {
      const traffic = new Table(session, bucketTrafficTable);
      const newest = await newestOf(traffic, bucketId, true);
      if (!newest || newest.month < month) return;
      const given = newest.month > month ? { free_quota_size: newest.free_quota_size + size } : giveBack(newest, size);
      await traffic.put({ ...newest, ...given, modified_time: this.#time() });
    }, RELAXED);
  }

  async get(bucketId: bigint, month: string): Promise<BucketTraffic | undefined> {
    const row = await this.#traffic.get({ bucket_id: bucketId, month }, this.#ground);
    return row && trafficOf(row);
  }

  async newest(bucketId: bigint): Promise<BucketTraffic | undefined> {
    const row = await newestOf(this.#traffic, bucketId, false);
    return row && trafficOf(row);
  }

  async list(month: string, offset: number, limit: number): Promise<BucketTraffic[]> {
    const rows = await this.#traffic.select(
      'of month',
      (query, mark) =>
        query
          .where('month', '=', mark.of('month'))
          .orderBy('bucket_id')
          .limit(mark.limit('limit'))
          .offset(mark.limit('offset')),
      { month, offset, limit },
    );
    return rows.map(trafficOf);
  }

  count(month: string): Promise<number> {
    return this.#traffic.count('of month', (query, mark) => query.where('month', '=', mark.of('month')), { month });
  }

  listRecords(bucketId: bigint, startUs: bigint, endUs: bigint, limit: number): Promise<ReadRecord[]> {
    return this.#records.select(
      'of bucket',
      (query, mark) =>
        query
          .where('bucket_id', '=', mark.of('bucket_id'))
          .where('read_timestamp_us', '>=', mark.of('read_timestamp_us', 'start'))
          .where('read_timestamp_us', '<', mark.of('read_timestamp_us', 'end'))
          .orderBy('read_timestamp_us')
          .limit(mark.limit('limit')),
      { bucket_id: bucketId, start: startUs, end: endUs, limit },
    );
  }

  async listBefore(month: string, limit: number): Promise<Pick<BucketTraffic, 'bucket_id' | 'month'>[]> {
    const rows = await before(this.#traffic, month, limit);
    return rows.map(({ bucket_id, month: of }) => ({ bucket_id, month: of }));
  }

  deleteBefore(month: string, limit: number): Promise<number> {
    return this.#ground.transaction(async (session) => {
      const traffic = new Table(session, bucketTrafficTable);
      const rows = await before(traffic, month, limit);
      for (const { bucket_id, month: of } of rows) await traffic.delete({ bucket_id, month: of });
      return rows.length;
    }, RELAXED);
  }

  async countRecordsBefore(timeUs: bigint, limit: number): Promise<number> {
    return (await oldestBefore(this.#records, timeUs, limit)).length;
  }

  deleteRecordsBefore(timeUs: bigint, limit: number): Promise<number> {
    return this.#ground.transaction(async (session) => {
      const records = new Table(session, readRecordTable);
      const ids = await oldestBefore(records, timeUs, limit);
      for (const id of ids) await deleteRecord(records, id);
      return ids.length;
    }, RELAXED);
  }

  #time(): bigint {
    return BigInt(this.#ground.now()) * 1000n;
  }
}

type Traffic = Table<typeof bucketTrafficTable.columns>;
type Records = Table<typeof readRecordTable.columns>;

async function newestOf(traffic: Traffic, bucketId: bigint, lock: boolean) {
  const locks = lock && traffic.session.engine !== 'sqlite';
  const [row] = await traffic.select(
    locks ? 'newest lock' : 'newest',
    (query, mark) => {
      const newest = query.where('bucket_id', '=', mark.of('bucket_id')).orderBy('month', 'desc').limit(sql.lit(1));
      return locks ? newest.forUpdate() : newest;
    },
    { bucket_id: bucketId },
  );
  return row;
}

function before(traffic: Traffic, month: string, limit: number): Promise<BucketTraffic[]> {
  return traffic.select(
    'before month',
    (query, mark) =>
      query.where('month', '<', mark.of('month')).orderBy('month').orderBy('bucket_id').limit(mark.limit('limit')),
    { month, limit },
  );
}

const COUNTER = 'read_record_id';

/** Records are counted as they are written: the oldest ones have the least numbers, and need no index by time. */
async function oldestBefore(records: Records, timeUs: bigint, limit: number): Promise<SqlValue[]> {
  const { name, marks } = records;
  const oldest = await records.session.list(
    `${name} oldest`,
    (builder) =>
      builder
        .selectFrom(name)
        .select([COUNTER, 'read_timestamp_us'])
        .where(COUNTER, '>', sql.lit(0))
        .orderBy(COUNTER)
        .limit(marks.limit('limit')),
    { limit },
  );
  return oldest.flatMap(([id, time]) => (BigInt(time as number) < timeUs ? [id!] : []));
}

async function deleteRecord({ name, session }: Records, id: SqlValue): Promise<void> {
  const place = new Place('id', (value) => value as SqlValue);
  await session.changes(`${name} delete`, (builder) => builder.deleteFrom(name).where(COUNTER, '=', place), { id });
}

/** What a month starts with: the one-time quota comes from the newest month before, or from the provider. */
async function beginning(traffic: Traffic, request: QuotaRequest): Promise<BucketTraffic> {
  const before = await newestOf(traffic, request.bucket_id, true);
  return {
    bucket_id: request.bucket_id,
    month: request.month,
    bucket_name: request.bucket_name,
    read_consumed_size: 0n,
    free_quota_consumed_size: 0n,
    monthly_free_quota_consumed_size: 0n,
    free_quota_size: before?.free_quota_size ?? request.free_quota,
    charged_quota_size: request.charged_quota,
    monthly_quota_size: request.monthly_free_quota,
  };
}

/** What the read makes of the row; undefined when the pools do not suffice. */
function take(row: BucketTraffic, { read_size, charged_quota }: QuotaRequest): Partial<BucketTraffic> | undefined {
  const fromCharged = min(read_size, positive(charged_quota - row.read_consumed_size));
  const fromMonthly = min(read_size - fromCharged, row.monthly_quota_size);
  const fromFree = read_size - fromCharged - fromMonthly;
  if (fromFree > row.free_quota_size) return undefined;
  return {
    charged_quota_size: charged_quota,
    read_consumed_size: row.read_consumed_size + fromCharged,
    monthly_quota_size: row.monthly_quota_size - fromMonthly,
    monthly_free_quota_consumed_size: row.monthly_free_quota_consumed_size + fromMonthly,
    free_quota_size: row.free_quota_size - fromFree,
    free_quota_consumed_size: row.free_quota_consumed_size + fromFree,
  };
}

function giveBack(row: BucketTraffic, size: bigint): Partial<BucketTraffic> {
  const toCharged = min(size, row.read_consumed_size);
  const toMonthly = min(size - toCharged, row.monthly_free_quota_consumed_size);
  const toFree = min(size - toCharged - toMonthly, row.free_quota_consumed_size);
  return {
    read_consumed_size: row.read_consumed_size - toCharged,
    monthly_quota_size: row.monthly_quota_size + toMonthly,
    monthly_free_quota_consumed_size: row.monthly_free_quota_consumed_size - toMonthly,
    free_quota_size: row.free_quota_size + toFree,
    free_quota_consumed_size: row.free_quota_consumed_size - toFree,
  };
}

/**
 * With the record's time, or the microsecond after the bucket's newest record: in the order of their writing, so that a
 * page that begins after another one's last record misses none. Records of a bucket are written one after the other.
 */
async function insertRecord(session: Session, record: ReadRecord): Promise<void> {
  const values = { ...record, ahead: record.read_timestamp_us + MAX_AHEAD_US };
  await session.query('read_record insert next', (builder) => insertingNext(builder, session), values);
}

function insertingNext(builder: Builder, session: Session) {
  const { name, columns, marks } = new Table(session, readRecordTable);
  const greater = sql.raw(session.engine === 'sqlite' ? 'max' : 'greatest');
  const values = columns.map((column) => {
    if (column !== 'read_timestamp_us') return sql`${marks.of(column as keyof ReadRecord)}`.as(column);
    const after = sql`coalesce(max(read_timestamp_us) + 1, 0)`;
    return sql`${greater}(${marks.of('read_timestamp_us')}, ${after})`.as(column);
  });
  const newest = builder
    .selectFrom(name)
    .select(values)
    .where('bucket_id', '=', marks.of('bucket_id'))
    .where('read_timestamp_us', '<', marks.of('read_timestamp_us', 'ahead'));
  return builder
    .insertInto(name)
    .columns([...columns])
    .expression(newest);
}

function trafficOf({ modified_time: _, ...traffic }: BucketTraffic & { modified_time: bigint }): BucketTraffic {
  return traffic;
}

const min = (a: bigint, b: bigint) => (a < b ? a : b);
const positive = (a: bigint) => (a > 0n ? a : 0n);
