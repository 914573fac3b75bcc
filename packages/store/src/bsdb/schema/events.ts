/** Migrations, swap-outs and exits (§5.9). */
import { address, bigNumber, enumOf, id, ids, int, text } from '../../sqlite/columns.ts';
import { defineTable } from '../../sqlite/table.ts';
import { created } from './common.ts';

const bucketEvent = {
  bucket_id: id,
  operator: address,
  bucket_name: text,
  status: enumOf('greenfield.storage.BucketStatus'),
  ...created,
};
const swapOut = {
  storage_provider_id: int,
  global_virtual_group_family_id: int,
  global_virtual_group_ids: ids,
  successor_sp_id: int,
  ...created,
};
const ofBucket = ['bucket_id, create_at'];
const ofSp = ['storage_provider_id, create_at'];

/** Append-only logs (§5.9), by the reference's table names. */
export const eventTables = {
  event_migration_bucket: defineTable({
    name: 'event_migration_bucket',
    columns: { ...bucketEvent, dst_primary_sp_id: int },
    indexes: [...ofBucket, 'dst_primary_sp_id, create_at'],
  }),
  event_complete_migration_bucket: defineTable({
    name: 'event_complete_migration_bucket',
    columns: { ...bucketEvent, global_virtual_group_family_id: int, src_primary_sp_id: int },
    indexes: [...ofBucket, 'src_primary_sp_id, create_at'],
  }),
  event_cancel_migration_bucket: defineTable({
    name: 'event_cancel_migration_bucket',
    columns: bucketEvent,
    indexes: ofBucket,
  }),
  event_reject_migrate_bucket: defineTable({
    name: 'event_reject_migrate_bucket',
    columns: bucketEvent,
    indexes: ofBucket,
  }),
  event_swap_out: defineTable({ name: 'event_swap_out', columns: swapOut, indexes: ofSp }),
  event_cancel_swap_out: defineTable({ name: 'event_cancel_swap_out', columns: swapOut, indexes: ofSp }),
  event_swap_out_complete: defineTable({
    name: 'event_swap_out_complete',
    columns: {
      storage_provider_id: int,
      src_storage_provider_id: int,
      global_virtual_group_family_id: int,
      global_virtual_group_ids: ids,
      ...created,
    },
    indexes: [...ofSp, 'src_storage_provider_id, create_at'],
  }),
  event_sp_exit: defineTable({
    name: 'event_sp_exit',
    columns: { storage_provider_id: int, operator_address: address, ...created },
    indexes: ofSp,
  }),
  event_sp_exit_complete: defineTable({
    name: 'event_sp_exit_complete',
    columns: { storage_provider_id: int, operator_address: address, total_deposit: bigNumber, ...created },
    indexes: ofSp,
  }),
};
