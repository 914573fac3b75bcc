/** Storage providers and their virtual groups. */
import { address, bigNumber, bool, enumOf, hash, id, ids, int, int64, text, uint64 } from '../../sqlite/columns.ts';
import { defineTable } from '../../sqlite/table.ts';
import { created, updated } from './common.ts';

export const storageProviderTable = defineTable({
  name: 'storage_providers',
  columns: {
    sp_id: int,
    operator_address: address,
    funding_address: address,
    seal_address: address,
    approval_address: address,
    gc_address: address,
    total_deposit: bigNumber,
    status: enumOf('greenfield.sp.Status'),
    endpoint: text,
    moniker: text,
    identity: text,
    website: text,
    security_contact: text,
    details: text,
    bls_key: text,
    update_time_sec: int64,
    read_price: bigNumber,
    free_read_quota: uint64,
    store_price: bigNumber,
    create_at: int64,
    create_tx_hash: hash,
    update_at: int64,
    update_tx_hash: hash,
    removed: bool,
  },
  unique: [['sp_id']],
  indexes: ['operator_address'],
});

export const gvgTable = defineTable({
  name: 'global_virtual_groups',
  columns: {
    global_virtual_group_id: int,
    family_id: int,
    primary_sp_id: int,
    secondary_sp_ids: ids,
    stored_size: uint64,
    virtual_payment_address: address,
    total_deposit: bigNumber,
    ...created,
    ...updated,
    removed: bool,
  },
  unique: [['global_virtual_group_id']],
  indexes: ['family_id, global_virtual_group_id', 'primary_sp_id'],
});

/** Not in the reference, which looks through all groups: in which groups a provider is a secondary. */
export const gvgSecondaryTable = defineTable({
  name: 'gvg_secondaries',
  columns: { sp_id: int, global_virtual_group_id: int },
  primaryKey: ['sp_id', 'global_virtual_group_id'],
  indexes: ['global_virtual_group_id'],
});

export const lvgTable = defineTable({
  name: 'local_virtual_groups',
  columns: {
    local_virtual_group_id: int,
    global_virtual_group_id: int,
    bucket_id: id,
    stored_size: uint64,
    ...created,
    ...updated,
    removed: bool,
  },
  unique: [['bucket_id', 'local_virtual_group_id']],
  indexes: ['global_virtual_group_id'],
});

export const familyTable = defineTable({
  name: 'global_virtual_group_families',
  columns: {
    global_virtual_group_family_id: int,
    primary_sp_id: int,
    global_virtual_group_ids: ids,
    virtual_payment_address: address,
    ...created,
    ...updated,
    removed: bool,
  },
  unique: [['global_virtual_group_family_id']],
  indexes: ['primary_sp_id', 'primary_sp_id, global_virtual_group_family_id'],
});
