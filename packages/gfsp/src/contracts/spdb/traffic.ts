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

/** Read quota, and who used it. */
export interface TrafficTables {
  /**
   * Takes the quota and writes the record in one transaction: charged, then monthly, then one-time quota. false when
   * they do not suffice together: then nothing is taken.
   */
  consumeReadQuota(request: QuotaRequest, record: ReadRecord): boolean;
  /**
   * Gives back bytes that were taken in `month` (`YYYY-MM`) and not sent, in the order charged, monthly, one-time. Of a
   * month that is over they become one-time quota. A bucket without a row is left alone.
   */
  reimburseReadQuota(bucketId: bigint, month: string, size: bigint): void;
}
