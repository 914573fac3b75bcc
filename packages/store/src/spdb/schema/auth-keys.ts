/** Keys that applications sign with (`reference/block-syncer-and-db.md` §11.3). */
import { int, text, time, varchar } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

export const authKeyTable = defineTable({
  name: 'off_chain_auth_key',
  columns: {
    user_address: varchar(191),
    domain: varchar(191),
    current_nonce: int,
    current_public_key: text,
    next_nonce: int,
    expiry_date: time,
    created_time: time,
    modified_time: time,
  },
  primaryKey: ['user_address', 'domain'],
});

export const authKeyV2Table = defineTable({
  name: 'off_chain_auth_key_v2',
  columns: {
    user_address: varchar(191),
    domain: varchar(191),
    public_key: varchar(191),
    expiry_date: time,
    created_time: time,
    modified_time: time,
  },
  primaryKey: ['user_address', 'domain', 'public_key'],
  indexes: [{ name: 'expiry_index', columns: ['expiry_date'] }],
});
