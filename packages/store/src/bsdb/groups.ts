/** Groups and their members: one table, the group's own row has the zero account (§5.4). */
import { addressBytes } from '@prairie/chain';
import { address, idBytes, type RowOf } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { groupTable } from './schema/access.ts';

export type GroupRow = RowOf<typeof groupTable.columns>;

const NO_ACCOUNT = address.zero;

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

  /** Every row of a group: itself first, then members by address. */
  rows(groupId: bigint): GroupRow[] {
    return this.table.select('WHERE group_id = ? ORDER BY account_id', [idBytes(groupId)]);
  }
}
