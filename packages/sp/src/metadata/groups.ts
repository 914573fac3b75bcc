import type { BsDbReader, BsdbGroup, GroupMemberRecord, GroupQueries, GroupSearch } from '@prairie/gfsp';
import { groupRecord, memberRecord } from './records.ts';
import type { Tables } from './tables.ts';

export function groupQueries(tables: Tables): GroupQueries {
  return {
    listGroups: (search) => tables.fresh((db) => found(db, search)),
    listGroupsByIds: (groupIds) =>
      tables.fresh(async (db) => {
        const rows = await db.groups.liveByIds(groupIds);
        return new Map(rows.map((row) => [row.group_id, groupRecord(row, 0)]));
      }),
    getUserGroups: (account, startAfter, limit) =>
      tables.fresh(async (db) => members(db, await db.groups.membershipsOf(account, startAfter, limit))),
    getOwnedGroups: (owner, startAfter, limit) =>
      tables.fresh(async (db) => {
        const rows = await db.groups.ownedBy(owner, startAfter, limit);
        return rows.map((row) => memberRecord(row, row));
      }),
    getGroupMembers: (groupId, startAfter, limit) =>
      tables.fresh(async (db) => members(db, await db.groups.membersOf(groupId, startAfter, limit))),
  };
}

async function found(db: BsDbReader, { limit, offset, ...names }: GroupSearch) {
  const [rows, count] = await Promise.all([db.groups.listByName(names, limit, offset), db.groups.countByName(names)]);
  const members = await db.groups.countMembers(rows.map((row) => row.group_id));
  return { groups: rows.map((row) => groupRecord(row, members.get(row.group_id) ?? 0)), count };
}

async function members(db: BsDbReader, rows: readonly BsdbGroup[]): Promise<GroupMemberRecord[]> {
  const groups = await db.groups.liveByIds([...new Set(rows.map((row) => row.group_id))]);
  const byId = new Map(groups.map((group) => [group.group_id, group]));
  return rows.map((row) => memberRecord(row, byId.get(row.group_id)));
}
