/** Migrations, swap-outs and exits (§5.9). */
import { address, bigNumber, enumOf, id, ids, textOf, uint } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';
import { bucketName, created } from './common.ts';

const groupIds = { ...ids, types: textOf('TEXT').types };

const bucketEvent = {
  bucket_id: id,
  operator: address,
  bucket_name: bucketName,
  status: enumOf('greenfield.storage.BucketStatus', 'LONGTEXT'),
  ...created,
};
const swapOut = {
  storage_provider_id: uint,
  global_virtual_group_family_id: uint,
  global_virtual_group_ids: groupIds,
  successor_sp_id: uint,
  ...created,
};
const ofBucket = { name: 'idx_bucket_height', columns: ['bucket_id', 'create_at', 'id'] } as const;
const ofSp = { name: 'idx_sp_height', columns: ['storage_provider_id', 'create_at', 'id'] } as const;

/** Append-only logs (§5.9), by the reference's table names. */
export const eventTables = {
  event_migration_bucket: defineTable({
    name: 'event_migration_bucket',
    columns: { ...bucketEvent, dst_primary_sp_id: uint },
    indexes: [ofBucket, { name: 'idx_dst_sp_height', columns: ['dst_primary_sp_id', 'create_at', 'id'] }],
  }),
  event_complete_migration_bucket: defineTable({
    name: 'event_complete_migration_bucket',
    columns: { ...bucketEvent, global_virtual_group_family_id: uint, src_primary_sp_id: uint },
    indexes: [ofBucket, { name: 'idx_src_sp_height', columns: ['src_primary_sp_id', 'create_at', 'id'] }],
  }),
  event_cancel_migration_bucket: defineTable({
    name: 'event_cancel_migration_bucket',
    columns: bucketEvent,
    indexes: [ofBucket],
  }),
  event_reject_migrate_bucket: defineTable({
    name: 'event_reject_migrate_bucket',
    columns: bucketEvent,
    indexes: [ofBucket],
  }),
  event_swap_out: defineTable({ name: 'event_swap_out', columns: swapOut, indexes: [ofSp] }),
  event_cancel_swap_out: defineTable({ name: 'event_cancel_swap_out', columns: swapOut, indexes: [ofSp] }),
  event_swap_out_complete: defineTable({
    name: 'event_swap_out_complete',
    columns: {
      storage_provider_id: uint,
      src_storage_provider_id: uint,
      global_virtual_group_family_id: uint,
      global_virtual_group_ids: groupIds,
      ...created,
    },
    indexes: [{ name: 'idx_src_sp_height', columns: ['src_storage_provider_id', 'create_at', 'id'] }],
  }),
  event_sp_exit: defineTable({
    name: 'event_sp_exit',
    columns: { storage_provider_id: uint, operator_address: address, ...created },
    indexes: [ofSp],
  }),
  event_sp_exit_complete: defineTable({
    name: 'event_sp_exit_complete',
    columns: { storage_provider_id: uint, operator_address: address, total_deposit: bigNumber, ...created },
    indexes: [ofSp],
  }),
};
