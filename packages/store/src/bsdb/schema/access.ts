/** Groups, policies and their statements. */
import {
  address,
  bool,
  type Column,
  enumOf,
  id,
  int,
  int64,
  longNumber,
  nameOf,
  tags,
  textArray,
  textOf,
  uint64,
  varchar,
} from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

/** The group itself is the row of the zero account; the others are its members. */
export const groupTable = defineTable({
  name: 'groups',
  columns: {
    owner: address,
    group_id: id,
    group_name: nameOf(63),
    source_type: enumOf('greenfield.storage.SourceType', 'VARCHAR(63)'),
    extra: varchar(512),
    account_id: address,
    operator: address,
    expiration_time: int64,
    create_at: int64,
    create_time: int64,
    update_at: int64,
    update_time: int64,
    removed: bool,
    tags,
  },
  indexes: [
    { name: 'idx_account_group', columns: ['account_id', 'group_id'], unique: true },
    { name: 'idx_members', columns: ['group_id', 'removed', 'account_id'] },
    { name: 'idx_owned', columns: ['owner', 'removed', 'account_id', 'group_id'] },
    { name: 'idx_name', columns: ['account_id', 'removed', 'group_name', 'group_id', 'source_type'] },
  ],
});

/** Addresses are compared without case: an operator's rows have them as whoever granted wrote them. */
const principal = {
  ...varchar(128),
  types: { ...varchar(128).types, mysql: 'VARCHAR(128) COLLATE utf8mb4_general_ci' },
};

export const permissionTable = defineTable({
  name: 'permission',
  columns: {
    principal_type: int,
    principal_value: principal,
    resource_type: enumOf('greenfield.resource.ResourceType', 'VARCHAR(64)'),
    resource_id: id,
    policy_id: id,
    create_timestamp: int64,
    update_timestamp: int64,
    expiration_time: int64,
    removed: bool,
  },
  indexes: [
    {
      name: 'idx_policy',
      columns: ['principal_type', 'principal_value', 'resource_type', 'resource_id'],
      unique: true,
    },
    { name: 'idx_policy_id', columns: ['policy_id'] },
    { name: 'idx_resource', columns: ['resource_id', 'resource_type', 'removed', 'policy_id'] },
    { name: 'idx_principals', columns: ['resource_id', 'resource_type', 'removed', 'principal_type'] },
  ],
});

/** The reference's column is signed. */
const limitSize: Column<bigint> = {
  ...uint64,
  types: int64.types,
  encode: (value) => BigInt.asIntN(64, value),
};

export const statementTable = defineTable({
  name: 'statements',
  columns: {
    policy_id: id,
    effect: enumOf('greenfield.permission.Effect', 'VARCHAR(32)'),
    action_value: longNumber,
    resources: { ...textArray, types: textOf('TEXT').types },
    expiration_time: int64,
    limit_size: limitSize,
    removed: bool,
  },
  indexes: [{ name: 'idx_policy_id', columns: ['policy_id'] }],
});
