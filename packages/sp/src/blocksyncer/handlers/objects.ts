/** §5.2 and §5.3; the sums of a bucket follow from what its objects' rows say before and after. */
import { greenfieldStorage as storage } from '@prairie/chain';
import type { BsDb, ObjectRow } from '@prairie/store';
import { type At, created, type Handler, on, updated } from './handler.ts';

const { OBJECT_STATUS_CREATED, OBJECT_STATUS_DISCONTINUED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;

/** Smallest size that is paid for, bytes (§4, §5.2). */
const MIN_CHARGE_SIZE = 128_000n;

/** What an object adds to its bucket: nothing before it is sealed, nothing once it is removed. */
function sizesOf(row: ObjectRow | undefined): { storage: bigint; charge: bigint } {
  if (!row || row.removed || !wasSealed(row)) return { storage: 0n, charge: 0n };
  const { payload_size } = row;
  return { storage: payload_size, charge: payload_size > MIN_CHARGE_SIZE ? payload_size : MIN_CHARGE_SIZE };
}

/** A discontinued object tells by the hash of its sealing; an empty one was sealed when it was created. */
function wasSealed(row: ObjectRow): boolean {
  if (row.status !== OBJECT_STATUS_DISCONTINUED) return row.status === OBJECT_STATUS_SEALED;
  return row.payload_size === 0n || row.sealed_tx_hash.some((byte) => byte !== 0);
}

/** Rows that it adds to the counts of objects (§4): a removed one is still counted. */
function countsOf(row: ObjectRow | undefined): { total: number; sealed: number } {
  return { total: row ? 1 : 0, sealed: row?.status === OBJECT_STATUS_SEALED ? 1 : 0 };
}

/** Runs `change`, which changes that object alone, and brings the bucket's sums and the counts along. */
function change({ objects, buckets, statistics }: BsDb, objectId: bigint, work: () => void): void {
  const old = objects.byId(objectId);
  work();
  const row = objects.byId(objectId);
  if (!row) return;
  const [oldCounts, counts] = [countsOf(old), countsOf(row)];
  const [total, sealed] = [counts.total - oldCounts.total, counts.sealed - oldCounts.sealed];
  if (total !== 0 || sealed !== 0) statistics.addObjects(row.bucket_name, total, sealed);
  const before = sizesOf(old);
  const after = sizesOf(row);
  const [storageSize, chargeSize] = [after.storage - before.storage, after.charge - before.charge];
  if (storageSize !== 0n || chargeSize !== 0n) buckets.addSizes(row.bucket_id, storageSize, chargeSize);
}

function update(at: At, objectId: bigint, set: Partial<ObjectRow>): void {
  change(at.db, objectId, () => at.db.objects.update(objectId, { ...set, ...updated(at) }));
}

interface Removal {
  bucket_name: string;
  object_name: string;
  object_id: bigint;
}

function remove(at: At, event: Removal, set: Partial<ObjectRow>): void {
  update(at, event.object_id, { ...set, removed: true });
  at.db.prefixTree.remove(event.bucket_name, event.object_name, event.object_id);
}

function create(at: At, row: Partial<ObjectRow> & Removal): void {
  const { objects, prefixTree } = at.db;
  change(at.db, row.object_id, () => objects.put({ ...row, ...created(at), ...updated(at), ...times(row) }));
  prefixTree.insert(row.bucket_name, row.object_name, row.object_id);
}

/** The event's own time, where it has one, is the chain's create_at. */
function times({ create_time }: Partial<ObjectRow>): Partial<ObjectRow> {
  return create_time === undefined ? {} : { create_time, update_time: create_time };
}

function createObject(e: storage.EventCreateObject, at: At): void {
  const { primary_sp_id: _unused, create_at, ...columns } = e;
  create(at, { ...columns, create_time: create_at });
}

function copyObject(e: storage.EventCopyObject, at: At): void {
  const source = at.db.objects.byId(e.src_object_id);
  const bucket = at.db.buckets.liveByName(e.dst_bucket_name);
  if (!source || !bucket) {
    throw new Error(`object ${e.src_object_id} or bucket ${e.dst_bucket_name} is not known: the tables are not whole`);
  }
  const { payload_size, content_type, redundancy_type, source_type, checksums } = source;
  create(at, {
    // what the chain copies; who may read the source may not read the copy (chain-state-machine §8)
    ...{ payload_size, content_type, redundancy_type, source_type, checksums },
    owner: e.operator,
    visibility: storage.VisibilityType.VISIBILITY_TYPE_PRIVATE,
    bucket_id: bucket.bucket_id,
    bucket_name: e.dst_bucket_name,
    object_id: e.dst_object_id,
    object_name: e.dst_object_name,
    operator: e.operator,
    local_virtual_group_id: e.local_virtual_group_id,
    status: payload_size === 0n ? OBJECT_STATUS_SEALED : OBJECT_STATUS_CREATED,
    create_time: at.time,
  });
}

/** Empty content takes effect at once; other content when it is sealed. */
function updateContent(e: storage.EventUpdateObjectContent, at: At): void {
  const { operator, payload_size, checksums, version } = e;
  const pending = { operator, is_updating: true };
  const done = { operator, is_updating: false, updater: operator, content_updated_time: at.time };
  update(at, e.object_id, payload_size === 0n ? { ...done, payload_size, checksums, version } : pending);
}

export const objectHandlers: readonly Handler[] = [
  on(storage.EventCreateObject, createObject),
  on(storage.EventCopyObject, copyObject),
  on(storage.EventSealObject, (e, at) =>
    update(at, e.object_id, {
      operator: e.operator,
      local_virtual_group_id: e.local_virtual_group_id,
      status: e.status,
      ...(at.txHash && { sealed_tx_hash: at.txHash }),
      checksums: e.checksums,
    }),
  ),
  on(storage.EventCancelCreateObject, (e, at) => remove(at, e, { operator: e.operator })),
  on(storage.EventDeleteObject, (e, at) => remove(at, e, { local_virtual_group_id: e.local_virtual_group_id })),
  on(storage.EventRejectSealObject, (e, at) => {
    if (e.for_update) update(at, e.object_id, { operator: e.operator, is_updating: false });
    else remove(at, e, { operator: e.operator });
  }),
  on(storage.EventDiscontinueObject, (e, at) =>
    update(at, e.object_id, {
      delete_reason: e.reason,
      delete_at: e.delete_at,
      status: OBJECT_STATUS_DISCONTINUED,
    }),
  ),
  on(storage.EventUpdateObjectInfo, (e, at) =>
    update(at, e.object_id, { operator: e.operator, visibility: e.visibility }),
  ),
  on(storage.EventUpdateObjectContent, updateContent),
  on(storage.EventUpdateObjectContentSuccess, (e, at) =>
    update(at, e.object_id, {
      operator: e.operator,
      content_type: e.content_type,
      is_updating: false,
      content_updated_time: e.updated_at,
      updater: e.operator,
      payload_size: e.new_payload_size,
      checksums: e.new_checksums,
      version: e.version,
    }),
  ),
  on(storage.EventCancelUpdateObjectContent, (e, at) =>
    update(at, e.object_id, { operator: e.operator, is_updating: false }),
  ),
];
