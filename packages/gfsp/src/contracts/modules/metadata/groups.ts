import type { GroupMemberRecord, GroupRecord } from '../../records.ts';

export interface GroupSearch {
  /** The name begins with `prefix` and has `name` in what follows; neither is empty. */
  prefix: string;
  name: string;
  /** A `SourceType`; undefined for any. */
  source_type: number | undefined;
  /** 1 to 1000. */
  limit: number;
  /** Rows to leave out, up to 100000. */
  offset: number;
}

/** Pages of all three are by id or address, after the given one, at most 1000. Memberships out of time are told. */
export interface GroupQueries {
  /** By id. `count` is of all that fit. */
  listGroups(search: GroupSearch): Promise<{ groups: GroupRecord[]; count: number }>;
  /** At most 100 ids. Those that are not there are missing from the answer. Members are not counted. */
  listGroupsByIds(groupIds: readonly bigint[]): Promise<Map<bigint, GroupRecord>>;
  /** Groups that the account is a member of. */
  getUserGroups(account: string, startAfter: bigint, limit: number): Promise<GroupMemberRecord[]>;
  getOwnedGroups(owner: string, startAfter: bigint, limit: number): Promise<GroupMemberRecord[]>;
  /** `startAfter` is an address; members are in the order of its bytes. */
  getGroupMembers(groupId: bigint, startAfter: string, limit: number): Promise<GroupMemberRecord[]>;
}
