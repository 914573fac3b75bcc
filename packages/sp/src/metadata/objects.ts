import type { BsDbReader, BsdbLvg, GvgPage, ObjectDetails, ObjectMeta, ObjectQueries } from '@prairie/gfsp';
import { foundById, mapped } from './buckets.ts';
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
      tables.known((db) => withoutHeight(mapped(db.objects.live(bucketName, objectName), objectMeta))),
    listObjectsByIds: (objectIds) => tables.fresh((db) => foundById(objectIds, (id) => liveById(db, id))),
    async listDeletedObjects(from, to) {
      const objects = await tables.fresh((db) => db.objects.removedBetween(from, to, MAX_DELETED));
      const isBehind = tables.height < to;
      return { objects: objects.map(objectMeta), end_block_number: isBehind ? tables.height : to };
    },
    getLatestObjectId: () => tables.fresh((db) => db.objects.latestId()),
    listObjectsInGvg: (page) => tables.fresh((db) => detailsIn(db, page, db.virtualGroups.lvgsOfGvg(page.gvgId))),
    listObjectsInGvgAndBucket: (bucketId, page) =>
      tables.fresh((db) => detailsIn(db, page, lvgsOf(db, bucketId, page.gvgId))),
    listObjectsForGc: (bucketId, page) => tables.fresh((db) => movedObjects(db, bucketId, page)),
  };
}

/** These queries of the reference never tell the height. */
function withoutHeight(meta: ObjectMeta | undefined): ObjectMeta | undefined {
  return meta && { ...meta, update_at: 0n };
}

function liveById(db: BsDbReader, id: bigint): ObjectMeta | undefined {
  const row = db.objects.byId(id);
  return row && !row.removed ? withoutHeight(objectMeta(row)) : undefined;
}

function lvgsOf(db: BsDbReader, bucketId: bigint, gvgId: number): BsdbLvg[] {
  return db.virtualGroups.lvgsOfBucket(bucketId).filter((lvg) => lvg.global_virtual_group_id === gvgId);
}

/** `reference/metadata-api.md` §10, `objects-gvg-gc`. */
function movedObjects(db: BsDbReader, bucketId: bigint, page: GvgPage): ObjectDetails[] {
  const lvgs = lvgsOf(db, bucketId, page.gvgId);
  if (lvgs.length === 0) throw metadataErrors.noSuchBucket();
  const ends = [db.events.latestCancelMigration(bucketId), db.events.latestCompleteMigration(bucketId)];
  const heights = ends.flatMap((end) => (end ? [end.create_at] : []));
  // the reference takes the cancelled one even when a later move was completed, and then leaves objects behind
  return heights.length > 0 ? detailsIn(db, page, lvgs, heights.reduce(later)) : [];
}

const later = (a: bigint, b: bigint) => (a > b ? a : b);

function detailsIn(
  db: BsDbReader,
  { gvgId, startAfter, limit }: GvgPage,
  lvgs: readonly BsdbLvg[],
  createdUntil?: bigint,
): ObjectDetails[] {
  const asked = Math.min(limit, MAX_GVG_OBJECTS);
  const gvg = mapped(db.virtualGroups.gvg(gvgId), gvgMessage);
  const page = { after: startAfter, limit: asked, ...(createdUntil === undefined ? {} : { createdUntil }) };
  return smallestIds(db, page, lvgs).flatMap((id): ObjectDetails[] => {
    const object = db.objects.byId(id);
    if (!object) return [];
    const bucket = mapped(db.buckets.liveByName(object.bucket_name), bucketRecord);
    return [{ object: objectMeta(object), bucket: bucket && { ...bucket, storage_size: undefined }, gvg }];
  });
}

interface IdPage {
  after: bigint;
  limit: number;
  createdUntil?: bigint;
}

/** Of all local groups together. Once a page is full, the others are asked only for what would still be in it. */
function smallestIds(db: BsDbReader, page: IdPage, lvgs: readonly BsdbLvg[]): bigint[] {
  let ids: bigint[] = [];
  for (const { bucket_id, local_virtual_group_id: lvgId } of lvgs) {
    const bucket = db.buckets.liveById(bucket_id)?.bucket_name;
    if (bucket === undefined) continue;
    const until = ids.length >= page.limit ? { until: ids[page.limit - 1]! } : {};
    const more = db.objects.idsInLvg({ ...page, ...until, bucket, lvgId });
    if (more.length === 0) continue;
    ids = [...ids, ...more].sort((a, b) => (a < b ? -1 : 1)).slice(0, page.limit);
  }
  return ids;
}
