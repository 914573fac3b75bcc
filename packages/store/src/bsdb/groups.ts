/** Groups and their members: one table, the group's own row has the zero account (§5.4). */
import type { GroupNames } from '@prairie/gfsp';
import { type RawBuilder, sql } from 'kysely';
import { afterPrefix } from '../name-range.ts';
import { address, id, type RowOf } from '../sql/columns.ts';
import type { EngineName } from '../sql/engine.ts';
import { chunksOf, listed, listOf, selectIn } from '../sql/in-list.ts';
import type { Builder, Session } from '../sql/session.ts';
import { type Marks, type Select, Table } from '../sql/table.ts';
import { groupTable } from './schema/access.ts';

export type GroupRow = RowOf<typeof groupTable.columns>;
type Columns = typeof groupTable.columns;

const NO_ACCOUNT = address.zero;

export class Groups {
  readonly #table: Table<Columns>;

  constructor(session: Session) {
    this.#table = new Table(session, groupTable);
  }

  /** A group, or with `account_id` a member. */
  put(row: Partial<GroupRow>): Promise<void> {
    return this.#table.put(row);
  }

  updateGroup(groupId: bigint, set: Partial<GroupRow>): Promise<void> {
    return this.updateMember(groupId, NO_ACCOUNT, set);
  }

  async updateMember(groupId: bigint, account: string, set: Partial<GroupRow>): Promise<void> {
    await this.#table.update({ group_id: groupId, account_id: account }, set);
  }

  /** Rows found: none when the account is not a member. */
  updateLiveMember(groupId: bigint, account: string, set: Partial<GroupRow>): Promise<number> {
    return this.#table.update({ group_id: groupId, account_id: account, removed: false }, set);
  }

  /** The group and all its members. */
  async updateAll(groupId: bigint, set: Partial<GroupRow>): Promise<void> {
    await this.#table.update({ group_id: groupId }, set);
  }

  async updateByName(owner: string, groupName: string, set: Partial<GroupRow>): Promise<void> {
    await this.#table.update({ owner, group_name: groupName, account_id: NO_ACCOUNT, removed: false }, set);
  }

  live(groupId: bigint): Promise<GroupRow | undefined> {
    return this.#table.get({ group_id: groupId, account_id: NO_ACCOUNT, removed: false });
  }

