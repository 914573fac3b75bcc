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
  const verdict = async (decide: (db: BsDbReader) => Promise<Verdict>) => {
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
      const find = async (db: BsDbReader) =>
        (await db.permissions.access(page.bucket_name, page.object_name))?.object?.id;
      const id = await tables.known(find);
      if (id === undefined) throw metadataErrors.noSuchObject();
      return tables.fresh((db) => policies(db, id, page, now()));
    },
    verifyMigrateGvgPermission: (bucketId, gvgId, dstSpId) =>
      verdict(async (db) => ({ effect: await mayMigrate(db, bucketId, gvgId, dstSpId) })),
  };
}

async function byName(db: BsDbReader, bucketName: string, objectName: string, question: Question): Promise<Verdict> {
  const bucket = await db.permissions.access(bucketName, objectName);
  if (!bucket) return { error: metadataErrors.noSuchBucket() };
  const rules = new PermissionRules(db);
  if (objectName === '') return { effect: await rules.bucket(bucket, question) };
  if (!bucket.object) return { error: metadataErrors.noSuchObject() };
  return { effect: await rules.object(bucket, bucket.object, `${bucketName}/${objectName}`, question) };
}

async function byId(db: BsDbReader, type: number, id: bigint, question: Question): Promise<Verdict> {
  if (type === RESOURCE_TYPE_BUCKET) {
    const bucket = await db.buckets.liveById(id);
    return bucket ? byName(db, bucket.bucket_name, '', question) : { error: metadataErrors.noSuchBucket() };
  }
  if (type === RESOURCE_TYPE_GROUP) {
    const group = await db.groups.live(id);
    if (!group) return { error: metadataErrors.noSuchGroup() };
    return { effect: await new PermissionRules(db).group(group, question) };
  }
  const object = type === RESOURCE_TYPE_OBJECT ? await db.objects.byId(id) : undefined;
  if (!object || object.removed) return { error: metadataErrors.noSuchObject() };
  return byName(db, object.bucket_name, object.object_name, question);
}

async function policies(db: BsDbReader, objectId: bigint, page: PolicyPage, now: bigint): Promise<PolicyRecord[]> {
  const object = { type: RESOURCE_TYPE_OBJECT, id: objectId };
  const limit = Math.min(page.limit, MAX_POLICIES);
  const found: PolicyRecord[] = [];
  for (let after = page.start_after; found.length < limit; ) {
    const rows = await db.permissions.pageOfResource(object, after, MAX_POLICIES);
    const valid = rows.filter((policy) => !isExpired(policy, now));
    const statements = await db.permissions.statementsOf(valid.map((policy) => policy.policy_id));
    const granting = Map.groupBy(
      statements.filter((one) => grants(one, page.action, now)),
      (one) => one.policy_id,
    );
    for (const policy of valid) {
      const records = granting.get(policy.policy_id)?.map((statement) => policyRecord(policy, statement));
      if (records) found.push(...records);
    }
    if (rows.length < MAX_POLICIES) break;
    after = rows.at(-1)!.policy_id;
  }
  return found.slice(0, limit);
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
