/** Buckets, objects, and the folders of their names. */
import {
  address,
  bool,
  bytesArray,
  decimal,
  enumOf,
  hash,
  id,
  int64,
  longNumber,
  name,
  tags,
  text,
  uint,
  uint64,
  varchar,
} from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';
import { bucketName, created, updated } from './common.ts';

// `removed` stands in the indexes themselves: what was removed is never walked through

export const bucketTable = defineTable({
  name: 'buckets',
  columns: {
    bucket_id: id,
    bucket_name: bucketName,
    owner: address,
    payment_address: address,
    global_virtual_group_family_id: uint,
    operator: address,
    source_type: enumOf('greenfield.storage.SourceType'),
    charged_read_quota: uint64,
    visibility: enumOf('greenfield.storage.VisibilityType'),
    status: enumOf('greenfield.storage.BucketStatus', 'VARCHAR(64)'),
    delete_at: int64,
    delete_reason: varchar(256),
    storage_size: decimal,
    charge_size: decimal,
    ...created,
    ...updated,
    removed: bool,
    off_chain_status: longNumber,
    tags,
  },
  indexes: [
    { name: 'idx_bucket_id', columns: ['bucket_id'], unique: true },
    { name: 'idx_bucket_name', columns: ['bucket_name'], unique: true },
    { name: 'idx_owner_age', columns: ['owner', 'removed', 'create_at', 'id'] },
    { name: 'idx_payer', columns: ['payment_address', 'removed', 'bucket_id'] },
    {
      name: 'idx_family_age',
      columns: ['global_virtual_group_family_id', 'removed', 'status', 'create_time', 'bucket_id'],
    },
  ],
});

/** An empty object is in a group, too, but has nothing there. An index with this condition is taken for it only. */
export const HAS_PIECES = "removed = false AND status = 'OBJECT_STATUS_SEALED' AND payload_size <> 0";

/** In 64 parts, `objects_00` … */
export const objectTable = defineTable({
  name: 'objects',
  columns: {
    bucket_id: id,
    bucket_name: bucketName,
    object_id: id,
    object_name: name,
    creator: address,
    owner: address,
    local_virtual_group_id: uint,
    operator: address,
    payload_size: uint64,
    visibility: enumOf('greenfield.storage.VisibilityType'),
    content_type: text,
    status: enumOf('greenfield.storage.ObjectStatus'),
    redundancy_type: enumOf('greenfield.storage.RedundancyType'),
    source_type: enumOf('greenfield.storage.SourceType'),
    checksums: bytesArray,
    delete_at: int64,
    delete_reason: varchar(256),
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
  indexes: [
    { name: 'idx_object_id', columns: ['object_id'], unique: true },
    { name: 'idx_removed_name', columns: ['bucket_name', 'removed', 'object_name', 'id'] },
    {
      name: 'idx_pieces',
      columns: ['bucket_name', 'local_virtual_group_id', 'object_id', 'create_at'],
      where: HAS_PIECES,
      engines: ['sqlite', 'postgres'],
    },
    {
      name: 'idx_pieces',
      columns: ['bucket_name', 'local_virtual_group_id', 'removed', 'status', 'object_id', 'payload_size', 'create_at'],
      engines: ['mysql'],
    },
    {
      name: 'idx_removal',
      columns: ['update_at', 'object_id'],
      where: 'removed = true',
      engines: ['sqlite', 'postgres'],
    },
    { name: 'idx_removal', columns: ['removed', 'update_at', 'object_id'], engines: ['mysql'] },
  ],
});

export const objectIdMapTable = defineTable({
  name: 'object_id_map',
  columns: { object_id: id, bucket_name: bucketName },
  primaryKey: ['object_id'],
});

/** In 64 parts, `slash_prefix_tree_nodes_00` … */
export const prefixTreeTable = defineTable({
  name: 'slash_prefix_tree_nodes',
  columns: {
    path_name: name,
    full_name: name,
    name,
    is_object: bool,
    is_folder: bool,
    bucket_name: bucketName,
    object_id: id,
    object_name: name,
  },
  indexes: [{ name: 'idx_node', columns: ['bucket_name', 'path_name', 'full_name', 'is_object'], unique: true }],
});
