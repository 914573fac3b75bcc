/** Messages about groups and their members (§9). */
import { greenfieldPermission, greenfieldStorage as storage, toChecksumAddress } from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import type { Timestamp } from '../permission/index.ts';
import { storageErrors as errors } from './errors.ts';
import { checkAddress, checkGroupExtra, checkGroupName } from './names.ts';
import { requireChangeable, requireOrigin, type Services } from './services.ts';

const { ACTION_UPDATE_GROUP_EXTRA, ACTION_UPDATE_GROUP_MEMBER } = greenfieldPermission.ActionType;
const { SOURCE_TYPE_ORIGIN } = storage.SourceType;
const MAX_MEMBERS_PER_MESSAGE = 20;
/** 9999-12-31T23:59:59Z, the last second of a protobuf timestamp. */
const LAST_SECOND = 253_402_300_799n;

export function groupMessages(services: Services): MessageHandler[] {
  const { store } = services;
  return [
    message<storage.MsgCreateGroup>({
      type: storage.MsgCreateGroup,
      response: storage.MsgCreateGroupResponse,
      signers: (msg) => [msg.creator],
      validateBasic(msg) {
        checkAddress(msg.creator, 'creator');
        checkGroupName(msg.group_name);
        checkGroupExtra(msg.extra);
      },
      handle: (ctx, msg) => ({ group_id: createGroup(services, ctx, msg) }),
    }),
    message<storage.MsgDeleteGroup>({
      type: storage.MsgDeleteGroup,
      response: storage.MsgDeleteGroupResponse,
      signers: (msg) => [msg.operator],
      validateBasic(msg) {
        checkAddress(msg.operator, 'operator');
        checkGroupName(msg.group_name);
      },
      handle(ctx, msg) {
        const group = store.group(msg.operator, msg.group_name);
        requireOrigin(group);
        store.removeGroup(group);
        services.cleanup.note(ctx, 'group_ids', group.id);
        const { owner, group_name, id: group_id } = group;
        ctx.emitTyped(storage.EventDeleteGroup, { owner, group_name, group_id });
        return {};
      },
    }),
    message<storage.MsgLeaveGroup>({
      type: storage.MsgLeaveGroup,
      response: storage.MsgLeaveGroupResponse,
      signers: (msg) => [msg.member],
      validateBasic(msg) {
        checkAddress(msg.member, 'member');
        checkGroup(msg);
      },
      handle(ctx, msg) {
        const group = store.group(msg.group_owner, msg.group_name);
        removeMember(services, group, msg.member);
        const { owner, group_name, id: group_id } = group;
        ctx.emitTyped(storage.EventLeaveGroup, {
          member_address: toChecksumAddress(msg.member),
          owner,
          group_name,
          group_id,
        });
        return {};
      },
    }),
    message<storage.MsgUpdateGroupMember>({
      type: storage.MsgUpdateGroupMember,
      response: storage.MsgUpdateGroupMemberResponse,
      signers: (msg) => [msg.operator],
      validateBasic(msg) {
        checkAddress(msg.operator, 'operator');
        checkGroup(msg);
        checkMemberCount(msg.members_to_add.length + msg.members_to_delete.length);
        msg.members_to_add.forEach(checkMember);
        for (const member of msg.members_to_delete) checkAddress(member, 'member');
      },
      handle(ctx, msg) {
        updateMembers(services, ctx, msg);
        return {};
      },
    }),
    message<storage.MsgRenewGroupMember>({
      type: storage.MsgRenewGroupMember,
      response: storage.MsgRenewGroupMemberResponse,
      signers: (msg) => [msg.operator],
      validateBasic(msg) {
        checkAddress(msg.operator, 'operator');
        checkGroup(msg);
        checkMemberCount(msg.members.length);
        msg.members.forEach(checkMember);
      },
      handle(ctx, msg) {
        renewMembers(services, ctx, msg);
        return {};
      },
    }),
    message<storage.MsgUpdateGroupExtra>({
      type: storage.MsgUpdateGroupExtra,
      response: storage.MsgUpdateGroupExtraResponse,
      signers: (msg) => [msg.operator],
      validateBasic(msg) {
        checkAddress(msg.operator, 'operator');
        checkGroup(msg);
        checkGroupExtra(msg.extra);
      },
      handle(ctx, msg) {
        const group = store.group(msg.group_owner, msg.group_name);
        requireChangeable(ctx, group);
        services.access.requireGroup(ctx, group, msg.operator, ACTION_UPDATE_GROUP_EXTRA);
        store.setGroup({ ...group, extra: msg.extra });
        ctx.emitTyped(storage.EventUpdateGroupExtra, { ...groupEvent(group, msg.operator), extra: msg.extra });
        return {};
      },
    }),
  ];
}

