/** Policies of resources and their statements (§5.5). */
import { enumText } from '@prairie/chain';
import { idBytes, type RowOf } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { permissionTable, statementTable } from './schema/access.ts';

export type PolicyRow = RowOf<typeof permissionTable.columns>;
export type StatementRow = RowOf<typeof statementTable.columns>;

export class Permissions {
  private readonly policies: Table<typeof permissionTable.columns>;
  private readonly statements: Table<typeof statementTable.columns>;

  constructor(db: SqliteDatabase) {
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
