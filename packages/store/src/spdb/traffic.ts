/** Read quota of buckets by month, and what was read (`reference/gateway-http.md` §6.5). */
import type { BucketTraffic, QuotaRequest, ReadRecord } from '@prairie/gfsp';
import { toSqlUint64 } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { bucketTrafficTable, readRecordTable } from './schema.ts';

/** A record further ahead than that was written by a clock that was wrong: it does not push the next ones ahead too. */
const MAX_AHEAD_US = 60_000_000n;
/**
 * The record's time, or the microsecond after the bucket's newest record: in the order of their writing, so that a page
 * that begins after another one's last record misses none.
 */
const INSERT_RECORD = `
  INSERT INTO read_record
    (bucket_id, object_id, user_address, bucket_name, object_name, read_size, read_timestamp_us)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, max(?7, coalesce(max(read_timestamp_us) + 1, 0))
  FROM read_record WHERE bucket_id = ?1 AND read_timestamp_us < ?8`;
/** What a read changes of a row that is there. */
const UPDATE_TRAFFIC = `
  UPDATE bucket_traffic SET read_consumed_size = ?, free_quota_consumed_size = ?,
    monthly_free_quota_consumed_size = ?, free_quota_size = ?, charged_quota_size = ?, monthly_quota_size = ?,
    modified_time = ?
  WHERE bucket_id = ? AND month = ?`;

export class TrafficRows {
  private readonly db: SqliteDatabase;
  private readonly traffic: Table<typeof bucketTrafficTable.columns>;
  private readonly records: Table<typeof readRecordTable.columns>;
  private readonly now: () => number;

  /** `now` in unix seconds. */
  constructor(db: SqliteDatabase, now: () => number) {
    this.db = db;
    this.traffic = new Table(db, bucketTrafficTable);
    this.records = new Table(db, readRecordTable);
    this.now = now;
  }

  /** From the charged quota, then this month's, then the one-time quota. Nothing is written when they do not suffice. */
  consume(request: QuotaRequest, record: ReadRecord): boolean {
    return this.db.transaction(() => {
      const known = this.get(request.bucket_id, request.month);
      const row = known ?? this.begin(request);
      const fromCharged = min(request.read_size, positive(request.charged_quota - row.read_consumed_size));
      const fromMonthly = min(request.read_size - fromCharged, row.monthly_quota_size);
      const fromFree = request.read_size - fromCharged - fromMonthly;
      if (fromFree > row.free_quota_size) return false;
      const taken = {
        ...row,
        charged_quota_size: request.charged_quota,
        read_consumed_size: row.read_consumed_size + fromCharged,
        monthly_quota_size: row.monthly_quota_size - fromMonthly,
        monthly_free_quota_consumed_size: row.monthly_free_quota_consumed_size + fromMonthly,
        free_quota_size: row.free_quota_size - fromFree,
        free_quota_consumed_size: row.free_quota_consumed_size + fromFree,
      };
      if (known) this.update(taken);
      else this.traffic.insert({ ...taken, modified_time: this.time() });
      this.record(record);
      return true;
    });
  }

  /**
   * Bytes of `month` that were not sent, in the order they were charged. When the bucket has a newer month already,
   * they become one-time quota of that: what was carried over is what counts (`block-syncer-and-db.md` §13.4).
   */
  reimburse(bucketId: bigint, month: string, size: bigint): void {
    this.db.transaction(() => {
      const newest = this.newest(bucketId);
      if (!newest || newest.month < month) return;
      if (newest.month > month) return this.update({ ...newest, free_quota_size: newest.free_quota_size + size });
      const toCharged = min(size, newest.read_consumed_size);
      const toMonthly = min(size - toCharged, newest.monthly_free_quota_consumed_size);
      const toFree = min(size - toCharged - toMonthly, newest.free_quota_consumed_size);
      this.update({
        ...newest,
        read_consumed_size: newest.read_consumed_size - toCharged,
        monthly_quota_size: newest.monthly_quota_size + toMonthly,
        monthly_free_quota_consumed_size: newest.monthly_free_quota_consumed_size - toMonthly,
        free_quota_size: newest.free_quota_size + toFree,
        free_quota_consumed_size: newest.free_quota_consumed_size - toFree,
      });
    });
  }

  get(bucketId: bigint, month: string): BucketTraffic | undefined {
    return this.traffic.get({ bucket_id: bucketId, month });
  }

  newest(bucketId: bigint): BucketTraffic | undefined {
    return this.traffic.select('WHERE bucket_id = ? ORDER BY month DESC LIMIT 1', [toSqlUint64(bucketId)])[0];
  }

  list(month: string, offset: number, limit: number): BucketTraffic[] {
    return this.traffic.select('WHERE month = ? ORDER BY bucket_id LIMIT ? OFFSET ?', [month, limit, offset]);
  }

  count(month: string): number {
    return this.traffic.count('WHERE month = ?', [month]);
  }

  listRecords(bucketId: bigint, startUs: bigint, endUs: bigint, limit: number): ReadRecord[] {
    const tail =
      'WHERE bucket_id = ? AND read_timestamp_us >= ? AND read_timestamp_us < ? ORDER BY read_timestamp_us, id LIMIT ?';
    return this.records.select(tail, [toSqlUint64(bucketId), startUs, endUs, limit]);
  }

  /** What a month starts with: the one-time quota comes from the newest month before, or from the provider. */
  private begin(request: QuotaRequest): BucketTraffic {
    return {
      bucket_id: request.bucket_id,
      month: request.month,
      bucket_name: request.bucket_name,
      read_consumed_size: 0n,
      free_quota_consumed_size: 0n,
      monthly_free_quota_consumed_size: 0n,
      free_quota_size: this.newest(request.bucket_id)?.free_quota_size ?? request.free_quota,
      charged_quota_size: request.charged_quota,
      monthly_quota_size: request.monthly_free_quota,
    };
  }

  private update(row: BucketTraffic): void {
    this.db.run(UPDATE_TRAFFIC, [
      toSqlUint64(row.read_consumed_size),
      toSqlUint64(row.free_quota_consumed_size),
      toSqlUint64(row.monthly_free_quota_consumed_size),
      toSqlUint64(row.free_quota_size),
      toSqlUint64(row.charged_quota_size),
      toSqlUint64(row.monthly_quota_size),
      this.time(),
      toSqlUint64(row.bucket_id),
      row.month,
    ]);
  }

  private record(record: ReadRecord): void {
    this.db.run(INSERT_RECORD, [
      toSqlUint64(record.bucket_id),
      toSqlUint64(record.object_id),
      record.user_address,
      record.bucket_name,
      record.object_name,
      toSqlUint64(record.read_size),
      record.read_timestamp_us,
      record.read_timestamp_us + MAX_AHEAD_US,
    ]);
  }

  private time(): string {
    return new Date(this.now() * 1000).toISOString();
  }
}

const min = (a: bigint, b: bigint) => (a < b ? a : b);
const positive = (a: bigint) => (a > 0n ? a : 0n);
