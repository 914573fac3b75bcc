/** Groups and who is in them (`reference/metadata-api.md` §6.7–6.9). */
import { enumType } from '@prairie/chain';
import type { GroupMemberRecord, GroupRecord } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import type { GatewayRequest } from '../http/handler.ts';
import { answeredAs } from '../http/reply.ts';
import { answer, big, many } from '../http/shape.ts';
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
import { groupMember, groupRecord } from './shapes.ts';

const MAX_OFFSET = 100_000n;
const NO_ADDRESS = `0x${'0'.repeat(40)}`;
const sourceTypes = enumType('greenfield.storage.SourceType').byName;

interface FoundGroups {
  groups: GroupRecord[];
  count: number;
}

const found = answer<FoundGroups>('GfSpGetGroupListResponse', {
  Groups: many(groupRecord, ({ groups }) => groups),
  Count: big(({ count }) => count),
});
const members = (name: string) => answer<GroupMemberRecord[]>(name, { Groups: many(groupMember, (all) => all) });

export const listGroups = answeredAs(found, async (gateway, request) =>
  gateway.dependencies.client.metadata.listGroups({
    name: someText(request, 'name'),
    prefix: someText(request, 'prefix'),
    source_type: sourceType(optional(request, 'source-type')),
    limit: searchLimit(request),
    offset: offset(request, MAX_OFFSET),
  }),
);

const pageOf = (request: GatewayRequest) => [userAddress(request), cursor(request), pageLimit(request)] as const;

export const listUserGroups = answeredAs(members('GfSpGetUserGroupsResponse'), async (gateway, request) =>
  gateway.dependencies.client.metadata.getUserGroups(...pageOf(request)),
);

export const listOwnedGroups = answeredAs(members('GfSpGetUserOwnedGroupsResponse'), async (gateway, request) =>
  gateway.dependencies.client.metadata.getOwnedGroups(...pageOf(request)),
);

export const listGroupMembers = answeredAs(members('GfSpGetGroupMembersResponse'), async (gateway, request) => {
  const groupId = uint64(request, 'group-id');
  const after = checkedAddress('start-after', optional(request, 'start-after') || NO_ADDRESS);
  return gateway.dependencies.client.metadata.getGroupMembers(groupId, after, pageLimit(request));
});

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
