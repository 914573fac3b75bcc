/** §5.4. */
import { greenfieldStorage as storage } from '@prairie/chain';
import { type At, type Handler, on, seconds } from './handler.ts';

const createdNow = (at: At) => ({ create_at: at.height, create_time: at.time });
const updatedNow = (at: At) => ({ update_at: at.height, update_time: at.time });

function updateMembers(e: storage.EventUpdateGroupMember, at: At): void {
  const { groups } = at.db;
  for (const { member, expiration_time } of e.members_to_add) {
    groups.put({
      owner: e.owner,
      group_id: e.group_id,
      group_name: e.group_name,
      account_id: member,
      operator: e.operator,
      expiration_time: seconds(expiration_time),
      ...createdNow(at),
      ...updatedNow(at),
    });
  }
  for (const member of e.members_to_delete) {
    groups.updateMember(e.group_id, member, { operator: e.operator, removed: true, ...updatedNow(at) });
  }
  groups.updateGroup(e.group_id, updatedNow(at));
}

export const groupHandlers: readonly Handler[] = [
  on(storage.EventCreateGroup, (e, at) =>
    at.db.groups.put({
      owner: e.owner,
      group_id: e.group_id,
      group_name: e.group_name,
      source_type: e.source_type,
      extra: e.extra,
      ...createdNow(at),
      ...updatedNow(at),
    }),
  ),
  on(storage.EventUpdateGroupMember, updateMembers),
  on(storage.EventRenewGroupMember, (e, at) => {
    for (const { member, expiration_time } of e.members) {
      at.db.groups.updateMember(e.group_id, member, { expiration_time: seconds(expiration_time), ...updatedNow(at) });
    }
  }),
  on(storage.EventLeaveGroup, (e, at) => {
    const { owner, group_name } = e;
    at.db.groups.updateMember(e.group_id, e.member_address, { owner, group_name, removed: true, ...updatedNow(at) });
    at.db.groups.updateGroup(e.group_id, updatedNow(at));
  }),
  on(storage.EventUpdateGroupExtra, (e, at) =>
    at.db.groups.updateGroup(e.group_id, { extra: e.extra, ...updatedNow(at) }),
  ),
  on(storage.EventDeleteGroup, (e, at) => {
    const { owner, group_name } = e;
    at.db.groups.updateAll(e.group_id, { owner, group_name, removed: true, ...updatedNow(at) });
  }),
];
