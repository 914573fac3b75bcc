/** §5.4. */
import { greenfieldStorage as storage } from '@prairie/chain';
import { type At, type Handler, on, seconds } from './handler.ts';

const createdNow = (at: At) => ({ create_at: at.height, create_time: at.time });
const updatedNow = (at: At) => ({ update_at: at.height, update_time: at.time });

type OfGroup = Pick<storage.EventUpdateGroupMember, 'owner' | 'group_id' | 'group_name' | 'operator'>;

async function addMember(
  e: OfGroup,
  { member, expiration_time }: storage.EventGroupMemberDetail,
  at: At,
): Promise<void> {
  await at.db.groups.put({
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

/** The chain adds who is not a member (any more). */
async function renewMember(e: OfGroup, detail: storage.EventGroupMemberDetail, at: At): Promise<void> {
  const set = { expiration_time: seconds(detail.expiration_time), ...updatedNow(at) };
  if ((await at.db.groups.updateLiveMember(e.group_id, detail.member, set)) === 0) await addMember(e, detail, at);
}

async function updateMembers(e: storage.EventUpdateGroupMember, at: At): Promise<void> {
  const { groups } = at.db;
  for (const detail of e.members_to_add) await addMember(e, detail, at);
  for (const member of e.members_to_delete) {
    await groups.updateMember(e.group_id, member, { operator: e.operator, removed: true, ...updatedNow(at) });
  }
  await groups.updateGroup(e.group_id, updatedNow(at));
}

export const groupHandlers: readonly Handler[] = [
  on(storage.EventCreateGroup, async (e, at) => {
    await at.db.groups.put({
      owner: e.owner,
      group_id: e.group_id,
      group_name: e.group_name,
      source_type: e.source_type,
      extra: e.extra,
      ...createdNow(at),
      ...updatedNow(at),
    });
  }),
  on(storage.EventUpdateGroupMember, updateMembers),
  on(storage.EventRenewGroupMember, async (e, at) => {
    for (const detail of e.members) await renewMember(e, detail, at);
  }),
  on(storage.EventLeaveGroup, async (e, at) => {
    const { owner, group_name } = e;
    await at.db.groups.updateMember(e.group_id, e.member_address, {
      owner,
      group_name,
      removed: true,
      ...updatedNow(at),
    });
    await at.db.groups.updateGroup(e.group_id, updatedNow(at));
  }),
  on(storage.EventUpdateGroupExtra, async (e, at) => {
    await at.db.groups.updateGroup(e.group_id, { extra: e.extra, ...updatedNow(at) });
  }),
  on(storage.EventDeleteGroup, async (e, at) => {
    const { owner, group_name } = e;
    await at.db.groups.updateAll(e.group_id, { owner, group_name, removed: true, ...updatedNow(at) });
  }),
];
