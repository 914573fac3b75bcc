/** Random messages about groups and their members (`reference/chain-state-machine.md` §9). */
import { greenfieldStorage as storage } from '@prairie/chain';
import type { Draft, Kind } from '../draft.ts';
import type { World } from '../world.ts';
import { claim, draft, expiry } from './common.ts';

export const groupKinds: readonly Kind[] = [
  { name: 'CreateGroup', weight: 2, make: createGroup },
  { name: 'DeleteGroup', weight: 0.6, make: deleteGroup },
  { name: 'UpdateGroupMember', weight: 3, make: updateMembers },
  { name: 'RenewGroupMember', weight: 1.5, make: renewMembers },
  { name: 'LeaveGroup', weight: 1, make: leaveGroup },
  { name: 'UpdateGroupExtra', weight: 1, make: updateExtra },
];

type Group = storage.GroupInfo;

const isMember = (world: World, group: Group, address: string): boolean =>
  world.keepers.permission.members.get(group.id, address) !== undefined;

const about = (group: Group) => ({ group_owner: group.owner, group_name: group.group_name });

function createGroup(world: World): Draft {
  const creator = world.user();
  const message = { creator: creator.address, group_name: world.name('group'), extra: 'of random people' };
  return draft(creator, storage.MsgCreateGroup, message);
}

function ownedGroup(world: World): { group: Group; changes: string[] } | undefined {
  const group = world.known.groups.pick();
  return group && { group, changes: [claim.group(group), 'policies'] };
}

function deleteGroup(world: World): Draft | undefined {
  const found = ownedGroup(world);
  if (!found) return undefined;
  const { group, changes } = found;
  const message = { operator: group.owner, group_name: group.group_name };
  return draft(world.key(group.owner)!, storage.MsgDeleteGroup, message, { changes });
}

function updateMembers(world: World): Draft | undefined {
  const found = ownedGroup(world);
  if (!found) return undefined;
  const { group, changes } = found;
  const chosen = world.rng.some(world.users, world.rng.between(1, 4)).map(({ address }) => address);
  const message = {
    ...about(group),
    operator: group.owner,
    members_to_add: chosen
      .filter((address) => !isMember(world, group, address))
      .map((member) => ({ member, expiration_time: expiry(world) })),
    members_to_delete: chosen.filter((address) => isMember(world, group, address)),
  };
  return draft(world.key(group.owner)!, storage.MsgUpdateGroupMember, message, { changes });
}

function renewMembers(world: World): Draft | undefined {
  const found = ownedGroup(world);
  if (!found) return undefined;
  const { group, changes } = found;
  const chosen = world.rng.some(world.users, world.rng.between(1, 3));
  const members = chosen.map(({ address }) => ({ member: address, expiration_time: expiry(world) }));
  const message = { ...about(group), operator: group.owner, members };
  return draft(world.key(group.owner)!, storage.MsgRenewGroupMember, message, { changes });
}

function leaveGroup(world: World): Draft | undefined {
  const found = ownedGroup(world);
  const member = found && world.rng.pick(world.users.filter(({ address }) => isMember(world, found.group, address)));
  if (!member) return undefined;
  const message = { ...about(found.group), member: member.address };
  return draft(member, storage.MsgLeaveGroup, message, { changes: found.changes });
}

function updateExtra(world: World): Draft | undefined {
  const found = ownedGroup(world);
  if (!found) return undefined;
  const { group, changes } = found;
  const message = { ...about(group), operator: group.owner, extra: world.name('extra ') };
  return draft(world.key(group.owner)!, storage.MsgUpdateGroupExtra, message, { changes });
}
