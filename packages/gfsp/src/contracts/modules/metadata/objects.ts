import type {
  ListObjectsPage,
  ListObjectsQuery,
  ObjectDetails,
  ObjectMeta,
  UploadProgressText,
} from '../../records.ts';

/** A page of the sealed objects of a group: those with ids above `startAfter`, by id; at most 1000. */
export interface GvgPage {
  gvgId: number;
  startAfter: bigint;
  limit: number;
}

export interface DeletedObjects {
  /** By the height of their removal and id, at most 1000. */
  objects: ObjectMeta[];
  /** What was asked for, or the height that the tables have if that is lower. */
  end_block_number: bigint;
}

export interface ObjectQueries {
  /** One page; at most 1000 entries. A bucket that is not there has an empty one. */
  listObjectsByBucket(query: ListObjectsQuery): Promise<ListObjectsPage>;
  /** undefined when there is none, or it was removed. */
  getObjectMeta(bucketName: string, objectName: string): Promise<ObjectMeta | undefined>;
  /** At most 100 ids. Those that are not there are missing from the answer. */
  listObjectsByIds(objectIds: readonly bigint[]): Promise<Map<bigint, ObjectMeta>>;
  /** Objects that were removed at heights from `from` to `to`, both inclusive. */
  listDeletedObjects(from: bigint, to: bigint): Promise<DeletedObjects>;
  /** Largest id that the chain has given, 0 without any. */
  getLatestObjectId(): Promise<bigint>;
  listObjectsInGvg(page: GvgPage): Promise<ObjectDetails[]>;
  listObjectsInGvgAndBucket(bucketId: bigint, page: GvgPage): Promise<ObjectDetails[]>;
  /**
   * Of a bucket that has moved to the group: what it had when the last move ended, or was given up. Nothing when it
   * never moved. @throws metadata 90008 when the bucket has nothing in the group
   */
  listObjectsForGc(bucketId: bigint, page: GvgPage): Promise<ObjectDetails[]>;
  /** What the owner is told of an upload; never fails for an object that is unknown. */
  getUploadProgress(objectId: bigint): Promise<UploadProgressText>;
  /**
   * Stored segments of an upload that is not complete. `updatedAt` is when the update whose content comes in was begun
   * (unix seconds), 0 for an object's first content. @throws metadata 90003 `no uploading record`
   */
  getUploadedSegments(objectId: bigint, updatedAt: bigint): Promise<number>;
}
