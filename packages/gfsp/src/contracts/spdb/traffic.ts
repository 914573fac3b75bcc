/** Who read what (§11.3). */
export interface ReadRecord {
  bucket_id: bigint;
  object_id: bigint;
  /** Empty when anonymous. */
  user_address: string;
  /** Unix microseconds. */
  read_timestamp_us: bigint;
  bucket_name: string;
  object_name: string;
  /** Bytes. */
  read_size: bigint;
}

/** What a read takes, and the pools it is taken from, in bytes (§13.4). */
export interface QuotaRequest {
  bucket_id: bigint;
  bucket_name: string;
  /** `YYYY-MM`, UTC. */
  month: string;
  read_size: bigint;
  /** The chain's charged quota of the bucket. */
  charged_quota: bigint;
  /** The provider's one-time free quota on chain. */
  free_quota: bigint;
  /** The provider's free quota of each month. */
  monthly_free_quota: bigint;
}

/** Read quota of a bucket in a month, in bytes. Key: bucket and month. */
export interface BucketTraffic {
  bucket_id: bigint;
  /** `YYYY-MM`. */
  month: string;
  bucket_name: string;
  /** Read from the charged quota. */
  read_consumed_size: bigint;
  free_quota_consumed_size: bigint;
  monthly_free_quota_consumed_size: bigint;
  /** What is left of the one-time quota. */
  free_quota_size: bigint;
  /** As on chain at the last read. */
  charged_quota_size: bigint;
  /** What is left of the month's free quota. */
  monthly_quota_size: bigint;
}

/** Read quota, and who used it. */
export interface TrafficTables {
  /**
   * Takes the quota and writes the record in one transaction: charged, then monthly, then one-time quota. false when
   * they do not suffice together: then nothing is taken. A record whose time is not after the bucket's newest one gets
   * the microsecond after that, so that times are unique, and what is listed by time misses nothing.
   */
  consumeReadQuota(request: QuotaRequest, record: ReadRecord): Promise<boolean>;
  /**
   * Gives back bytes that were taken in `month` (`YYYY-MM`) and not sent, in the order charged, monthly, one-time. Of a
   * month that is over they become one-time quota. A bucket without a row is left alone.
   */
  reimburseReadQuota(bucketId: bigint, month: string, size: bigint): Promise<void>;

  getBucketTraffic(bucketId: bigint, month: string): Promise<BucketTraffic | undefined>;
  /** Of the newest month that has a row. */
  getLatestBucketTraffic(bucketId: bigint): Promise<BucketTraffic | undefined>;
  /** Rows of a month by bucket id, those from `offset` on, at most `limit`. */
  listBucketTraffic(month: string, offset: number, limit: number): Promise<BucketTraffic[]>;
  countBucketTraffic(month: string): Promise<number>;
  /** Rows of months before `month`, the oldest month first, at most `limit`. */
  listTrafficBefore(month: string, limit: number): Promise<Pick<BucketTraffic, 'bucket_id' | 'month'>[]>;
  /** Those of {@link listTrafficBefore}. Rows deleted. */
  deleteTrafficBefore(month: string, limit: number): Promise<number>;
  /** How many of the `limit` oldest records are of a time before. */
  countReadRecordsBefore(timeUs: bigint, limit: number): Promise<number>;
  /** Of the `limit` oldest records those of a time before. Rows deleted. */
  deleteReadRecordsBefore(timeUs: bigint, limit: number): Promise<number>;
  /** Reads of a bucket in `[startUs, endUs)`, by time, at most `limit`. */
  listReadRecords(bucketId: bigint, startUs: bigint, endUs: bigint, limit: number): Promise<ReadRecord[]>;
}
