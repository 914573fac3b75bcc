/** Policies of resources and their statements (§5.5). */
import { enumText } from '@prairie/chain';
import type { BsdbAccess, BsdbBucketAccess } from '@prairie/gfsp';
import { bucketShard } from '../shards.ts';
import { address, enumOf, id, idBytes, type RowOf } from '../sqlite/columns.ts';
import type { SqliteDatabase, SqlRow } from '../sqlite/database.ts';
import { ShardedTable } from '../sqlite/sharded-table.ts';
import { Table } from '../sqlite/table.ts';
import { permissionTable, statementTable } from './schema/access.ts';
import { objectTable } from './schema/resources.ts';

export type PolicyRow = RowOf<typeof permissionTable.columns>;
export type StatementRow = RowOf<typeof statementTable.columns>;

const visibility = enumOf('greenfield.storage.VisibilityType');
const BUCKET_ACCESS = `SELECT bucket_id AS id, owner, visibility FROM buckets WHERE bucket_name = ? AND removed = 0`;

export class Permissions {
  private readonly db: SqliteDatabase;
  private readonly objects: ShardedTable<typeof objectTable.columns>;
  private readonly policies: Table<typeof permissionTable.columns>;
  private readonly statements: Table<typeof statementTable.columns>;

  constructor(db: SqliteDatabase) {
    this.db = db;
    this.objects = new ShardedTable(db, objectTable);
    this.policies = new Table(db, permissionTable);
    this.statements = new Table(db, statementTable);
  }

  /**
   * A policy with all its statements. The chain keeps the id when the policy of a principal is replaced, so those of
   * before are marked removed.
   */
  put(policy: PolicyRow, statements: readonly Partial<StatementRow>[]): void {
    this.policies.replace(policy);
    this.statements.update({ policy_id: policy.policy_id }, { removed: true });
    for (const statement of statements) this.statements.insert({ ...statement, policy_id: policy.policy_id });
  }

  remove(policyId: bigint, timestamp: bigint): void {
    this.policies.update({ policy_id: policyId }, { removed: true, update_timestamp: timestamp });
    this.statements.update({ policy_id: policyId }, { removed: true });
  }

  /** A live bucket and the live object of that name in it, by no more than what decides about rights. */
  access(bucketName: string, objectName: string): BsdbBucketAccess | undefined {
    const bucket = this.db.get(BUCKET_ACCESS, [bucketName]);
    return bucket && { ...accessOf(bucket), object: this.objectAccess(bucketName, objectName) };
  }

  private objectAccess(bucketName: string, objectName: string): BsdbAccess | undefined {
    const table = objectName === '' ? undefined : this.objects.existing(bucketShard(bucketName));
    if (!table) return undefined;
    const sql = `SELECT object_id AS id, owner, visibility FROM "${table.name}"
      WHERE bucket_name = ? AND object_name = ? AND removed = 0 ORDER BY id DESC LIMIT 1`;
    const row = this.db.get(sql, [bucketName, objectName]);
    return row && accessOf(row);
  }

  /** Live policies of any principal on a resource, by id. */
  pageOfResource(resourceType: number, resourceId: bigint, after: bigint, limit: number): PolicyRow[] {
    const tail = `WHERE resource_type = ? AND resource_id = ? AND policy_id > ? AND removed = 0
      ORDER BY policy_id LIMIT ?`;
    const type = enumText('greenfield.resource.ResourceType', resourceType);
    return this.policies.select(tail, [type, idBytes(resourceId), idBytes(after), limit]);
  }

  /** Live policies of one kind of principal on a resource, in no particular order. */
  ofResource(resourceType: number, resourceId: bigint, principalType: number): PolicyRow[] {
    return this.policies.select('WHERE resource_type = ? AND resource_id = ? AND principal_type = ? AND removed = 0', [
      enumText('greenfield.resource.ResourceType', resourceType),
      idBytes(resourceId),
      principalType,
    ]);
  }

  ofPrincipal(key: Pick<PolicyRow, 'resource_type' | 'resource_id' | 'principal_type' | 'principal_value'>) {
    return this.policies.get({ ...key, removed: false });
  }

  /** Live statements, in the order they were put. */
  statementsOf(policyId: bigint): StatementRow[] {
    return this.statements.select('WHERE policy_id = ? AND removed = 0 ORDER BY id', [idBytes(policyId)]);
  }
}

function accessOf(row: SqlRow): BsdbAccess {
  return { id: id.decode(row.id!), owner: address.decode(row.owner!), visibility: visibility.decode(row.visibility!) };
}
