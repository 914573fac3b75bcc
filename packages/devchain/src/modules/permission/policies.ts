/** Policies by id, by resource and principal, and by expiry (`reference/chain-state-machine.md` §9, §10, §12). */
import { greenfieldPermission as permission } from '@prairie/chain';
import type { Context, State, Table } from '../../context.ts';
import { addressKey, idKey, joinKey } from '../../keys.ts';
import { bigintCodec } from '../../state/index.ts';
import { permissionErrors } from './errors.ts';
import { evaluatePolicy, type Question } from './evaluate.ts';
import { type GroupMembers, take } from './members.ts';
import type { Sequence } from './sequence.ts';
import { timeKey } from './time.ts';

const { EFFECT_ALLOW, EFFECT_DENY, EFFECT_UNSPECIFIED } = permission.Effect;
const { PRINCIPAL_TYPE_GNFD_GROUP } = permission.PrincipalType;

/** What a policy is about: `type` is a `ResourceType`, `id` the bucket's, object's or group's. */
export interface Resource {
  type: number;
  id: bigint;
}

export interface Principal {
  type: number;
  /** An address, or the decimal id of a group. */
  value: string;
}

export type NewPolicy = Pick<permission.Policy, 'statements' | 'expiration_time'>;

export class Policies {
  private readonly byId: Table<permission.Policy>;
  /** resource and account → policy id */
  private readonly ofAccount: Table<bigint>;
  /** resource → policies of groups, in the order they were put */
  private readonly ofGroups: Table<permission.PolicyGroup>;
  /** expiry and id → id */
  private readonly expiring: Table<bigint>;
  private readonly ids: Sequence;
  private readonly members: GroupMembers;

  constructor(state: State, ids: Sequence, members: GroupMembers) {
    this.byId = state.table('permission/policies', permission.Policy);
    this.ofAccount = state.table('permission/accountPolicies', bigintCodec);
    this.ofGroups = state.table('permission/groupPolicies', permission.PolicyGroup);
    this.expiring = state.table('permission/expiring', bigintCodec);
    this.ids = ids;
    this.members = members;
  }

  get(id: bigint): permission.Policy | undefined {
    return this.byId.get(idKey(id));
  }

  find(resource: Resource, principal: Principal): permission.Policy | undefined {
    const id =
      principal.type === PRINCIPAL_TYPE_GNFD_GROUP
        ? this.groupItems(resource).find((item) => item.group_id === BigInt(principal.value))?.policy_id
        : this.ofAccount.get(accountKey(resource, principal.value));
    return id === undefined ? undefined : this.get(id);
  }

  /** Stores or replaces the policy of a principal on a resource. Returns its id and whether it is new. */
  put(
    ctx: Context,
    resource: Resource,
    principal: Principal,
    policy: NewPolicy,
    maxGroups: bigint,
  ): { id: bigint; isNew: boolean } {
    const ofGroup = principal.type === PRINCIPAL_TYPE_GNFD_GROUP;
    // the reference counts before it looks for a policy to replace (quirk 11 of chain-state-machine.md §15)
    if (ofGroup && BigInt(this.groupItems(resource).length) >= maxGroups) {
      throw permissionErrors.limitExceeded(`${maxGroups} groups have a policy on the resource already`);
    }
    const replaced = this.find(resource, principal);
    const id = replaced?.id ?? this.ids.next('policy');
    if (!replaced) this.index(resource, principal, id);
    this.store(ctx, { id, principal, resource_type: resource.type, resource_id: resource.id, ...policy });
    return { id, isNew: !replaced };
  }

  /** Removes the policy; returns its id, 0 when there was none (quirk 12 of chain-state-machine.md §15). */
  remove(ctx: Context, resource: Resource, principal: Principal): bigint {
    const policy = this.find(resource, principal);
    if (policy) this.drop(policy);
    const id = policy?.id ?? 0n;
    ctx.emitTyped(permission.EventDeletePolicy, { policy_id: id });
    return id;
  }

