/** Read quota of buckets by month, and what was read (`reference/gateway-http.md` §6.5). */
import type { QuotaRequest, ReadRecord } from '@prairie/gfsp';
import { type RowOf, toSqlUint64 } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { bucketTrafficTable, readRecordTable } from './schema.ts';

type Traffic = RowOf<typeof bucketTrafficTable.columns>;

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
      const row = this.month(request);
      const { charged_quota_size, read_consumed_size } = row;
      const fromCharged = min(request.read_size, positive(charged_quota_size - read_consumed_size));
      const fromMonthly = min(request.read_size - fromCharged, row.monthly_quota_size);
      const fromFree = request.read_size - fromCharged - fromMonthly;
      if (fromFree > row.free_quota_size) return false;
      this.save({
        ...row,
        read_consumed_size: read_consumed_size + fromCharged,
        monthly_quota_size: row.monthly_quota_size - fromMonthly,
        monthly_free_quota_consumed_size: row.monthly_free_quota_consumed_size + fromMonthly,
        free_quota_size: row.free_quota_size - fromFree,
        free_quota_consumed_size: row.free_quota_consumed_size + fromFree,
      });
      this.records.insert(record);
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
      if (newest.month > month) return this.save({ ...newest, free_quota_size: newest.free_quota_size + size });
      const toCharged = min(size, newest.read_consumed_size);
      const toMonthly = min(size - toCharged, newest.monthly_free_quota_consumed_size);
      const toFree = min(size - toCharged - toMonthly, newest.free_quota_consumed_size);
      this.save({
        ...newest,
        read_consumed_size: newest.read_consumed_size - toCharged,
        monthly_quota_size: newest.monthly_quota_size + toMonthly,
        monthly_free_quota_consumed_size: newest.monthly_free_quota_consumed_size - toMonthly,
        free_quota_size: newest.free_quota_size + toFree,
        free_quota_consumed_size: newest.free_quota_consumed_size - toFree,
      });
    });
  }

  /** The month's row, or what it starts with: the one-time quota comes from the newest month before, or the provider's. */
  private month(request: QuotaRequest): Traffic {
    const row = this.traffic.get({ bucket_id: request.bucket_id, month: request.month });
    if (row) return { ...row, charged_quota_size: request.charged_quota };
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
      modified_time: '',
    };
  }

  private newest(bucketId: bigint): Traffic | undefined {
    return this.traffic.select('WHERE bucket_id = ? ORDER BY month DESC LIMIT 1', [toSqlUint64(bucketId)])[0];
  }

  private save(row: Traffic): void {
    this.traffic.replace({ ...row, modified_time: new Date(this.now() * 1000).toISOString() });
  }
}

const min = (a: bigint, b: bigint) => (a < b ? a : b);
const positive = (a: bigint) => (a > 0n ? a : 0n);
