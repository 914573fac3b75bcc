/** Groups, `reference/internal-grpc.md` §3.11. */
import { define } from '@prairie/chain';
import type { GroupMemberRecord, GroupRecord } from '@prairie/gfsp';

export interface GetGroupListRequest {
  name: string;
  prefix: string;
  source_type: string;
  limit: bigint;
  offset: bigint;
  include_removed: boolean;
}
export const GetGroupListRequest = define<GetGroupListRequest>('modular.metadata.types.GfSpGetGroupListRequest', {
  name: [1, 'string'],
  prefix: [2, 'string'],
  source_type: [3, 'string'],
  limit: [4, 'int64'],
  offset: [5, 'int64'],
  include_removed: [6, 'bool'],
});

export interface GetGroupListResponse {
  groups: GroupRecord[];
  count: bigint;
}
export const GetGroupListResponse = define<GetGroupListResponse>('modular.metadata.types.GfSpGetGroupListResponse', {
  groups: [1, 'modular.metadata.types.Group[]'],
  count: [2, 'int64'],
});

export interface ListGroupsByIDsRequest {
  group_ids: bigint[];
}
export const ListGroupsByIDsRequest = define<ListGroupsByIDsRequest>(
  'modular.metadata.types.GfSpListGroupsByIDsRequest',
  {
    group_ids: [1, 'uint64[]'],
  },
);

export interface ListGroupsByIDsResponseGroupsEntry {
  key: bigint;
  value: GroupRecord | undefined;
}
export const ListGroupsByIDsResponseGroupsEntry = define<ListGroupsByIDsResponseGroupsEntry>(
  'modular.metadata.types.GfSpListGroupsByIDsResponse.GroupsEntry',
  {
    key: [1, 'uint64'],
    value: [2, 'modular.metadata.types.Group'],
  },
);

export interface ListGroupsByIDsResponse {
  groups: ListGroupsByIDsResponseGroupsEntry[];
}
export const ListGroupsByIDsResponse = define<ListGroupsByIDsResponse>(
  'modular.metadata.types.GfSpListGroupsByIDsResponse',
  {
    groups: [1, 'modular.metadata.types.GfSpListGroupsByIDsResponse.GroupsEntry[]'],
  },
);

export interface GetUserGroupsRequest {
  account_id: string;
  limit: number;
  start_after: bigint;
}
export const GetUserGroupsRequest = define<GetUserGroupsRequest>('modular.metadata.types.GfSpGetUserGroupsRequest', {
  account_id: [1, 'string'],
  limit: [2, 'uint32'],
  start_after: [3, 'uint64'],
});

export interface GetGroupMembersRequest {
  group_id: bigint;
  limit: number;
  start_after: string;
}
export const GetGroupMembersRequest = define<GetGroupMembersRequest>(
  'modular.metadata.types.GfSpGetGroupMembersRequest',
  {
    group_id: [1, 'uint64'],
    limit: [2, 'uint32'],
    start_after: [3, 'string'],
  },
);

export interface GetUserOwnedGroupsRequest {
  account_id: string;
  limit: number;
  start_after: bigint;
}
export const GetUserOwnedGroupsRequest = define<GetUserOwnedGroupsRequest>(
  'modular.metadata.types.GfSpGetUserOwnedGroupsRequest',
  {
    account_id: [1, 'string'],
    limit: [2, 'uint32'],
    start_after: [3, 'uint64'],
  },
);

export interface GetUserGroupsResponse {
  groups: GroupMemberRecord[];
}
export const GetUserGroupsResponse = define<GetUserGroupsResponse>('modular.metadata.types.GfSpGetUserGroupsResponse', {
  groups: [1, 'modular.metadata.types.GroupMember[]'],
});

export interface GetGroupMembersResponse {
  groups: GroupMemberRecord[];
}
export const GetGroupMembersResponse = define<GetGroupMembersResponse>(
  'modular.metadata.types.GfSpGetGroupMembersResponse',
  {
    groups: [1, 'modular.metadata.types.GroupMember[]'],
  },
);

export interface GetUserOwnedGroupsResponse {
  groups: GroupMemberRecord[];
}
export const GetUserOwnedGroupsResponse = define<GetUserOwnedGroupsResponse>(
  'modular.metadata.types.GfSpGetUserOwnedGroupsResponse',
  {
    groups: [1, 'modular.metadata.types.GroupMember[]'],
  },
);