  /**
   * The effect of all policies on a resource for one operator: the account's own, else those of the groups it is an
   * active member of. A size limit that the answer uses up is written back, with its event.
   */
  effect(ctx: Context, resource: Resource, operator: string, question: Question, groupExists: (id: bigint) => boolean) {
    const accountPolicy = this.ofAccount.get(accountKey(resource, operator));
    const own = accountPolicy === undefined ? EFFECT_UNSPECIFIED : this.ask(ctx, accountPolicy, question);
    if (own !== EFFECT_UNSPECIFIED) return own;
    let allowed = false;
    for (const { group_id, policy_id } of this.groupItems(resource)) {
      if (!groupExists(group_id) || !this.members.isActive(group_id, operator, ctx.time)) continue;
      const effect = this.ask(ctx, policy_id, question);
      if (effect === EFFECT_DENY) return EFFECT_DENY;
      if (effect === EFFECT_ALLOW) allowed = true;
    }
    return allowed ? EFFECT_ALLOW : EFFECT_UNSPECIFIED;
  }

  private ask(ctx: Context, id: bigint, question: Question): number {
    const policy = this.get(id);
    if (!policy) return EFFECT_UNSPECIFIED;
    const verdict = evaluatePolicy(policy, question, ctx.time);
    if (verdict.updated) this.store(ctx, verdict.updated);
    return verdict.effect;
  }

  /** Removes up to `max` policies that expired at or before the block time. */
  removeExpired(ctx: Context, max: number): void {
    const until = timeKey(ctx.time);
    for (const [key, id] of take(this.expiring.range(), max)) {
      if (key.slice(0, until.length) > until) break;
      const policy = this.get(id);
      if (!policy) continue;
      this.drop(policy);
      ctx.emitTyped(permission.EventDeletePolicy, { policy_id: id });
    }
  }

  hasAny(resource: Resource): boolean {
    const first = this.ofAccount.range({ prefix: resourcePrefix(resource) }).next();
    return !first.done || this.groupItems(resource).length > 0;
  }

  /** Removes up to `max` policies of a deleted resource; returns how many. */
  clear(ctx: Context, resource: Resource, max: number): number {
    const accounts = take(this.ofAccount.range({ prefix: resourcePrefix(resource) }), max).map(([, id]) => id);
    const groups = this.groupItems(resource).map((item) => item.policy_id);
    const ids = [...accounts, ...groups].slice(0, max);
    for (const id of ids) {
      const policy = this.get(id);
      if (policy) this.drop(policy);
      ctx.emitTyped(permission.EventDeletePolicy, { policy_id: id });
    }
    return ids.length;
  }

  private store(ctx: Context, policy: permission.Policy): void {
    this.unqueue(this.get(policy.id));
    this.byId.set(idKey(policy.id), policy);
    if (policy.expiration_time) this.expiring.set(expiryKey(policy), policy.id);
    const { id, ...fields } = policy;
    ctx.emitTyped(permission.EventPutPolicy, { policy_id: id, ...fields });
  }

  private unqueue(policy: permission.Policy | undefined): void {
    if (policy?.expiration_time) this.expiring.delete(expiryKey(policy));
  }

  private index(resource: Resource, principal: Principal, id: bigint): void {
    if (principal.type !== PRINCIPAL_TYPE_GNFD_GROUP) {
      this.ofAccount.set(accountKey(resource, principal.value), id);
      return;
    }
    const item = { policy_id: id, group_id: BigInt(principal.value) };
    this.ofGroups.set(resourceKey(resource), { items: [...this.groupItems(resource), item] });
  }

  private drop(policy: permission.Policy): void {
    const resource = { type: policy.resource_type, id: policy.resource_id };
    const principal = policy.principal!;
    this.unqueue(policy);
    this.byId.delete(idKey(policy.id));
    if (principal.type !== PRINCIPAL_TYPE_GNFD_GROUP) {
      this.ofAccount.delete(accountKey(resource, principal.value));
      return;
    }
    const items = this.groupItems(resource).filter((item) => item.policy_id !== policy.id);
    if (items.length > 0) this.ofGroups.set(resourceKey(resource), { items });
    else this.ofGroups.delete(resourceKey(resource));
  }

  private groupItems(resource: Resource): permission.PolicyGroup_Item[] {
    return this.ofGroups.get(resourceKey(resource))?.items ?? [];
  }
}

const resourceKey = ({ type, id }: Resource) => joinKey(String(type), idKey(id));
const resourcePrefix = (resource: Resource) => joinKey(resourceKey(resource), '');
/** On the network this key changed with HulunbeierPatch; nothing outside can see it. */
const accountKey = (resource: Resource, account: string) => resourcePrefix(resource) + addressKey(account);
const expiryKey = (policy: permission.Policy) => joinKey(timeKey(policy.expiration_time!), idKey(policy.id));
