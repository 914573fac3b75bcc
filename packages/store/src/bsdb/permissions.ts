/** Policies of resources and their statements (§5.5). */
import { checksumIfAddress } from '@prairie/chain';
import type { BsdbAccess, BsdbBucketAccess, BsdbResource } from '@prairie/gfsp';
import { sql } from 'kysely';
import { bucketShard } from '../shards.ts';
import { address, enumOf, id, type RowOf } from '../sql/columns.ts';
import type { SqlRow } from '../sql/engine.ts';
import { selectIn } from '../sql/in-list.ts';
import type { Builder, Session } from '../sql/session.ts';
import { ShardedTable } from '../sql/sharded-table.ts';
import { Table } from '../sql/table.ts';
import { type AnySelect, unionAll } from '../sql/union.ts';
import { permissionTable, statementTable } from './schema/access.ts';
import { bucketTable, objectTable } from './schema/resources.ts';

export type PolicyRow = RowOf<typeof permissionTable.columns>;
export type StatementRow = RowOf<typeof statementTable.columns>;

/** Kinds of principals. */
const ACCOUNT = 1;
const GROUP = 2;

const visibility = enumOf('greenfield.storage.VisibilityType');

export class Permissions {
  readonly #session: Session;
  readonly #objects: ShardedTable<typeof objectTable.columns>;
  readonly #policies: Table<typeof permissionTable.columns>;
  readonly #statements: Table<typeof statementTable.columns>;

  constructor(session: Session) {
    this.#session = session;
    this.#objects = new ShardedTable(session, objectTable);
    this.#policies = new Table(session, permissionTable);
    this.#statements = new Table(session, statementTable);
  }

  /**
   * A policy with all its statements; an account is written in the spelling that all others are compared in. The chain keeps the id when the policy of a principal is replaced, so those of
   * before are marked removed.
   */
  async put(policy: PolicyRow, statements: readonly Partial<StatementRow>[]): Promise<void> {
    await this.#policies.put({ ...policy, principal_value: checksumIfAddress(policy.principal_value) });
    await this.#statements.update({ policy_id: policy.policy_id }, { removed: true });
    for (const statement of statements) await this.#statements.insert({ ...statement, policy_id: policy.policy_id });
  }

  async remove(policyId: bigint, timestamp: bigint): Promise<void> {
    await this.#policies.update({ policy_id: policyId }, { removed: true, update_timestamp: timestamp });
    await this.#statements.update({ policy_id: policyId }, { removed: true });
  }

  /** A live bucket and the live object of that name in it, by no more than what decides about rights. */
  async access(bucketName: string, objectName: string): Promise<BsdbBucketAccess | undefined> {
    const { name: objects, marks } = this.#objects.of(bucketShard(bucketName));
    const build = (builder: Builder) =>
      builder
        .selectFrom(`${bucketTable.name} as b`)
        .leftJoin(`${objects} as o`, (join) =>
          join
            .onRef('o.bucket_name', '=', 'b.bucket_name')
            .on('o.removed', '=', sql.lit(false))
            .on('o.object_name', '=', marks.of('object_name')),
        )
        .select(['b.bucket_id as id', 'b.owner as owner', 'b.visibility as visibility'])
        .select(['o.object_id as object_id', 'o.owner as object_owner', 'o.visibility as object_visibility'])
        .where('b.bucket_name', '=', marks.of('bucket_name'))
        .where('b.removed', '=', sql.lit(false))
        .orderBy('o.id', 'desc')
        .limit(sql.lit(1));
    const values = { bucket_name: bucketName, object_name: objectName };
    const [row] = await this.#session.rows(`access ${objects}`, build, values);
    return row && { ...accessOf(row, ''), object: row.object_id === null ? undefined : accessOf(row, 'object_') };
  }

  /** Live policies of any principal on a resource, by id. */
  pageOfResource({ type, id: resourceId }: BsdbResource, after: bigint, limit: number): Promise<PolicyRow[]> {
    return this.#policies.select(
      'of resource',
      (all, mark) =>
        all
          .where('resource_id', '=', mark.of('resource_id'))
          .where('resource_type', '=', mark.of('resource_type'))
          .where('removed', '=', sql.lit(false))
          .where('policy_id', '>', mark.of('policy_id'))
          .orderBy('policy_id')
          .limit(mark.limit('limit')),
      { resource_type: type, resource_id: resourceId, policy_id: after, limit },
    );
  }

  /** Live ones of the account and of all groups. */
  async forAccount(account: string, resources: readonly BsdbResource[]): Promise<PolicyRow[]> {
    if (resources.length === 0) return [];
    const { name, columns, marks } = this.#policies;
    const build = (builder: Builder) => {
      const branches = resources.flatMap((_, i): AnySelect[] => {
        const ofResource = builder
          .selectFrom(name)
          .select([...columns])
          .where('resource_id', '=', marks.of('resource_id', `id ${i}`))
          .where('resource_type', '=', marks.of('resource_type', `type ${i}`))
          .where('removed', '=', sql.lit(false));
        const ofAccount = ofResource
          .where('principal_type', '=', sql.lit(ACCOUNT))
          .where('principal_value', '=', marks.of('principal_value'));
        return [ofAccount, ofResource.where('principal_type', '=', sql.lit(GROUP))];
      });
      return unionAll(branches);
    };
    const values: Record<string, unknown> = { principal_value: checksumIfAddress(account) };
    for (const [i, { type, id }] of resources.entries()) {
      values[`type ${i}`] = type;
      values[`id ${i}`] = id;
    }
    return this.#policies.read(`policies on ${resources.length} resources`, build, values);
  }

  /** Live statements, in the order they were put. */
  statementsOf(policyIds: readonly bigint[]): Promise<StatementRow[]> {
    return selectIn(this.#statements, 'policy_id', policyIds, { removed: false }, { inOrder: true });
  }
}

function accessOf(row: SqlRow, prefix: '' | 'object_'): BsdbAccess {
  return {
    id: id.decode(row[`${prefix}id`]!),
    owner: address.decode(row[`${prefix}owner`]!),
    visibility: visibility.decode(row[`${prefix}visibility`]!),
  };
}
