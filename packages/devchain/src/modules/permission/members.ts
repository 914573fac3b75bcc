/** Members of groups, by group id and address. */
import { greenfieldPermission as permission, toChecksumAddress } from '@prairie/chain';
import type { State, Table } from '../../context.ts';
import { addressKey, idKey, joinKey } from '../../keys.ts';
import type { Sequence } from './sequence.ts';
import { isBefore, type Timestamp } from './time.ts';

export class GroupMembers {
  private readonly members: Table<permission.GroupMember>;
  private readonly ids: Sequence;

  constructor(state: State, ids: Sequence) {
    this.members = state.table('permission/members', permission.GroupMember);
    this.ids = ids;
  }

  get(groupId: bigint, member: string): permission.GroupMember | undefined {
    return this.members.get(memberKey(groupId, member));
  }

  add(groupId: bigint, member: string, expiration: Timestamp | undefined): void {
    this.members.set(memberKey(groupId, member), {
      id: this.ids.next('member'),
      group_id: groupId,
      member: toChecksumAddress(member),
      expiration_time: expiration,
    });
  }

  /** Changes when a membership ends; adds it when there is none. */
  renew(groupId: bigint, member: string, expiration: Timestamp | undefined): void {
    const known = this.get(groupId, member);
    if (known) this.members.set(memberKey(groupId, member), { ...known, expiration_time: expiration });
    else this.add(groupId, member, expiration);
  }

  remove(groupId: bigint, member: string): void {
    this.members.delete(memberKey(groupId, member));
  }

  isActive(groupId: bigint, member: string, now: Timestamp): boolean {
    const known = this.get(groupId, member);
    // a membership that ends exactly now has ended (§10: "unset or after block time")
    return known !== undefined && (known.expiration_time === undefined || isBefore(now, known.expiration_time));
  }

  hasAny(groupId: bigint): boolean {
    return !this.members.range({ prefix: groupPrefix(groupId) }).next().done;
  }

  /** Removes up to `max` members of a deleted group; returns how many there were. */
  clear(groupId: bigint, max: number): number {
    const keys = take(this.members.range({ prefix: groupPrefix(groupId) }), max);
    for (const [key] of keys) this.members.delete(key);
    return keys.length;
  }
}

const groupPrefix = (groupId: bigint) => joinKey(idKey(groupId), '');
const memberKey = (groupId: bigint, member: string) => groupPrefix(groupId) + addressKey(member);

/** The first `max` items: collected before a table is changed under its iterator. */
export function take<T>(items: Iterable<T>, max: number): T[] {
  const out: T[] = [];
  for (const item of items) {
    if (out.length >= max) break;
    out.push(item);
  }
  return out;
}
