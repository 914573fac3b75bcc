/** Groups and who is in them (`reference/metadata-api.md` §6.7–6.9). */
import { enumType } from '@prairie/chain';
import { gatewayErrors } from '../errors.ts';
import type { GatewayRequest, Handler } from '../http/handler.ts';
import { sendXml } from '../http/reply.ts';
import { groupMember, groupRecord } from './metadata-xml.ts';
import {
  checkedAddress,
  cursor,
  offset,
  optional,
  pageLimit,
  searchLimit,
  text,
  uint64,
  userAddress,
} from './params.ts';

const MAX_OFFSET = 100_000n;
const NO_ADDRESS = `0x${'0'.repeat(40)}`;
const sourceTypes = enumType('greenfield.storage.SourceType').byName;

export const listGroups: Handler = async (gateway, request, response) => {
  const search = {
    name: someText(request, 'name'),
    prefix: someText(request, 'prefix'),
    source_type: sourceType(optional(request, 'source-type')),
    limit: searchLimit(request),
    offset: offset(request, MAX_OFFSET),
  };
  const { groups, count } = await gateway.dependencies.client.metadata.listGroups(search);
  sendXml(response, 'GfSpGetGroupListResponse', { Groups: groups.map(groupRecord), Count: count });
};

export const listUserGroups: Handler = async (gateway, request, response) => {
  const page = [userAddress(request), cursor(request), pageLimit(request)] as const;
  const groups = await gateway.dependencies.client.metadata.getUserGroups(...page);
  sendXml(response, 'GfSpGetUserGroupsResponse', { Groups: groups.map(groupMember) });
};

export const listOwnedGroups: Handler = async (gateway, request, response) => {
  const page = [userAddress(request), cursor(request), pageLimit(request)] as const;
  const groups = await gateway.dependencies.client.metadata.getOwnedGroups(...page);
  sendXml(response, 'GfSpGetUserOwnedGroupsResponse', { Groups: groups.map(groupMember) });
};

export const listGroupMembers: Handler = async (gateway, request, response) => {
  const groupId = uint64(request, 'group-id');
  const after = checkedAddress('start-after', optional(request, 'start-after') || NO_ADDRESS);
  const members = await gateway.dependencies.client.metadata.getGroupMembers(groupId, after, pageLimit(request));
  sendXml(response, 'GfSpGetGroupMembersResponse', { Groups: members.map(groupMember) });
};

function someText(request: GatewayRequest, key: string): string {
  const value = text(request, key);
  if (value === '') throw gatewayErrors.invalidQuery(`${key}: a part of the group's name is expected`);
  return value;
}

/** By its name on the wire; empty is any. */
function sourceType(name: string): number | undefined {
  if (name === '') return undefined;
  const type = sourceTypes.get(name);
  if (type !== undefined) return type;
  const known = [...sourceTypes.keys()].join(', ');
  throw gatewayErrors.invalidQuery(`source-type: one of ${known} is expected`);
}
