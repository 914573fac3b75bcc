import type { greenfieldPermission } from '@prairie/chain';
import type { BucketMeta, ListObjectsPage, ListObjectsQuery, ObjectMeta, UploadProgressText } from '../records.ts';

/** The block syncer's picture of the chain, and the SPDB's of uploads and quota. */
export interface Metadata {
  /** The account's, newest first, at most 100. @throws metadata 95202, as all of these */
  getUserBuckets(account: string, includeRemoved: boolean): Promise<BucketMeta[]>;
  /** One page; at most 1000 entries. A bucket that is not there has an empty one. */
  listObjectsByBucket(query: ListObjectsQuery): Promise<ListObjectsPage>;
  /** undefined when there is none, or it was removed; so for objects. */
  getBucketMeta(bucketName: string): Promise<BucketMeta | undefined>;
  getObjectMeta(bucketName: string, objectName: string): Promise<ObjectMeta | undefined>;
  /** `action` is an `ActionType`; an empty object name asks about the bucket. @throws metadata 90008, 90010 */
  verifyPermission(
    operator: string,
    bucketName: string,
    objectName: string,
    action: number,
  ): Promise<greenfieldPermission.Effect>;
  /** Buckets of the account that are not removed. */
  getUserBucketsCount(account: string): Promise<number>;
  /** What the owner is told of an upload; never fails for an object that is unknown. */
  getUploadProgress(objectId: bigint): Promise<UploadProgressText>;
  /** Stored segments of an upload that is not complete. @throws metadata 90003 `no uploading record` */
  getUploadedSegments(objectId: bigint): Promise<number>;
}
