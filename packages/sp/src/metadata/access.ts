import { greenfieldPermission, greenfieldResource as resource } from '@prairie/chain';
import type {
  AccessQueries,
  BsDbReader,
  BsdbPolicy,
  BsdbStatement,
  GfSpError,
  PolicyPage,
  PolicyRecord,
} from '@prairie/gfsp';
import { metadataErrors } from './errors.ts';
import { mayMigrate } from './migration-permission.ts';
import { coversAction, isExpired, PermissionRules, type Question } from './permission.ts';
import type { Tables } from './tables.ts';

const { EFFECT_ALLOW } = greenfieldPermission.Effect;
const { RESOURCE_TYPE_BUCKET, RESOURCE_TYPE_GROUP, RESOURCE_TYPE_OBJECT } = resource.ResourceType;
/** `reference/block-syncer-and-db.md` §9. */
const MAX_POLICIES = 1000;

type Verdict = { effect: greenfieldPermission.Effect } | { error: GfSpError };

export function accessQueries(tables: Tables, now: () => bigint): AccessQueries {
  const verdict = async (decide: (db: BsDbReader) => Verdict) => {
    // a right may have been granted in a block that is not in the tables yet
    const answer = await tables.until(decide, (one) => 'effect' in one && one.effect === EFFECT_ALLOW);
    if ('error' in answer) throw answer.error;
    return answer.effect;
  };
  return {
    verifyPermission(operator, bucketName, objectName, action) {
      const question = { operator, action, now: now() };
      return verdict((db) => byName(db, bucketName, objectName, question));
    },
    verifyPermissionById(operator, resourceType, resourceId, action) {
      const question = { operator, action, now: now() };
      return verdict((db) => byId(db, resourceType, resourceId, question));
    },
    async listObjectPolicies(page) {
      const id = await tables.known((db) => db.permissions.access(page.bucket_name, page.object_name)?.object?.id);
      if (id === undefined) throw metadataErrors.noSuchObject();
      return tables.fresh((db) => policies(db, id, page, now()));
    },
    verifyMigrateGvgPermission: (bucketId, gvgId, dstSpId) =>
      verdict((db) => ({ effect: mayMigrate(db, bucketId, gvgId, dstSpId) })),
  };
}

function byName(db: BsDbReader, bucketName: string, objectName: string, question: Question): Verdict {
  const bucket = db.permissions.access(bucketName, objectName);
  if (!bucket) return { error: metadataErrors.noSuchBucket() };
  const rules = new PermissionRules(db);
  if (objectName === '') return { effect: rules.bucket(bucket, question) };
  if (!bucket.object) return { error: metadataErrors.noSuchObject() };
  return { effect: rules.object(bucket, bucket.object, `${bucketName}/${objectName}`, question) };
}

function byId(db: BsDbReader, type: number, id: bigint, question: Question): Verdict {
  if (type === RESOURCE_TYPE_BUCKET) {
    const bucket = db.buckets.liveById(id);
    return bucket ? byName(db, bucket.bucket_name, '', question) : { error: metadataErrors.noSuchBucket() };
  }
  if (type === RESOURCE_TYPE_GROUP) {
    const group = db.groups.live(id);
    return group ? { effect: new PermissionRules(db).group(group, question) } : { error: metadataErrors.noSuchGroup() };
  }
  const object = type === RESOURCE_TYPE_OBJECT ? db.objects.byId(id) : undefined;
  if (!object || object.removed) return { error: metadataErrors.noSuchObject() };
  return byName(db, object.bucket_name, object.object_name, question);
}

function policies(db: BsDbReader, objectId: bigint, page: PolicyPage, now: bigint): PolicyRecord[] {
  const limit = Math.min(page.limit, MAX_POLICIES);
  const found: PolicyRecord[] = [];
  for (let after = page.start_after; ; ) {
    const rows = db.permissions.pageOfResource(RESOURCE_TYPE_OBJECT, objectId, after, MAX_POLICIES);
    for (const policy of rows) {
      if (isExpired(policy, now)) continue;
      const granting = db.permissions.statementsOf(policy.policy_id).filter((one) => grants(one, page.action, now));
      found.push(...granting.map((statement) => policyRecord(policy, statement)));
      if (found.length >= limit) return found.slice(0, limit);
    }
    if (rows.length < MAX_POLICIES) return found;
    after = rows.at(-1)!.policy_id;
  }
}

function grants(statement: BsdbStatement, action: number, now: bigint): boolean {
  return statement.effect === EFFECT_ALLOW && !isExpired(statement, now) && coversAction(statement, action);
}

function policyRecord(policy: BsdbPolicy, statement: BsdbStatement): PolicyRecord {
  return {
    principal_type: policy.principal_type,
    principal_value: policy.principal_value,
    resource_type: policy.resource_type,
    resource_id: `0x${policy.resource_id.toString(16).padStart(64, '0')}`,
    create_timestamp: policy.create_timestamp,
    update_timestamp: policy.update_timestamp,
    expiration_time: policy.expiration_time || statement.expiration_time,
  };
}