function checkGroup(msg: { group_owner: string; group_name: string }): void {
  checkAddress(msg.group_owner, 'group owner');
  checkGroupName(msg.group_name);
}

function checkMemberCount(count: number): void {
  if (count > MAX_MEMBERS_PER_MESSAGE) {
    throw errors.parameter(`${count} members, at most ${MAX_MEMBERS_PER_MESSAGE} in a message`);
  }
}

function checkMember({ member, expiration_time }: { member: string; expiration_time: Timestamp | undefined }): void {
  checkAddress(member, 'member');
  if (expiration_time && expiration_time.seconds > LAST_SECOND) {
    throw errors.parameter(`membership of ${member} ends after the year 9999`);
  }
}

const groupEvent = (group: storage.GroupInfo, operator: string) => ({
  operator: toChecksumAddress(operator),
  owner: group.owner,
  group_name: group.group_name,
  group_id: group.id,
});

function createGroup({ store }: Services, ctx: Context, msg: storage.MsgCreateGroup): bigint {
  if (store.findGroup(msg.creator, msg.group_name)) throw errors.groupExists();
  const group = storage.GroupInfo.create({
    owner: toChecksumAddress(msg.creator),
    group_name: msg.group_name,
    source_type: SOURCE_TYPE_ORIGIN,
    id: store.ids.next('group'),
    extra: msg.extra,
  });
  store.addGroup(group);
  const { id: group_id, owner, group_name, source_type, extra } = group;
  ctx.emitTyped(storage.EventCreateGroup, { owner, group_name, group_id, source_type, extra });
  return group_id;
}

function removeMember({ keepers }: Services, group: storage.GroupInfo, member: string): void {
  const { members } = keepers.permission;
  if (!members.get(group.id, member)) throw errors.noSuchGroupMember();
  members.remove(group.id, member);
}

function updateMembers(services: Services, ctx: Context, msg: storage.MsgUpdateGroupMember): void {
  const { store, access, keepers } = services;
  const group = store.group(msg.group_owner, msg.group_name);
  requireChangeable(ctx, group);
  access.requireGroup(ctx, group, msg.operator, ACTION_UPDATE_GROUP_MEMBER);
  for (const { member, expiration_time } of msg.members_to_add) {
    if (keepers.permission.members.get(group.id, member)) throw errors.memberExists(member);
    keepers.permission.members.add(group.id, member, expiration_time);
  }
  for (const member of msg.members_to_delete) removeMember(services, group, member);
  ctx.emitTyped(storage.EventUpdateGroupMember, {
    ...groupEvent(group, msg.operator),
    members_to_add: msg.members_to_add,
    members_to_delete: msg.members_to_delete,
  });
}

function renewMembers(services: Services, ctx: Context, msg: storage.MsgRenewGroupMember): void {
  const { store, access, keepers } = services;
  const group = store.group(msg.group_owner, msg.group_name);
  requireChangeable(ctx, group);
  access.requireGroup(ctx, group, msg.operator, ACTION_UPDATE_GROUP_MEMBER);
  for (const { member, expiration_time } of msg.members) {
    keepers.permission.members.renew(group.id, member, expiration_time);
  }
  ctx.emitTyped(storage.EventRenewGroupMember, {
    ...groupEvent(group, msg.operator),
    source_type: group.source_type,
    members: msg.members,
  });
}
