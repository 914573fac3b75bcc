import type { BsDbReader, BucketQueries } from '@prairie/gfsp';
import { metadataErrors } from './errors.ts';
import { bareBucketRecord, bucketMeta, bucketRecord, streamRecord } from './records.ts';
import type { Tables } from './tables.ts';

/** Buckets a user sees; there is no paging (`reference/gateway-http.md` §5.9.2). */
const MAX_USER_BUCKETS = 100;
/** `reference/block-syncer-and-db.md` §9. */
const MAX_EXPIRED = 1000;

export function bucketQueries(tables: Tables): BucketQueries {
  return {
    getUserBuckets: (account, includeRemoved) =>
      tables.fresh((db) => {
        const rows = db.buckets.ofOwner(account, includeRemoved, MAX_USER_BUCKETS);
        return rows.map((row) => bucketMeta(db, row));
      }),
    getUserBucketsCount: (account, includeRemoved = false) =>
      tables.fresh((db) => db.buckets.countOfOwner(account, includeRemoved)),
    getBucketMeta: (bucketName) =>
      tables.known((db) => {
        const row = db.buckets.liveByName(bucketName);
        return row && { ...bucketMeta(db, row), stream_record: streamRecord(db, row.payment_address) };
      }),
    getBucketByName: (bucketName) => tables.known((db) => mapped(db.buckets.liveByName(bucketName), bucketRecord)),
    getBucketById: (bucketId) => tables.known((db) => mapped(db.buckets.liveById(bucketId), bucketRecord)),
    getBucketInfo: (bucketName) => tables.known((db) => mapped(db.buckets.byName(bucketName), bucketRecord)),
    listBucketsByIds: (bucketIds) =>
      tables.fresh((db) => foundById(bucketIds, (id) => mapped(db.buckets.liveById(id), bucketRecord))),
    listExpiredBuckets: (createdBefore, primarySpId, limit) =>
      tables.fresh((db) => expired(db, createdBefore, primarySpId, Math.min(limit, MAX_EXPIRED))),
    async getBucketSize(bucketId) {
      const row = await tables.known((db) => db.buckets.liveById(bucketId));
      if (!row) throw metadataErrors.noSuchBucket();
      return row.storage_size;
    },
  };
}

/** A family's buckets are in order of age; those of all families together have to be sorted. */
function expired(db: BsDbReader, createdBefore: bigint, primarySpId: number, limit: number) {
  return db.virtualGroups
    .familiesOfSp(primarySpId)
    .flatMap((family) => db.buckets.ofFamilyBefore(family.global_virtual_group_family_id, createdBefore, limit))
    .sort((a, b) => Number(a.create_time - b.create_time) || Number(a.bucket_id - b.bucket_id))
    .slice(0, limit)
    .map(bareBucketRecord);
}

/** What was found, by id. */
export function foundById<T>(ids: readonly bigint[], find: (id: bigint) => T | undefined): Map<bigint, T> {
  const found = new Map<bigint, T>();
  for (const id of ids) {
    const one = find(id);
    if (one !== undefined) found.set(id, one);
  }
  return found;
}

export function mapped<A, B>(value: A | undefined, map: (value: A) => B): B | undefined {
  return value === undefined ? undefined : map(value);
}
