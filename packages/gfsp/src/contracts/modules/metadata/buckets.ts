import type { BucketMeta, BucketRecord } from '../../records.ts';

export interface BucketQueries {
  /** The account's, newest first, at most 100. @throws metadata 95202, as all of these */
  getUserBuckets(account: string, includeRemoved: boolean): Promise<BucketMeta[]>;
  /** Without `includeRemoved` those that are there. */
  getUserBucketsCount(account: string, includeRemoved?: boolean): Promise<number>;
  /** undefined when there is none, or it was removed; so for what follows. */
  getBucketMeta(bucketName: string): Promise<BucketMeta | undefined>;
  getBucketByName(bucketName: string): Promise<BucketRecord | undefined>;
  getBucketById(bucketId: bigint): Promise<BucketRecord | undefined>;
  /** The latest of that name, removed or not. */
  getBucketInfo(bucketName: string): Promise<BucketRecord | undefined>;
  /** At most 100 ids. Those that are not there are missing from the answer. */
  listBucketsByIds(bucketIds: readonly bigint[]): Promise<Map<bigint, BucketRecord>>;
  /**
   * Buckets in status created that are older than `createdBefore` (unix seconds) and whose primary is that provider,
   * the oldest first, at most 1000. Only what stands in `bucket_info` is told.
   */
  listExpiredBuckets(createdBefore: bigint, primarySpId: number, limit: number): Promise<BucketRecord[]>;
  /** Bytes of the payloads of its sealed objects. @throws metadata 90008 */
  getBucketSize(bucketId: bigint): Promise<bigint>;
}