  liveByIds(groupIds: readonly bigint[]): Promise<GroupRow[]> {
    return selectIn(this.#table, 'group_id', groupIds, { account_id: NO_ACCOUNT, removed: false });
  }

  /** Those of the groups that exist and have the account as a member; `now` in unix seconds. */
  async memberOf(groupIds: readonly bigint[], account: string, now: bigint): Promise<bigint[]> {
    if (account === NO_ACCOUNT) return [];
    const found: bigint[] = [];
    for (const chunk of chunksOf(groupIds)) {
      const build = (builder: Builder) => membershipsIn(builder, this.#table, chunk.length);
      const values = { account, none: NO_ACCOUNT, now, ...listed('group_id', chunk) };
      const rows = await this.#table.session.rows(`member of ${chunk.length} groups`, build, values);
      for (const row of rows) found.push(id.decode(row.group_id!));
    }
    return found;
  }

  /** Live members, those whose time is over too. */
  async countMembers(groupIds: readonly bigint[]): Promise<Map<bigint, number>> {
    const { session, name, marks } = this.#table;
    const counts = new Map<bigint, number>();
    for (const chunk of chunksOf(groupIds)) {
      const build = (builder: Builder) =>
        builder
          .selectFrom(name)
          .select(['group_id', sql`count(*)`.as('members')])
          .where('group_id', 'in', listOf(marks, 'group_id', chunk.length))
          .where('removed', '=', sql.lit(false))
          .where('account_id', '>', marks.of('account_id'))
          .groupBy('group_id');
      const values = { account_id: NO_ACCOUNT, ...listed('group_id', chunk) };
      const rows = await session.rows(`count members of ${chunk.length} groups`, build, values);
      for (const row of rows) counts.set(id.decode(row.group_id!), Number(row.members));
    }
    return counts;
  }

  /** Live groups, by id. All that fit are read from an index: their number is asked for, too. */
  listByName(names: GroupNames, limit: number, offset: number): Promise<GroupRow[]> {
    const { key, narrow, values } = namesOf(names, this.#table.session.engine);
    return this.#table.select(
      `list by name ${key}`,
      (all, mark) =>
        narrow(all, mark)
          .orderBy(UNINDEXED_ID[this.#table.session.engine])
          .limit(mark.limit('limit'))
          .offset(mark.limit('offset')),
      { ...values, limit, offset },
    );
  }

  countByName(names: GroupNames): Promise<number> {
    const { key, narrow, values } = namesOf(names, this.#table.session.engine);
    return this.#table.count(`by name ${key}`, narrow, values);
  }

  /** Live rows of an account's memberships, by id of the group. */
  async membershipsOf(account: string, after: bigint, limit: number): Promise<GroupRow[]> {
    if (account === NO_ACCOUNT) return [];
    return this.#table.select(
      'of account',
      (all, mark) =>
        all
          .where('account_id', '=', mark.of('account_id'))
          .where('group_id', '>', mark.of('group_id'))
          .where('removed', '=', sql.lit(false))
          .orderBy('group_id')
          .limit(mark.limit('limit')),
      { account_id: account, group_id: after, limit },
    );
  }

  /** Live members, by the bytes of their address. */
  membersOf(groupId: bigint, after: string, limit: number): Promise<GroupRow[]> {
    return this.#table.select(
      'members',
      (all, mark) =>
        all
          .where('group_id', '=', mark.of('group_id'))
          .where('account_id', '>', mark.of('account_id'))
          .where('removed', '=', sql.lit(false))
          .orderBy('account_id')
          .limit(mark.limit('limit')),
      { group_id: groupId, account_id: after, limit },
    );
  }

  /** Live groups, by id. */
  ownedBy(owner: string, after: bigint, limit: number): Promise<GroupRow[]> {
    return this.#table.select(
      'owned',
      (all, mark) =>
        all
          .where('owner', '=', mark.of('owner'))
          .where('account_id', '=', mark.of('account_id'))
          .where('group_id', '>', mark.of('group_id'))
          .where('removed', '=', sql.lit(false))
          .orderBy('group_id')
          .limit(mark.limit('limit')),
      { owner, account_id: NO_ACCOUNT, group_id: after, limit },
    );
  }
}

/** Rows of members `m` whose group's row `g` is alive. */
function membershipsIn(builder: Builder, { name, marks }: Table<Columns>, groups: number) {
  return builder
    .selectFrom(`${name} as m`)
    .innerJoin(`${name} as g`, 'g.group_id', 'm.group_id')
    .select('m.group_id')
    .where('m.account_id', '=', marks.of('account_id', 'account'))
    .where('m.group_id', 'in', listOf(marks, 'group_id', groups))
    .where('m.removed', '=', sql.lit(false))
    .where((is) =>
      is.or([
        is('m.expiration_time', '=', sql.lit(0)),
        is('m.expiration_time', '>', marks.of('expiration_time', 'now')),
      ]),
    )
    .where('g.account_id', '=', marks.of('account_id', 'none'))
    .where('g.removed', '=', sql.lit(false));
}

/**
 * The id in a way that no index has its order. With one, planners read every group there is in the order of ids; the
 * index of names has those that are asked for, and they are sorted.
 */
const UNINDEXED_ID: Record<EngineName, RawBuilder<unknown>> = {
  sqlite: sql`+group_id`,
  postgres: sql`group_id || ''::bytea`,
  mysql: sql`concat(group_id, '')`,
};

/** Whether what follows the prefix has the name in it; `%` and `_` are letters like others. */
const HAS_NAME: Record<EngineName, (prefix: unknown, name: unknown) => RawBuilder<boolean>> = {
  sqlite: (prefix, name) => sql`instr(substr(group_name, length(${prefix}) + 1), ${name}) > 0`,
  postgres: (prefix, name) => sql`strpos(substr(group_name, length(${prefix}::text) + 1), ${name}) > 0`,
  mysql: (prefix, name) => sql`locate(${name}, substring(group_name, length(${prefix}) + 1)) > 0`,
};

/** Names are compared by their bytes. `key` tells the shapes apart. */
function namesOf({ prefix, name, source_type }: GroupNames, engine: EngineName) {
  const end = afterPrefix(prefix);
  const narrow = (all: Select<Columns>, mark: Marks<Columns>): Select<Columns> => {
    const begin = mark.of('group_name', 'prefix');
    let query = all
      .where('account_id', '=', mark.of('account_id'))
      .where('removed', '=', sql.lit(false))
      .where('group_name', '>=', begin)
      .where(HAS_NAME[engine](begin, mark.of('group_name', 'name')));
    if (end !== undefined) query = query.where('group_name', '<', mark.of('group_name', 'end'));
    return source_type === undefined ? query : query.where('source_type', '=', mark.of('source_type'));
  };
  const key = `${end === undefined} ${source_type === undefined}`;
  return { key, narrow, values: { account_id: NO_ACCOUNT, prefix, name, end, source_type } };
}
