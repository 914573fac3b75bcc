import type { greenfieldStorage } from '@prairie/chain';

/** A group, or one of its members. */
export interface BsdbGroup {
  readonly owner: string;
  readonly group_id: bigint;
  readonly group_name: string;
  readonly source_type: number;
  readonly extra: string;
  /** The member; the zero address for the group itself. */
  readonly account_id: string;
  readonly operator: string;
  /** Of the membership; 0 never. */
  readonly expiration_time: bigint;
  /** Heights and times. */
  readonly create_at: bigint;
  readonly create_time: bigint;
  readonly update_at: bigint;
  readonly update_time: bigint;
  readonly removed: boolean;
  readonly tags: greenfieldStorage.ResourceTags | undefined;
}

/** Which names: they begin with `prefix`, and have `name` in what follows. Compared by bytes. */
export interface GroupNames {
  readonly prefix: string;
  readonly name: string;
  /** A `SourceType`; undefined for any. */
  readonly source_type: number | undefined;
}

export interface BsdbGroups {
  /** The group itself, unless it is removed. */
  live(groupId: bigint): Promise<BsdbGroup | undefined>;
  /** In any order. */
  liveByIds(groupIds: readonly bigint[]): Promise<BsdbGroup[]>;
  /**
   * Which of these groups exist and have the account as a member at `now` (unix seconds): a membership may end by
   * itself. The zero address is in none.
   */
  memberOf(groupIds: readonly bigint[], account: string, now: bigint): Promise<bigint[]>;
  /** Members that are not removed, those whose time is over too. Groups without any are missing. */
  countMembers(groupIds: readonly bigint[]): Promise<ReadonlyMap<bigint, number>>;
  /** Groups that are not removed, by id. */
  listByName(names: GroupNames, limit: number, offset: number): Promise<BsdbGroup[]>;
  countByName(names: GroupNames): Promise<number>;
  /** Rows of memberships that are not removed, with ids of groups above `after`, by id. */
  membershipsOf(account: string, after: bigint, limit: number): Promise<BsdbGroup[]>;
  /** Rows of members that are not removed, with addresses above `after`, by their bytes. */
  membersOf(groupId: bigint, after: string, limit: number): Promise<BsdbGroup[]>;
  /** Groups that are not removed, with ids above `after`, by id. */
  ownedBy(owner: string, after: bigint, limit: number): Promise<BsdbGroup[]>;
}
