import type { BsDbReader, BsdbGroup, GroupMemberRecord, GroupQueries } from '@prairie/gfsp';
import { foundById } from './buckets.ts';
import { groupRecord, memberRecord } from './records.ts';
import type { Tables } from './tables.ts';

export function groupQueries(tables: Tables): GroupQueries {
  return {
    listGroups: ({ limit, offset, ...names }) =>
      tables.fresh((db) => {
        const rows = db.groups.listByName(names, limit, offset);
        const groups = rows.map((row) => groupRecord(row, db.groups.countMembers(row.group_id)));
        return { groups, count: db.groups.countByName(names) };
      }),
    listGroupsByIds: (groupIds) =>
      tables.fresh((db) =>
        foundById(groupIds, (id) => {
          const row = db.groups.live(id);
          return row && groupRecord(row, 0);
        }),
      ),
    getUserGroups: (account, startAfter, limit) =>
      tables.fresh((db) => members(db, db.groups.membershipsOf(account, startAfter, limit))),
    getOwnedGroups: (owner, startAfter, limit) =>
      tables.fresh((db) => db.groups.ownedBy(owner, startAfter, limit).map((row) => memberRecord(row, row))),
    getGroupMembers: (groupId, startAfter, limit) =>
      tables.fresh((db) => members(db, db.groups.membersOf(groupId, startAfter, limit))),
  };
}

/** Each group is read once, however many of its members there are. */
function members(db: BsDbReader, rows: readonly BsdbGroup[]): GroupMemberRecord[] {
  const groups = new Map<bigint, BsdbGroup | undefined>();
  return rows.map((row) => {
    const id = row.group_id;
    if (!groups.has(id)) groups.set(id, db.groups.live(id));
    return memberRecord(row, groups.get(id));
  });
}
