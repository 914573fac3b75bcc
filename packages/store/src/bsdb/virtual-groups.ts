/** Families, global and local virtual groups (§5.8). */
import { sql } from 'kysely';
import type { RowOf } from '../sql/columns.ts';
import { selectIn } from '../sql/in-list.ts';
import type { Builder, Session } from '../sql/session.ts';
import { Table } from '../sql/table.ts';
import { liveWith } from './live.ts';
import { familyTable, gvgSecondaryTable, gvgTable, lvgTable } from './schema/providers.ts';

export type FamilyRow = RowOf<typeof familyTable.columns>;
export type GvgRow = RowOf<typeof gvgTable.columns>;
export type LvgRow = RowOf<typeof lvgTable.columns>;

export class VirtualGroups {
  readonly #families: Table<typeof familyTable.columns>;
  readonly #gvgs: Table<typeof gvgTable.columns>;
  readonly #lvgs: Table<typeof lvgTable.columns>;
  readonly #secondaries: Table<typeof gvgSecondaryTable.columns>;

  constructor(session: Session) {
    this.#families = new Table(session, familyTable);
    this.#gvgs = new Table(session, gvgTable);
    this.#lvgs = new Table(session, lvgTable);
    this.#secondaries = new Table(session, gvgSecondaryTable);
  }

  putFamily(row: Partial<FamilyRow>): Promise<void> {
    return this.#families.put(row);
  }

  async updateFamily(id: number, set: Partial<FamilyRow>): Promise<void> {
    await this.#families.update({ global_virtual_group_family_id: id }, set);
  }

  /** Live families only. */
  family(id: number): Promise<FamilyRow | undefined> {
    return this.#families.get({ global_virtual_group_family_id: id, removed: false });
  }

  families(ids: readonly number[]): Promise<FamilyRow[]> {
    return selectIn(this.#families, 'global_virtual_group_family_id', ids, { removed: false });
  }

  /** Live families of a primary provider, by id. */
  familiesOfSp(spId: number): Promise<FamilyRow[]> {
    return liveWith(this.#families, 'primary_sp_id', spId, 'global_virtual_group_family_id');
  }

  async putGvg(row: Partial<GvgRow> & Pick<GvgRow, 'global_virtual_group_id'>): Promise<void> {
    await this.#gvgs.put(row);
    await this.#noteSecondaries(row.global_virtual_group_id, row.secondary_sp_ids ?? []);
  }

  async updateGvg(id: number, set: Partial<GvgRow>): Promise<void> {
    await this.#gvgs.update({ global_virtual_group_id: id }, set);
    if (set.secondary_sp_ids) await this.#noteSecondaries(id, set.secondary_sp_ids);
  }

  gvg(id: number): Promise<GvgRow | undefined> {
    return this.#gvgs.get({ global_virtual_group_id: id });
  }

  /** Removed or not, by id. */
  async gvgs(ids: readonly number[]): Promise<GvgRow[]> {
    const rows = await selectIn(this.#gvgs, 'global_virtual_group_id', ids);
    return rows.sort((a, b) => a.global_virtual_group_id - b.global_virtual_group_id);
  }

  /** Ids of the live groups of a family, ascending. */
  async gvgIdsOfFamily(familyId: number): Promise<number[]> {
    const rows = await liveWith(this.#gvgs, 'family_id', familyId, 'global_virtual_group_id');
    return rows.map((row) => row.global_virtual_group_id);
  }

  /** Live groups in which the provider is a secondary, by id. */
  gvgsOfSecondary(spId: number): Promise<GvgRow[]> {
    const build = (builder: Builder) =>
      builder
        .selectFrom(`${gvgSecondaryTable.name} as s`)
        .innerJoin(`${gvgTable.name} as g`, 'g.global_virtual_group_id', 's.global_virtual_group_id')
        .select(this.#gvgs.columns.map((column) => `g.${column}`))
        .where('s.sp_id', '=', this.#secondaries.marks.of('sp_id'))
        .where('g.removed', '=', sql.lit(false))
        .orderBy('s.global_virtual_group_id');
    return this.#gvgs.read('groups of a secondary', build, { sp_id: spId });
  }

  putLvg(row: Partial<LvgRow>): Promise<void> {
    return this.#lvgs.put(row);
  }

  async updateLvg(bucketId: bigint, id: number, set: Partial<LvgRow>): Promise<void> {
    await this.#lvgs.update({ bucket_id: bucketId, local_virtual_group_id: id }, set);
  }

  liveLvg(bucketId: bigint, id: number): Promise<LvgRow | undefined> {
    return this.#lvgs.get({ bucket_id: bucketId, local_virtual_group_id: id, removed: false });
  }

  /** Live ones, by id. */
  lvgsOfBucket(bucketId: bigint): Promise<LvgRow[]> {
    return liveWith(this.#lvgs, 'bucket_id', bucketId, 'local_virtual_group_id');
  }

  async #noteSecondaries(gvgId: number, spIds: readonly number[]): Promise<void> {
    await this.#secondaries.delete({ global_virtual_group_id: gvgId });
    for (const sp_id of spIds) await this.#secondaries.insertOrIgnore({ sp_id, global_virtual_group_id: gvgId });
  }
}
