import type { BsDbReader, BsdbObject, GvgPage, ObjectDetails, ObjectMeta, ObjectQueries } from '@prairie/gfsp';
import { mapped } from './buckets.ts';
import { metadataErrors } from './errors.ts';
import { listObjects } from './list-objects.ts';
import { bucketRecord, gvgMessage, objectMeta } from './records.ts';
import type { Tables } from './tables.ts';

/** `reference/block-syncer-and-db.md` §9. */
const MAX_DELETED = 1000;
const MAX_GVG_OBJECTS = 1000;

type StoredObjects = Omit<ObjectQueries, 'getUploadProgress' | 'getUploadedSegments'>;

export function objectQueries(tables: Tables): StoredObjects {
  return {
    listObjectsByBucket: (query) => tables.fresh((db) => listObjects(db, query)),
    getObjectMeta: (bucketName, objectName) =>
      tables.known(async (db) => mapped(await db.objects.live(bucketName, objectName), metaWithoutHeight)),
    listObjectsByIds: (objectIds) =>
      tables.fresh(async (db) => {
        const rows = await db.objects.liveByIds(objectIds);
        return new Map(rows.map((row) => [row.object_id, metaWithoutHeight(row)]));
      }),
    listDeletedObjects: (from, to) =>
      tables.fresh(async (db) => {
        // blocks that come while it is read are not part of the answer
        const end = earlier(to, tables.height);
        const rows = await db.objects.removedBetween(from, end, MAX_DELETED);
        return { objects: rows.map(objectMeta), end_block_number: end };
      }),
    getLatestObjectId: () => tables.fresh((db) => db.objects.latestId()),
    listObjectsInGvg: (page) => tables.fresh((db) => detailsIn(db, page)),
    listObjectsInGvgAndBucket: (bucketId, page) => tables.fresh((db) => detailsIn(db, page, { bucketId })),
    listObjectsForGc: (bucketId, page) => tables.fresh((db) => movedObjects(db, bucketId, page)),
  };
}

/** These queries of the reference never tell the height. */
function metaWithoutHeight(row: BsdbObject): ObjectMeta {
  return { ...objectMeta(row), update_at: 0n };
}

const earlier = (a: bigint, b: bigint) => (a < b ? a : b);
const later = (a: bigint, b: bigint) => (a > b ? a : b);

/** `reference/metadata-api.md` §10, `objects-gvg-gc`. */
async function movedObjects(db: BsDbReader, bucketId: bigint, page: GvgPage): Promise<ObjectDetails[]> {
  const [lvgs, complete, cancels] = await Promise.all([
    db.virtualGroups.lvgsOfBucket(bucketId),
    db.events.latestCompleteMigration(bucketId),
    db.events.latestCancelMigrations([bucketId]),
  ]);
  if (!lvgs.some((lvg) => lvg.global_virtual_group_id === page.gvgId)) throw metadataErrors.noSuchBucket();
  const heights = [...(complete ? [complete] : []), ...cancels].map((end) => end.create_at);
  // the reference takes the cancelled one even when a later move was completed, and then leaves objects behind
  return heights.length > 0 ? detailsIn(db, page, { bucketId, createdUntil: heights.reduce(later) }) : [];
}

async function detailsIn(
  db: BsDbReader,
  { gvgId, startAfter, limit }: GvgPage,
  which: { bucketId?: bigint; createdUntil?: bigint } = {},
): Promise<ObjectDetails[]> {
  const [objects, gvg] = await Promise.all([
    db.objects.inGvg({ ...which, gvgId, after: startAfter, limit: Math.min(limit, MAX_GVG_OBJECTS) }),
    db.virtualGroups.gvg(gvgId),
  ]);
  const buckets = await db.buckets.liveByNames([...new Set(objects.map((object) => object.bucket_name))]);
  const records = new Map(buckets.map((row) => [row.bucket_name, { ...bucketRecord(row), storage_size: undefined }]));
  const message = mapped(gvg, gvgMessage);
  return objects.map((row) => ({ object: objectMeta(row), bucket: records.get(row.bucket_name), gvg: message }));
}
