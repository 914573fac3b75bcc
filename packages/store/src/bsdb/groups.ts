/** Groups and their members: one table, the group's own row has the zero account (§5.4). */
import { addressBytes } from '@prairie/chain';
import type { GroupNames } from '@prairie/gfsp';
import { afterPrefix } from '../name-range.ts';
import { address, enumOf, idBytes, type RowOf } from '../sqlite/columns.ts';
import type { SqliteDatabase, SqlValue } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { BY_NAME, groupTable, NO_ACCOUNT_SQL } from './schema/access.ts';

export type GroupRow = RowOf<typeof groupTable.columns>;

const NO_ACCOUNT = address.zero;
/** Live groups, without their members; the terms of the indexes of groups alone. */
const GROUPS = `removed = 0 AND account_id = ${NO_ACCOUNT_SQL}`;
const sourceType = enumOf('greenfield.storage.SourceType');

export class Groups {
  private readonly table: Table<typeof groupTable.columns>;

  constructor(db: SqliteDatabase) {
    this.table = new Table(db, groupTable);
  }

  /** A group, or with `account_id` a member. */
  put(row: Partial<GroupRow>): void {
    this.table.replace(row);
  }

  updateGroup(groupId: bigint, set: Partial<GroupRow>): void {
    this.updateMember(groupId, NO_ACCOUNT, set);
  }

  updateMember(groupId: bigint, account: string, set: Partial<GroupRow>): void {
    this.table.update({ group_id: groupId, account_id: account }, set);
  }

  /** Rows changed: none when the account is not a member. */
  updateLiveMember(groupId: bigint, account: string, set: Partial<GroupRow>): number {
    return this.table.update({ group_id: groupId, account_id: account, removed: false }, set);
  }

  /** The group and all its members. */
  updateAll(groupId: bigint, set: Partial<GroupRow>): void {
    this.table.update({ group_id: groupId }, set);
  }

  updateByName(owner: string, groupName: string, set: Partial<GroupRow>): void {
    this.table.update({ owner, group_name: groupName, account_id: NO_ACCOUNT, removed: false }, set);
  }

  byId(groupId: bigint): GroupRow | undefined {
    return this.table.get({ group_id: groupId, account_id: NO_ACCOUNT });
  }

  /** Whether the account is a member of a group that exists; `now` in unix seconds. */
  isMember(groupId: bigint, account: string, now: bigint): boolean {
    if (account === NO_ACCOUNT || !this.table.get({ group_id: groupId, account_id: NO_ACCOUNT, removed: false })) {
      return false;
    }
    const tail = `WHERE group_id = ? AND account_id = ? AND removed = 0
      AND (expiration_time = 0 OR expiration_time > ?) LIMIT 1`;
    return this.table.select(tail, [idBytes(groupId), addressBytes(account), now]).length > 0;
  }

  live(groupId: bigint): GroupRow | undefined {
    return this.table.get({ group_id: groupId, account_id: NO_ACCOUNT, removed: false });
  }

  /** Live members, those whose time is over too. */
  countMembers(groupId: bigint): number {
    const tail = `WHERE group_id = ? AND removed = 0 AND account_id > ${NO_ACCOUNT_SQL}`;
    return this.table.count(tail, [idBytes(groupId)]);
  }

  /** Live groups, by id. All that fit are read from an index: their number is asked for, too. */
  listByName(names: GroupNames, limit: number, offset: number): GroupRow[] {
    const { where, params } = nameCondition(names);
    return this.table.select(`${where} ORDER BY group_id LIMIT ? OFFSET ?`, [...params, limit, offset]);
  }

  countByName(names: GroupNames): number {
    const { where, params } = nameCondition(names);
    return this.table.count(where, params);
  }

  /** Live rows of an account's memberships, by id of the group. */
  membershipsOf(account: string, after: bigint, limit: number): GroupRow[] {
    if (account === NO_ACCOUNT) return [];
    const tail = 'WHERE account_id = ? AND group_id > ? AND removed = 0 ORDER BY group_id LIMIT ?';
    return this.table.select(tail, [addressBytes(account), idBytes(after), limit]);
  }

  /** Live members, by the bytes of their address. */
  membersOf(groupId: bigint, after: string, limit: number): GroupRow[] {
    const tail = 'WHERE group_id = ? AND account_id > ? AND removed = 0 ORDER BY account_id LIMIT ?';
    return this.table.select(tail, [idBytes(groupId), addressBytes(after), limit]);
  }

  /** Live groups, by id. */
  ownedBy(owner: string, after: bigint, limit: number): GroupRow[] {
    const tail = `WHERE owner = ? AND group_id > ? AND ${GROUPS} ORDER BY group_id LIMIT ?`;
    return this.table.select(tail, [addressBytes(owner), idBytes(after), limit]);
  }

  /** Every row of a group: itself first, then members by address. */
  rows(groupId: bigint): GroupRow[] {
    return this.table.select('WHERE group_id = ? ORDER BY account_id', [idBytes(groupId)]);
  }
}

/** Names are compared by their bytes, `%` and `_` literally; SQLite's `length` and `substr` count code points. */
function nameCondition({ prefix, name, source_type }: GroupNames): { where: string; params: SqlValue[] } {
  const conditions = [GROUPS, 'group_name >= ?', 'instr(substr(group_name, length(?) + 1), ?) > 0'];
  const params: SqlValue[] = [prefix, prefix, name];
  const end = afterPrefix(prefix);
  if (end !== undefined) {
    conditions.push('group_name < ?');
    params.push(end);
  }
  if (source_type !== undefined) {
    conditions.push('source_type = ?');
    params.push(sourceType.encode(source_type));
  }
  // without a word SQLite takes the order by id, and reads every group there is
  return { where: `INDEXED BY ${BY_NAME} WHERE ${conditions.join(' AND ')}`, params };
}
