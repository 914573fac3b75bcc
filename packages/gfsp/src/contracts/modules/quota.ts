import type { greenfieldStorage } from '@prairie/chain';
import type { BucketQuotaInfo } from '../../tasks/migration.ts';

/** Read quota of a bucket in a month, bytes, by the names of the wire (`reference/gateway-http.md` §5.10). */
export interface BucketReadQuota {
  /** What the owner pays for, on chain now. */
  charged_quota_size: bigint;
  /** What is left of the one-time free quota. */
  sp_free_quota_size: bigint;
  /** Read from the charged quota. */
  consumed_size: bigint;
  free_quota_consume_size: bigint;
  /** What is left of the month's free quota. */
  sp_monthly_free_quota_size: bigint;
  monthly_free_quota_consume_size: bigint;
}

/** The same of one of many buckets, as its row has it. */
export interface BucketReadQuotaRow extends BucketReadQuota {
  bucket_id: bigint;
  bucket_name: string;
}

/** A page of a bucket's read records: `[start, end)` in unix microseconds. */
export interface ReadRecordQuery {
  bucket_id: bigint;
  start_timestamp_us: bigint;
  end_timestamp_us: bigint;
  /** 1 to 10000; what is outside stands for 10000. */
  max_record_num: number;
}

/** One read. */
export interface BucketReadRecord {
  object_name: string;
  object_id: bigint;
  /** Empty when anonymous. */
  account_address: string;
  /** Unix microseconds. */
  timestamp_us: bigint;
  /** Bytes. */
  read_size: bigint;
}

/** What was read, and what may be (`reference/metadata-api.md` §7). @throws metadata 90002 when busy, 95202, all of these */
export interface QuotaQueries {
  /** `month` is any text: one without a row has what a month begins with. */
  getBucketReadQuota(bucket: greenfieldStorage.BucketInfo, month: string): Promise<BucketReadQuota>;
  /** Buckets that were read in the month, by id; those from `offset` on, at most `limit`. */
  listBucketReadQuota(month: string, offset: number, limit: number): Promise<BucketReadQuotaRow[]>;
  /** How many there are. */
  getBucketReadQuotaCount(month: string): Promise<number>;
  /**
   * Of the newest month with reads, the charged quota as on chain now; without one, what the first begins with, name
   * and month empty. What migration hands over.
   */
  getLatestBucketReadQuota(bucketId: bigint): Promise<BucketQuotaInfo>;
  /** By time. No two reads of a bucket have the same: the next page begins 1 µs after the last record of this one. */
  listBucketReadRecord(query: ReadRecordQuery): Promise<BucketReadRecord[]>;
}
