/** Groups, policies and their statements. */
import { address, bool, enumOf, id, int, int64, tags, text, texts, uint64 } from '../../sqlite/columns.ts';
import { defineTable } from '../../sqlite/table.ts';

/** The zero account in SQL: an index of groups alone is taken only when a query says the same. */
export const NO_ACCOUNT_SQL = `x'${'00'.repeat(20)}'`;

/** Name of the index of groups by their names: it is the third below. */
export const BY_NAME = 'groups_idx2';

/** The group itself is the row of the zero account; the others are its members. */
export const groupTable = defineTable({
  name: 'groups',
  columns: {
    owner: address,
    group_id: id,
    group_name: text,
    source_type: enumOf('greenfield.storage.SourceType'),
    extra: text,
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
  unique: [['group_id', 'account_id']],
  indexes: [
    'owner, group_name',
    'account_id, group_id',
    `group_name, group_id, source_type WHERE removed = 0 AND account_id = ${NO_ACCOUNT_SQL}`,
    `owner, group_id WHERE removed = 0 AND account_id = ${NO_ACCOUNT_SQL}`,
    'group_id, account_id WHERE removed = 0',
  ],
});

export const permissionTable = defineTable({
  name: 'permission',
  columns: {
    principal_type: int,
    principal_value: text,
    resource_type: enumOf('greenfield.resource.ResourceType'),
    resource_id: id,
    policy_id: id,
    create_timestamp: int64,
    update_timestamp: int64,
    expiration_time: int64,
    removed: bool,
  },
  unique: [['resource_type', 'resource_id', 'principal_type', 'principal_value']],
  indexes: ['policy_id', 'resource_type, resource_id, policy_id WHERE removed = 0'],
});

export const statementTable = defineTable({
  name: 'statements',
  columns: {
    policy_id: id,
    effect: enumOf('greenfield.permission.Effect'),
    action_value: int,
    resources: texts,
    expiration_time: int64,
    limit_size: uint64,
    removed: bool,
  },
  indexes: ['policy_id'],
});
