import type { BsDbReader, BsdbBucket, BucketMeta, BucketQueries } from '@prairie/gfsp';
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
      tables.fresh(async (db) => withFamilies(db, await db.buckets.ofOwner(account, includeRemoved, MAX_USER_BUCKETS))),
    getUserBucketsCount: (account, includeRemoved = false) =>
      tables.fresh((db) => db.buckets.countOfOwner(account, includeRemoved)),
    getBucketMeta: (bucketName) => tables.known((db) => metaOf(db, bucketName)),
    getBucketByName: (bucketName) =>
      tables.known(async (db) => mapped(await db.buckets.liveByName(bucketName), bucketRecord)),
    getBucketById: (bucketId) => tables.known(async (db) => mapped(await db.buckets.liveById(bucketId), bucketRecord)),
    getBucketInfo: (bucketName) =>
      tables.known(async (db) => mapped(await db.buckets.byName(bucketName), bucketRecord)),
    listBucketsByIds: (bucketIds) =>
      tables.fresh(async (db) => {
        const rows = await db.buckets.liveByIds(bucketIds);
        return new Map(rows.map((row) => [row.bucket_id, bucketRecord(row)]));
      }),
    listExpiredBuckets: (createdBefore, primarySpId, limit) =>
      tables.fresh(async (db) => {
        const rows = await db.buckets.ofPrimaryBefore(primarySpId, createdBefore, Math.min(limit, MAX_EXPIRED));
        return rows.map(bareBucketRecord);
      }),
    async getBucketSize(bucketId) {
      const row = await tables.known((db) => db.buckets.liveById(bucketId));
      if (!row) throw metadataErrors.noSuchBucket();
      return row.storage_size;
    },
  };
}

async function metaOf(db: BsDbReader, bucketName: string): Promise<BucketMeta | undefined> {
  const row = await db.buckets.liveByName(bucketName);
  if (!row) return undefined;
  const [family, record] = await Promise.all([
    db.virtualGroups.family(row.global_virtual_group_family_id),
    streamRecord(db, row.payment_address),
  ]);
  return { ...bucketMeta(row, family), stream_record: record };
}

async function withFamilies(db: BsDbReader, rows: readonly BsdbBucket[]): Promise<BucketMeta[]> {
  const families = await db.virtualGroups.families(rows.map((row) => row.global_virtual_group_family_id));
  const byId = new Map(families.map((family) => [family.global_virtual_group_family_id, family]));
  return rows.map((row) => bucketMeta(row, byId.get(row.global_virtual_group_family_id)));
}

export function mapped<A, B>(value: A | undefined, map: (value: A) => B): B | undefined {
  return value === undefined ? undefined : map(value);
}
