/** Who may do what with a bucket, an object or a group (`reference/metadata-api.md` §11, `gateway-http.md` §6.6). */
import {
  checksumIfAddress,
  greenfieldResource,
  patternMatches,
  greenfieldPermission as permission,
  greenfieldStorage as storage,
} from '@prairie/chain';
import type { BsDbReader, BsdbAccess, BsdbGroup, BsdbPolicy, BsdbResource, BsdbStatement } from '@prairie/gfsp';

const { EFFECT_ALLOW, EFFECT_DENY, EFFECT_UNSPECIFIED } = permission.Effect;
const { PRINCIPAL_TYPE_GNFD_ACCOUNT, PRINCIPAL_TYPE_GNFD_GROUP } = permission.PrincipalType;
const { RESOURCE_TYPE_BUCKET, RESOURCE_TYPE_GROUP, RESOURCE_TYPE_OBJECT } = greenfieldResource.ResourceType;
const { VISIBILITY_TYPE_PUBLIC_READ, VISIBILITY_TYPE_INHERIT } = storage.VisibilityType;
const { ACTION_GET_OBJECT, ACTION_COPY_OBJECT, ACTION_EXECUTE_OBJECT, ACTION_LIST_OBJECT } = permission.ActionType;

const PUBLIC_OBJECT_ACTIONS: readonly number[] = [ACTION_GET_OBJECT, ACTION_COPY_OBJECT, ACTION_EXECUTE_OBJECT];
const PUBLIC_BUCKET_ACTIONS: readonly number[] = [...PUBLIC_OBJECT_ACTIONS, ACTION_LIST_OBJECT];

/** The bit of a statement that stands for all actions. */
const ALL_ACTIONS = 1;
const MAX_BIT = 30;

/** One question: who wants what, when (unix seconds). */
export interface Question {
  /** Empty when anonymous. */
  operator: string;
  action: number;
  now: bigint;
}

export class PermissionRules {
  readonly #db: BsDbReader;

  constructor(db: BsDbReader) {
    this.#db = db;
  }

  async bucket(bucket: BsdbAccess, asked: Question): Promise<permission.Effect> {
    if (bucket.visibility === VISIBILITY_TYPE_PUBLIC_READ && PUBLIC_BUCKET_ACTIONS.includes(asked.action)) {
      return EFFECT_ALLOW;
    }
    return this.#ownerOrPolicies(bucket.owner, { type: RESOURCE_TYPE_BUCKET, id: bucket.id }, asked);
  }

  /** The bucket's owner has no rights of its own here. `name` is `bucket/object`. */
  async object(bucket: BsdbAccess, object: BsdbAccess, name: string, asked: Question): Promise<permission.Effect> {
    if (isVisible(bucket, object) && PUBLIC_OBJECT_ACTIONS.includes(asked.action)) return EFFECT_ALLOW;
    const question = { ...asked, operator: checksumIfAddress(asked.operator) };
    if (question.operator === object.owner) return EFFECT_ALLOW;
    const [ofBucket, ofObject] = [
      { type: RESOURCE_TYPE_BUCKET, id: bucket.id },
      { type: RESOURCE_TYPE_OBJECT, id: object.id },
    ];
    const policies = await this.#policies(question, [ofBucket, ofObject]);
    const effects = [effectOf(policies, ofBucket, question, `grn:o::${name}`), effectOf(policies, ofObject, question)];
    return decided(strongest(effects));
  }

  async group({ group_id, owner }: BsdbGroup, asked: Question): Promise<permission.Effect> {
    return this.#ownerOrPolicies(owner, { type: RESOURCE_TYPE_GROUP, id: group_id }, asked);
  }

