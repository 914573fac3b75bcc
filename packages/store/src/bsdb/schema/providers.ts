/** Storage providers and their virtual groups. */
import {
  address,
  bigNumber,
  bool,
  enumOf,
  hash,
  id,
  ids,
  int64,
  textOf,
  uint,
  uint64,
  varchar,
} from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';
import { created, updated } from './common.ts';

export const storageProviderTable = defineTable({
  name: 'storage_providers',
  columns: {
    sp_id: uint,
    operator_address: address,
    funding_address: address,
    seal_address: address,
    approval_address: address,
    gc_address: address,
    total_deposit: bigNumber,
    status: enumOf('greenfield.sp.Status'),
    endpoint: varchar(256),
    moniker: varchar(128),
    identity: varchar(256),
    website: varchar(128),
    security_contact: varchar(128),
    details: varchar(256),
    bls_key: varchar(96),
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
  indexes: [
    { name: 'idx_sp', columns: ['sp_id'], unique: true },
    { name: 'idx_operator_address', columns: ['operator_address'] },
    { name: 'idx_funding_address', columns: ['funding_address'] },
  ],
});

export const gvgTable = defineTable({
  name: 'global_virtual_groups',
  columns: {
    global_virtual_group_id: uint,
    family_id: uint,
    primary_sp_id: uint,
    secondary_sp_ids: { ...ids, types: textOf('TEXT').types },
    stored_size: uint64,
    virtual_payment_address: address,
    total_deposit: bigNumber,
    ...created,
    ...updated,
    removed: bool,
  },
  indexes: [
    { name: 'idx_gvg', columns: ['global_virtual_group_id'], unique: true },
    { name: 'idx_family_gvg', columns: ['family_id', 'removed', 'global_virtual_group_id'] },
  ],
});

/** Not in the reference, which looks through all groups: in which groups a provider is a secondary. */
export const gvgSecondaryTable = defineTable({
  name: 'gvg_secondaries',
  columns: { sp_id: uint, global_virtual_group_id: uint },
  primaryKey: ['sp_id', 'global_virtual_group_id'],
  indexes: [{ name: 'idx_gvg', columns: ['global_virtual_group_id'] }],
});

export const lvgTable = defineTable({
  name: 'local_virtual_groups',
  columns: {
    local_virtual_group_id: uint,
    global_virtual_group_id: uint,
    bucket_id: id,
    stored_size: uint64,
    ...created,
    ...updated,
    removed: bool,
  },
  indexes: [
    { name: 'idx_bucket_lvg', columns: ['bucket_id', 'local_virtual_group_id'], unique: true },
    { name: 'idx_gvg_bucket', columns: ['global_virtual_group_id', 'removed', 'bucket_id', 'local_virtual_group_id'] },
  ],
});

export const familyTable = defineTable({
  name: 'global_virtual_group_families',
  columns: {
    global_virtual_group_family_id: uint,
    primary_sp_id: uint,
    global_virtual_group_ids: ids,
    virtual_payment_address: address,
    ...created,
    ...updated,
    removed: bool,
  },
  indexes: [
    { name: 'idx_family', columns: ['global_virtual_group_family_id'], unique: true },
    { name: 'idx_sp_family', columns: ['primary_sp_id', 'removed', 'global_virtual_group_family_id'] },
  ],
});
