/** Buckets, objects, and the folders of their names. */
import { address, bool, bytesList, enumOf, hash, id, int, int64, tags, text, uint64 } from '../../sqlite/columns.ts';
import { defineTable } from '../../sqlite/table.ts';
import { created, updated } from './common.ts';

export const bucketTable = defineTable({
  name: 'buckets',
  columns: {
    bucket_id: id,
    bucket_name: text,
    owner: address,
    payment_address: address,
    global_virtual_group_family_id: int,
    operator: address,
    source_type: enumOf('greenfield.storage.SourceType'),
    charged_read_quota: uint64,
    visibility: enumOf('greenfield.storage.VisibilityType'),
    status: enumOf('greenfield.storage.BucketStatus'),
    delete_at: int64,
    delete_reason: text,
    storage_size: int64,
    charge_size: int64,
    ...created,
    ...updated,
    removed: bool,
    off_chain_status: int,
    tags,
  },
  unique: [['bucket_id'], ['bucket_name']],
  indexes: [
    'owner, create_at',
    'payment_address, bucket_id WHERE removed = 0',
    'global_virtual_group_family_id, create_time WHERE removed = 0',
  ],
});

/** An empty object is in a group, too, but has nothing there. An index with this condition is taken for it only. */
export const HAS_PIECES = "removed = 0 AND status = 'OBJECT_STATUS_SEALED' AND payload_size <> 0";

/** In 64 parts, `objects_00` … */
export const objectTable = defineTable({
  name: 'objects',
  columns: {
    bucket_id: id,
    bucket_name: text,
    object_id: id,
    object_name: text,
    creator: address,
    owner: address,
    local_virtual_group_id: int,
    operator: address,
    payload_size: uint64,
    visibility: enumOf('greenfield.storage.VisibilityType'),
    content_type: text,
    status: enumOf('greenfield.storage.ObjectStatus'),
    redundancy_type: enumOf('greenfield.storage.RedundancyType'),
    source_type: enumOf('greenfield.storage.SourceType'),
    checksums: bytesList,
    delete_at: int64,
    delete_reason: text,
    ...created,
    ...updated,
    sealed_tx_hash: hash,
    removed: bool,
    tags,
    is_updating: bool,
    content_updated_time: int64,
    updater: address,
    version: int64,
  },
  unique: [['object_id']],
  // live objects apart, so that a bucket with many deleted ones lists as fast as others
  indexes: [
    'bucket_name, object_name',
    'bucket_name, object_name WHERE removed = 0',
    `bucket_name, local_virtual_group_id, object_id WHERE ${HAS_PIECES}`,
    'update_at, object_id WHERE removed = 1',
  ],
});

export const objectIdMapTable = defineTable({
  name: 'object_id_map',
  columns: { object_id: id, bucket_name: text },
  primaryKey: ['object_id'],
});

/** In 64 parts, `slash_prefix_tree_nodes_00` … */
export const prefixTreeTable = defineTable({
  name: 'slash_prefix_tree_nodes',
  columns: {
    path_name: text,
    full_name: text,
    name: text,
    is_object: bool,
    is_folder: bool,
    bucket_name: text,
    object_id: id,
    object_name: text,
  },
  unique: [['bucket_name', 'path_name', 'full_name', 'is_object']],
});
