/** The metadata service's methods about groups. */
import { enumText, enumType } from '@prairie/chain';
import type { GroupQueries } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import * as messages from '../messages/metadata-groups.ts';
import { type Handlers, unary } from '../method.ts';
import { fromFound, READ, toFound } from './metadata-rows.ts';

export const groupMethods = {
  GfSpGetGroupList: unary(messages.GetGroupListRequest, messages.GetGroupListResponse, READ),
  GfSpListGroupsByIDs: unary(messages.ListGroupsByIDsRequest, messages.ListGroupsByIDsResponse, READ),
  GfSpGetUserGroups: unary(messages.GetUserGroupsRequest, messages.GetUserGroupsResponse, READ),
  GfSpGetGroupMembers: unary(messages.GetGroupMembersRequest, messages.GetGroupMembersResponse, READ),
  GfSpGetUserOwnedGroups: unary(messages.GetUserOwnedGroupsRequest, messages.GetUserOwnedGroupsResponse, READ),
};

type GroupMethods = typeof groupMethods;

/** An enum by its name on this wire; empty is any. */
const SOURCE = 'greenfield.storage.SourceType';

export const groupHandlers = (metadata: GroupQueries): Handlers<GroupMethods> => ({
  async GfSpGetGroupList({ name, prefix, source_type: source, limit, offset }) {
    const source_type = enumType(SOURCE).byName.get(source);
    const search = { name, prefix, source_type, limit: Number(limit), offset: Number(offset) };
    const { groups, count } = await metadata.listGroups(search);
    return { groups, count: BigInt(count) };
  },
  async GfSpListGroupsByIDs({ group_ids }) {
    return { groups: fromFound(await metadata.listGroupsByIds(group_ids), (group) => group) };
  },
  async GfSpGetUserGroups({ account_id, limit, start_after }) {
    return { groups: await metadata.getUserGroups(account_id, start_after, limit) };
  },
  async GfSpGetGroupMembers({ group_id, limit, start_after }) {
    return { groups: await metadata.getGroupMembers(group_id, start_after, limit) };
  },
  async GfSpGetUserOwnedGroups({ account_id, limit, start_after }) {
    return { groups: await metadata.getOwnedGroups(account_id, start_after, limit) };
  },
});

export const callGroups = (caller: Caller, methods: GroupMethods): GroupQueries => ({
  async listGroups({ name, prefix, source_type, limit, offset }) {
    const { groups, count } = await caller.unary(methods.GfSpGetGroupList, {
      name,
      prefix,
      source_type: source_type === undefined ? '' : enumText(SOURCE, source_type),
      limit: BigInt(limit),
      offset: BigInt(offset),
    });
    return { groups, count: Number(count) };
  },
  async listGroupsByIds(group_ids) {
    const { groups } = await caller.unary(methods.GfSpListGroupsByIDs, { group_ids: [...group_ids] });
    return toFound(groups, (group) => group);
  },
  async getUserGroups(account_id, start_after, limit) {
    return (await caller.unary(methods.GfSpGetUserGroups, { account_id, start_after, limit })).groups;
  },
  async getGroupMembers(group_id, start_after, limit) {
    return (await caller.unary(methods.GfSpGetGroupMembers, { group_id, start_after, limit })).groups;
  },
  async getOwnedGroups(account_id, start_after, limit) {
    return (await caller.unary(methods.GfSpGetUserOwnedGroups, { account_id, start_after, limit })).groups;
  },
});
