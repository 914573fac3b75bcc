/** §5.2 and §5.3. Folders of their names are in `prefix-tree.ts`. */
import { greenfieldStorage as storage } from '@prairie/chain';
import type { ObjectRow } from '@prairie/store';
import type { NewObject } from '../object-changes.ts';
import { type At, created, type Handler, on, updated } from './handler.ts';

const { OBJECT_STATUS_CREATED, OBJECT_STATUS_DISCONTINUED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;

/** Names the object; the bucket's name is empty in events that the chain emits without it. */
interface OfObject {
  object_id: bigint;
  bucket_name: string;
}

function update(at: At, { object_id, bucket_name }: OfObject, set: Partial<ObjectRow>): Promise<void> {
  return at.objects.update(object_id, { ...set, ...updated(at) }, bucket_name);
}

/** The event's own time, where it has one, is the chain's create_at. */
function create(at: At, row: NewObject, createTime: bigint): Promise<void> {
  return at.objects.create({
    ...row,
    ...created(at),
    ...updated(at),
    create_time: createTime,
    update_time: createTime,
  });
}

function createObject(e: storage.EventCreateObject, at: At): Promise<void> {
  const { primary_sp_id: _unused, create_at, ...columns } = e;
  return create(at, columns, create_at);
}

async function copyObject(e: storage.EventCopyObject, at: At): Promise<void> {
  await at.objects.write();
  const source = await at.db.objects.byId(e.src_object_id, e.src_bucket_name || undefined);
  const bucket = await at.db.buckets.liveByName(e.dst_bucket_name);
  if (!source || !bucket) {
    throw new Error(`object ${e.src_object_id} or bucket ${e.dst_bucket_name} is not known: the tables are not whole`);
  }
  const { payload_size, content_type, redundancy_type, source_type, checksums } = source;
  const copy = {
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
  };
  await create(at, copy, at.time);
}

/** Empty content takes effect at once; other content when it is sealed. */
function updateContent(e: storage.EventUpdateObjectContent, at: At): Promise<void> {
  const { operator, payload_size, checksums, version } = e;
  const pending = { operator, is_updating: true };
  const done = { operator, is_updating: false, updater: operator, content_updated_time: at.time };
  return update(at, e, payload_size === 0n ? { ...done, payload_size, checksums, version } : pending);
}

export const objectHandlers: readonly Handler[] = [
  on(storage.EventCreateObject, createObject),
  on(storage.EventCopyObject, copyObject),
  on(storage.EventSealObject, (e, at) =>
    update(at, e, {
      operator: e.operator,
      local_virtual_group_id: e.local_virtual_group_id,
      status: e.status,
      ...(at.txHash && { sealed_tx_hash: at.txHash }),
      checksums: e.checksums,
    }),
  ),
  on(storage.EventCancelCreateObject, (e, at) => update(at, e, { operator: e.operator, removed: true })),
  on(storage.EventDeleteObject, (e, at) =>
    update(at, e, { local_virtual_group_id: e.local_virtual_group_id, removed: true }),
  ),
  // what is refused is the update, or else the object: no deletion follows
  on(storage.EventRejectSealObject, (e, at) =>
    update(at, e, { operator: e.operator, ...(e.for_update ? { is_updating: false } : { removed: true }) }),
  ),
  on(storage.EventDiscontinueObject, (e, at) =>
    update(at, e, {
      delete_reason: e.reason,
      delete_at: e.delete_at,
      status: OBJECT_STATUS_DISCONTINUED,
    }),
  ),
  on(storage.EventUpdateObjectInfo, (e, at) => update(at, e, { operator: e.operator, visibility: e.visibility })),
  on(storage.EventUpdateObjectContent, updateContent),
  on(storage.EventUpdateObjectContentSuccess, (e, at) =>
    update(at, e, {
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
  on(storage.EventCancelUpdateObjectContent, (e, at) => update(at, e, { operator: e.operator, is_updating: false })),
];
