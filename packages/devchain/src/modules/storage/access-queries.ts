/** Queries about groups, their members, policies and what an operator may do (§13). */
import { greenfieldPermission, greenfieldStorage as storage } from '@prairie/chain';
import { type QueryHandler, query } from '../../context.ts';
import { idKey } from '../../keys.ts';
import type { Principal } from '../permission/index.ts';
import { storageErrors as errors } from './errors.ts';
import { checkAddress } from './names.ts';
import { traitsOf } from './nft.ts';
import { pageOf } from './paging.ts';
import { parseId, queryPath, tokenQuery } from './queries.ts';
import { findResource } from './resources.ts';
import type { Services } from './services.ts';

const { PRINCIPAL_TYPE_GNFD_ACCOUNT, PRINCIPAL_TYPE_GNFD_GROUP } = greenfieldPermission.PrincipalType;

export function accessQueries(services: Services): Record<string, QueryHandler> {
  return { ...groupQueries(services), ...existenceQueries(services), ...policyQueries(services) };
}

function groupQueries(services: Services): Record<string, QueryHandler> {
  const { store, keepers } = services;
  return {
    [queryPath('HeadGroup')]: query({
      request: storage.QueryHeadGroupRequest,
      response: storage.QueryHeadGroupResponse,
      handle(_ctx, { group_owner, group_name }) {
        checkAddress(group_owner, 'group owner');
        return { group_info: store.group(group_owner, group_name) };
      },
    }),
    [queryPath('HeadGroupMember')]: query({
      request: storage.QueryHeadGroupMemberRequest,
      response: storage.QueryHeadGroupMemberResponse,
      handle(_ctx, { member, group_owner, group_name }) {
        checkAddress(member, 'member');
        checkAddress(group_owner, 'group owner');
        const found = keepers.permission.members.get(store.group(group_owner, group_name).id, member);
        if (!found) throw errors.noSuchGroupMember();
        return { group_member: found };
      },
    }),
    [queryPath('ListGroups')]: query({
      request: storage.QueryListGroupsRequest,
      response: storage.QueryListGroupsResponse,
      handle(_ctx, { group_owner, pagination }) {
        checkAddress(group_owner, 'group owner');
        const page = pageOf(pagination, (from, reverse) => store.groupsOf(group_owner, from, reverse));
        return { pagination: page.pagination, group_infos: page.items };
      },
    }),
    [queryPath('HeadGroupNFT')]: tokenQuery(storage.QueryGroupNFTResponse, (id) => {
      const group = store.groups.get(idKey(parseId(id, 'group id')));
      if (!group) throw errors.noSuchGroup();
      return { group_name: group.group_name, attributes: traitsOf(storage.GroupInfo.fields, group) };
    }),
  };
}

/** A map from what was asked to whether it is there. */
const existence = (asked: readonly string[], exists: (text: string) => boolean) => ({
  exists: [...new Set(asked)].map((key) => ({ key, value: exists(key) })),
});

function existenceQueries({ store, keepers }: Services): Record<string, QueryHandler> {
  return {
    [queryPath('QueryGroupMembersExist')]: query({
      request: storage.QueryGroupMembersExistRequest,
      response: storage.QueryGroupMembersExistResponse,
      handle(_ctx, { group_id, members }) {
        const id = parseId(group_id, 'group id');
        for (const member of members) checkAddress(member, 'member');
        return existence(members, (member) => keepers.permission.members.get(id, member) !== undefined);
      },
    }),
    [queryPath('QueryGroupsExist')]: query({
      request: storage.QueryGroupsExistRequest,
      response: storage.QueryGroupsExistResponse,
      handle(_ctx, { group_owner, group_names }) {
        checkAddress(group_owner, 'group owner');
        return existence(group_names, (name) => store.findGroup(group_owner, name) !== undefined);
      },
    }),
    [queryPath('QueryGroupsExistById')]: query({
      request: storage.QueryGroupsExistByIdRequest,
      response: storage.QueryGroupsExistResponse,
      handle: (_ctx, { group_ids }) => existence(group_ids, (id) => store.groups.has(idKey(parseId(id, 'group id')))),
    }),
  };
}

function policyQueries(services: Services): Record<string, QueryHandler> {
  const { store, access, keepers } = services;
  return {
    [queryPath('VerifyPermission')]: query({
      request: storage.QueryVerifyPermissionRequest,
      response: storage.QueryVerifyPermissionResponse,
      handle(ctx, { operator, bucket_name, object_name, action_type }) {
        if (operator !== '') checkAddress(operator, 'operator');
        const bucket = store.bucket(bucket_name);
        if (object_name === '') return { effect: access.bucket(ctx, bucket, operator, action_type) };
        return { effect: access.object(ctx, bucket, store.object(bucket, object_name), operator, action_type) };
      },
    }),
    [queryPath('QueryPolicyForAccount')]: query({
      request: storage.QueryPolicyForAccountRequest,
      response: storage.QueryPolicyForAccountResponse,
      handle(_ctx, { resource, principal_address }) {
        checkAddress(principal_address, 'principal');
        return {
          policy: policyFor(services, resource, { type: PRINCIPAL_TYPE_GNFD_ACCOUNT, value: principal_address }),
        };
      },
    }),
    [queryPath('QueryPolicyForGroup')]: query({
      request: storage.QueryPolicyForGroupRequest,
      response: storage.QueryPolicyForGroupResponse,
      handle(_ctx, { resource, principal_group_id }) {
        const value = parseId(principal_group_id, 'group id').toString();
        return { policy: policyFor(services, resource, { type: PRINCIPAL_TYPE_GNFD_GROUP, value }) };
      },
    }),
    [queryPath('QueryPolicyById')]: query({
      request: storage.QueryPolicyByIdRequest,
      response: storage.QueryPolicyByIdResponse,
      handle(_ctx, { policy_id }) {
        const policy = keepers.permission.policies.get(parseId(policy_id, 'policy id'));
        if (!policy) throw errors.noSuchPolicy();
        return { policy };
      },
    }),
  };
}

/** @throws ChainError 1120 with the recorded text */
function policyFor(services: Services, grn: string, principal: Principal): greenfieldPermission.Policy {
  const { resource } = findResource(services, grn, false);
  const policy = services.keepers.permission.policies.find(resource, principal);
  if (policy) return policy;
  const type = Object.entries(greenfieldPermission.PrincipalType).find(([, number]) => number === principal.type)?.[0];
  // a Go message printed as text ends with a space
  throw errors.noSuchPolicy(`GRN: ${grn}, principal:type:${type} value:${JSON.stringify(principal.value)} `);
}
