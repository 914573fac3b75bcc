/** Who may do what with a bucket or an object (`reference/metadata-api.md` §11, `gateway-http.md` §6.6). */
import {
  greenfieldResource,
  isAddress,
  patternMatches,
  greenfieldPermission as permission,
  greenfieldStorage as storage,
  toChecksumAddress,
} from '@prairie/chain';
import type { BsDbReader, BsdbBucket, BsdbObject, BsdbPolicy, BsdbStatement } from '@prairie/gfsp';

const { EFFECT_ALLOW, EFFECT_DENY, EFFECT_UNSPECIFIED } = permission.Effect;
const { PRINCIPAL_TYPE_GNFD_ACCOUNT, PRINCIPAL_TYPE_GNFD_GROUP } = permission.PrincipalType;
const { RESOURCE_TYPE_BUCKET, RESOURCE_TYPE_OBJECT } = greenfieldResource.ResourceType;
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

  bucket(bucket: BsdbBucket, asked: Question): permission.Effect {
    const question = { ...asked, operator: normalized(asked.operator) };
    const isPublic = bucket.visibility === VISIBILITY_TYPE_PUBLIC_READ;
    if (isPublic && PUBLIC_BUCKET_ACTIONS.includes(question.action)) return EFFECT_ALLOW;
    if (question.operator === bucket.owner) return EFFECT_ALLOW;
    const effect = this.#policies({ type: RESOURCE_TYPE_BUCKET, id: bucket.bucket_id }, question);
    return effect === EFFECT_ALLOW ? EFFECT_ALLOW : EFFECT_DENY;
  }

  /** The bucket's owner has no rights of its own here. */
  object(bucket: BsdbBucket, object: BsdbObject, asked: Question): permission.Effect {
    const question = { ...asked, operator: normalized(asked.operator) };
    if (isVisible(bucket, object) && PUBLIC_OBJECT_ACTIONS.includes(question.action)) return EFFECT_ALLOW;
    if (question.operator === object.owner) return EFFECT_ALLOW;
    const grn = `grn:o::${bucket.bucket_name}/${object.object_name}`;
    const ofBucket = this.#policies({ type: RESOURCE_TYPE_BUCKET, id: bucket.bucket_id }, question, grn);
    if (ofBucket === EFFECT_DENY) return EFFECT_DENY;
    const ofObject = this.#policies({ type: RESOURCE_TYPE_OBJECT, id: object.object_id }, question);
    if (ofObject === EFFECT_DENY) return EFFECT_DENY;
    return ofBucket === EFFECT_ALLOW || ofObject === EFFECT_ALLOW ? EFFECT_ALLOW : EFFECT_DENY;
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

function isVisible(bucket: BsdbBucket, object: BsdbObject): boolean {
  if (object.visibility !== VISIBILITY_TYPE_INHERIT) return object.visibility === VISIBILITY_TYPE_PUBLIC_READ;
  return bucket.visibility === VISIBILITY_TYPE_PUBLIC_READ;
}

function isExpired({ expiration_time }: { expiration_time: bigint }, now: bigint): boolean {
  return expiration_time !== 0n && expiration_time < now;
}

/** Asked about an object, a bucket's statement needs a resource that is found in the object's name. */
function applies(statement: BsdbStatement, { action, now }: Question, grn: string | undefined): boolean {
  if (isExpired(statement, now)) return false;
  if (grn !== undefined && !statement.resources.some((pattern) => patternMatches(pattern, grn))) return false;
  const bit = action >= 0 && action <= MAX_BIT ? 1 << action : 0;
  return (statement.action_value & (bit | ALL_ACTIONS)) !== 0;
}

/** Any DENY, else any ALLOW. */
function strongest(effects: readonly permission.Effect[]): permission.Effect {
  if (effects.includes(EFFECT_DENY)) return EFFECT_DENY;
  return effects.includes(EFFECT_ALLOW) ? EFFECT_ALLOW : EFFECT_UNSPECIFIED;
}
