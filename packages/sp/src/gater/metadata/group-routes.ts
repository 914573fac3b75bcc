/** Groups and who is in them: routes of every provider. */
import { namedRoutes, query, required } from '../http/route.ts';
import { listGroupsByIds } from './by-ids.ts';
import { listGroupMembers, listGroups, listOwnedGroups, listUserGroups } from './groups.ts';
import { AFTER_ID, IDS, LIMIT, USER_ADDRESS } from './params.ts';

const ROOT = { method: 'GET', scope: 'root' } as const;

export const groupRoutes = namedRoutes({
  GetGroupList: {
    ...ROOT,
    keys: ['group-query'],
    auth: 'ignored',
    handle: listGroups,
    doc: {
      summary: 'Groups by name: those that begin with `prefix` and have `name` in what follows.',
      params: [
        required(query('name', 'text', 'A part of the name; not empty.')),
        required(query('prefix', 'text', 'What the name begins with; not empty.')),
        query('source-type', 'text', 'Name of a SourceType, such as SOURCE_TYPE_ORIGIN. Default: any.'),
        query('limit', 'integer', 'Entries at most, from 1. Default 50; above 1000: 1000.'),
        query('offset', 'integer', 'Entries to leave out, up to 100000. Default 0.'),
      ],
      answer: 'xml',
      answers: 'GfSpGetGroupListResponse with Groups by id, and Count of all that fit',
      errors: [50010, 95202],
    },
  },
  GetUserGroups: {
    ...ROOT,
    keys: ['user-groups'],
    auth: 'ignored',
    handle: listUserGroups,
    doc: {
      summary: 'Groups that an account is a member of, memberships out of time too.',
      params: [USER_ADDRESS, AFTER_ID, LIMIT],
      answer: 'xml',
      answers: 'GfSpGetUserGroupsResponse with Groups, by id',
      errors: [50009, 50010, 95202],
    },
  },
  GetGroupMembers: {
    ...ROOT,
    keys: ['group-members'],
    auth: 'ignored',
    handle: listGroupMembers,
    doc: {
      summary: 'Members of a group, those out of time too.',
      params: [
        required(query('group-id', 'integer', 'The group.')),
        query('start-after', 'address', 'Addresses above this one. Default: all.'),
        LIMIT,
      ],
      answer: 'xml',
      answers: 'GfSpGetGroupMembersResponse with Groups, by address of the member',
      errors: [50010, 95202],
    },
  },
  GetUserOwnedGroups: {
    ...ROOT,
    keys: ['owned-groups'],
    auth: 'ignored',
    handle: listOwnedGroups,
    doc: {
      summary: 'Groups of an owner.',
      params: [USER_ADDRESS, AFTER_ID, LIMIT],
      answer: 'xml',
      answers: 'GfSpGetUserOwnedGroupsResponse with Groups, by id',
      errors: [50009, 50010, 95202],
    },
  },
  ListGroupsByIDs: {
    ...ROOT,
    keys: ['groups-query'],
    auth: 'ignored',
    handle: listGroupsByIds,
    doc: {
      summary: 'Groups by id.',
      params: [IDS],
      answer: 'xml',
      answers: 'GfSpListGroupsByIDsResponse with a GroupEntry for each id; no Value where there is none',
      errors: [50010, 95202],
    },
  },
});
