/**
 * Tables of the messages in the sign-byte vectors. Those that the provider uses are the framework's; these exist so
 * that this package can be checked alone, and are named apart.
 */
import { define } from '../proto/define.ts';

define('prairie.vectors.GfSpTask', {
  create_time: [2, 'int64'],
  update_time: [3, 'int64'],
  timeout: [4, 'int64'],
  task_priority: [5, 'int32'],
  retry: [6, 'int64'],
  max_retry: [7, 'int64'],
  logs: [9, 'string'],
});

const objectTask = {
  task: [1, 'prairie.vectors.GfSpTask'],
  object_info: [2, 'greenfield.storage.ObjectInfo'],
  storage_params: [3, 'greenfield.storage.Params'],
} as const;

define('prairie.vectors.GfSpReceivePieceTask', {
  ...objectTask,
  segment_idx: [4, 'uint32'],
  redundancy_idx: [5, 'int32'],
  piece_size: [6, 'int64'],
  piece_checksum: [7, 'bytes'],
  global_virtual_group_id: [11, 'uint32'],
});

define('prairie.vectors.GfSpRecoverPieceTask', {
  ...objectTask,
  segment_idx: [4, 'uint32'],
  ec_idx: [5, 'int32'],
  piece_size: [6, 'uint64'],
});

define('prairie.vectors.GfSpReplicatePieceApprovalTask', {
  ...objectTask,
  ask_sp_operator_address: [4, 'string'],
  expired_height: [10, 'uint64'],
});

define('prairie.vectors.GfSpMigrateGVGTask', {
  task: [1, 'prairie.vectors.GfSpTask'],
  bucket_id: [2, 'uint64'],
  src_gvg: [3, 'greenfield.virtualgroup.GlobalVirtualGroup'],
  dest_gvg: [4, 'greenfield.virtualgroup.GlobalVirtualGroup'],
  redundancy_idx: [5, 'int32'],
  last_migrated_object_id: [7, 'uint64'],
  expire_time: [9, 'int64'],
  migrated_bytes_size: [11, 'uint64'],
});

define('prairie.vectors.GfSpBucketMigrationInfo', {
  bucket_id: [1, 'uint64'],
  finished: [2, 'bool'],
  migrated_bytes_size: [3, 'uint64'],
  expire_time: [6, 'int64'],
});

define('prairie.vectors.GfSpPing', { sp_operator_address: [1, 'string'], signature: [2, 'bytes'] });

define('prairie.vectors.GfSpNode', { node_id: [1, 'string'], multi_addr: [2, 'string[]'] });

define('prairie.vectors.GfSpPong', {
  nodes: [1, 'prairie.vectors.GfSpNode[]'],
  sp_operator_address: [2, 'string'],
  signature: [3, 'bytes'],
});