  async #ownerOrPolicies(owner: string, resource: BsdbResource, asked: Question): Promise<permission.Effect> {
    const question = { ...asked, operator: checksumIfAddress(asked.operator) };
    if (question.operator === owner) return EFFECT_ALLOW;
    return decided(effectOf(await this.#policies(question, [resource]), resource, question));
  }

  /** In force for the account, by itself and by groups that it is in, with their statements. */
  async #policies({ operator, now }: Question, resources: readonly BsdbResource[]): Promise<Applying[]> {
    if (operator === '') return [];
    const rows = await this.#db.permissions.forAccount(operator, resources);
    const valid = rows.filter((policy) => !isExpired(policy, now));
    const groups = new Set(await this.#groupsOf(operator, valid, now));
    const mine = valid.filter((policy) => isOwn(policy) || groups.has(groupOf(policy) ?? NO_GROUP));
    const statements = await this.#db.permissions.statementsOf(mine.map((policy) => policy.policy_id));
    const byPolicy = Map.groupBy(statements, (statement) => statement.policy_id);
    return mine.map((policy) => ({ policy, statements: byPolicy.get(policy.policy_id) ?? [] }));
  }

  #groupsOf(operator: string, policies: readonly BsdbPolicy[], now: bigint): Promise<bigint[]> {
    const ids = policies.flatMap((policy) => groupOf(policy) ?? []);
    return this.#db.groups.memberOf(ids, operator, now);
  }
}

/** A policy that counts for the account. */
interface Applying {
  policy: BsdbPolicy;
  statements: readonly BsdbStatement[];
}

const NO_GROUP = -1n;

const isOwn = ({ principal_type }: BsdbPolicy) => principal_type === PRINCIPAL_TYPE_GNFD_ACCOUNT;

function groupOf({ principal_type, principal_value }: BsdbPolicy): bigint | undefined {
  return principal_type === PRINCIPAL_TYPE_GNFD_GROUP && /^\d{1,78}$/.test(principal_value)
    ? BigInt(principal_value)
    : undefined;
}

/** The account's own policy on a resource decides if it says anything; else those of its groups. */
function effectOf(
  policies: readonly Applying[],
  resource: BsdbResource,
  question: Question,
  grn?: string,
): permission.Effect {
  const about = policies.filter(
    ({ policy }) => policy.resource_type === resource.type && policy.resource_id === resource.id,
  );
  const effects = (own: boolean) =>
    about
      .filter(({ policy }) => isOwn(policy) === own)
      .flatMap(({ statements }) => statements.filter((one) => applies(one, question, grn)).map(({ effect }) => effect));
  return strongest(effects(true)) || strongest(effects(false));
}

function isVisible(bucket: BsdbAccess, object: BsdbAccess): boolean {
  if (object.visibility !== VISIBILITY_TYPE_INHERIT) return object.visibility === VISIBILITY_TYPE_PUBLIC_READ;
  return bucket.visibility === VISIBILITY_TYPE_PUBLIC_READ;
}

/** No policy says anything: that is a no. */
function decided(effect: permission.Effect): permission.Effect {
  return effect === EFFECT_ALLOW ? EFFECT_ALLOW : EFFECT_DENY;
}

export function isExpired({ expiration_time }: { expiration_time: bigint }, now: bigint): boolean {
  return expiration_time !== 0n && expiration_time < now;
}

/** Asked about an object, a bucket's statement needs a resource that is found in the object's name. */
function applies(statement: BsdbStatement, { action, now }: Question, grn: string | undefined): boolean {
  if (isExpired(statement, now)) return false;
  if (grn !== undefined && !statement.resources.some((pattern) => patternMatches(pattern, grn))) return false;
  return coversAction(statement, action);
}

/** The reference compares the bit for all actions as an action of its own, so that it covers none. */
export function coversAction({ action_value }: BsdbStatement, action: number): boolean {
  const bit = action >= 0 && action <= MAX_BIT ? 1 << action : 0;
  return (action_value & (bit | ALL_ACTIONS)) !== 0;
}

/** Any DENY, else any ALLOW. */
function strongest(effects: readonly permission.Effect[]): permission.Effect {
  if (effects.includes(EFFECT_DENY)) return EFFECT_DENY;
  return effects.includes(EFFECT_ALLOW) ? EFFECT_ALLOW : EFFECT_UNSPECIFIED;
}
