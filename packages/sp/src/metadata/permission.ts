/** Who may do what with a bucket, an object or a group (`reference/metadata-api.md` §11, `gateway-http.md` §6.6). */
import {
  greenfieldResource,
  isAddress,
  patternMatches,
  greenfieldPermission as permission,
  greenfieldStorage as storage,
  toChecksumAddress,
} from '@prairie/chain';
import type { BsDbReader, BsdbAccess, BsdbGroup, BsdbPolicy, BsdbStatement } from '@prairie/gfsp';

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

interface Resource {
  type: number;
  id: bigint;
}

export class PermissionRules {
  readonly #db: BsDbReader;

  constructor(db: BsDbReader) {
    this.#db = db;
  }

  bucket(bucket: BsdbAccess, asked: Question): permission.Effect {
    if (bucket.visibility === VISIBILITY_TYPE_PUBLIC_READ && PUBLIC_BUCKET_ACTIONS.includes(asked.action)) {
      return EFFECT_ALLOW;
    }
    const question = { ...asked, operator: normalized(asked.operator) };
    if (question.operator === bucket.owner) return EFFECT_ALLOW;
    return decided(this.#policies({ type: RESOURCE_TYPE_BUCKET, id: bucket.id }, question));
  }

  /** The bucket's owner has no rights of its own here. `name` is `bucket/object`. */
  object(bucket: BsdbAccess, object: BsdbAccess, name: string, asked: Question): permission.Effect {
    if (isVisible(bucket, object) && PUBLIC_OBJECT_ACTIONS.includes(asked.action)) return EFFECT_ALLOW;
    const question = { ...asked, operator: normalized(asked.operator) };
    if (question.operator === object.owner) return EFFECT_ALLOW;
    const ofBucket = this.#policies({ type: RESOURCE_TYPE_BUCKET, id: bucket.id }, question, `grn:o::${name}`);
    if (ofBucket === EFFECT_DENY) return EFFECT_DENY;
    const ofObject = this.#policies({ type: RESOURCE_TYPE_OBJECT, id: object.id }, question);
    if (ofObject === EFFECT_DENY) return EFFECT_DENY;
    return decided(ofBucket === EFFECT_ALLOW ? EFFECT_ALLOW : ofObject);
  }

  group({ group_id, owner }: BsdbGroup, asked: Question): permission.Effect {
    const question = { ...asked, operator: normalized(asked.operator) };
    if (question.operator === owner) return EFFECT_ALLOW;
    return decided(this.#policies({ type: RESOURCE_TYPE_GROUP, id: group_id }, question));
  }

  /** The account's own policy decides if it says anything; else those of its groups. */
  #policies(resource: Resource, question: Question, grn?: string): permission.Effect {
    if (question.operator === '') return EFFECT_UNSPECIFIED;
    const own = this.#db.permissions.ofPrincipal({
      resource_type: resource.type,
      resource_id: resource.id,
      principal_type: PRINCIPAL_TYPE_GNFD_ACCOUNT,
      principal_value: question.operator,
    });
    const effect = own ? this.#evaluate(own, question, grn) : EFFECT_UNSPECIFIED;
    if (effect !== EFFECT_UNSPECIFIED) return effect;
    const effects = this.#db.permissions
      .ofResource(resource.type, resource.id, PRINCIPAL_TYPE_GNFD_GROUP)
      .filter((policy) => this.#isMember(policy.principal_value, question))
      .map((policy) => this.#evaluate(policy, question, grn));
    return strongest(effects);
  }

  #isMember(groupId: string, { operator, now }: Question): boolean {
    return /^\d+$/.test(groupId) && this.#db.groups.isMember(BigInt(groupId), operator, now);
  }

  #evaluate(policy: BsdbPolicy, question: Question, grn: string | undefined): permission.Effect {
    if (isExpired(policy, question.now)) return EFFECT_UNSPECIFIED;
    const statements = this.#db.permissions.statementsOf(policy.policy_id);
    return strongest(statements.filter((s) => applies(s, question, grn)).map(({ effect }) => effect));
  }
}

function normalized(operator: string): string {
  return isAddress(operator) ? toChecksumAddress(operator) : operator;
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
