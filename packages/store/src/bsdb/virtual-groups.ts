/** Families, global and local virtual groups (§5.8). */
import { idBytes, type RowOf } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { familyTable, gvgSecondaryTable, gvgTable, lvgTable } from './schema/providers.ts';

export type FamilyRow = RowOf<typeof familyTable.columns>;
export type GvgRow = RowOf<typeof gvgTable.columns>;
export type LvgRow = RowOf<typeof lvgTable.columns>;

export class VirtualGroups {
  private readonly families: Table<typeof familyTable.columns>;
  private readonly gvgs: Table<typeof gvgTable.columns>;
  private readonly lvgs: Table<typeof lvgTable.columns>;
  private readonly secondaries: Table<typeof gvgSecondaryTable.columns>;

  constructor(db: SqliteDatabase) {
    this.families = new Table(db, familyTable);
    this.gvgs = new Table(db, gvgTable);
    this.lvgs = new Table(db, lvgTable);
    this.secondaries = new Table(db, gvgSecondaryTable);
  }

  putFamily(row: Partial<FamilyRow>): void {
    this.families.replace(row);
  }

  updateFamily(id: number, set: Partial<FamilyRow>): void {
    this.families.update({ global_virtual_group_family_id: id }, set);
  }

  /** Live families only. */
  family(id: number): FamilyRow | undefined {
    return this.families.get({ global_virtual_group_family_id: id, removed: false });
  }

  /** Live families of a primary provider, by id. */
  familiesOfSp(spId: number): FamilyRow[] {
    const tail = 'WHERE primary_sp_id = ? AND removed = 0 ORDER BY global_virtual_group_family_id';
    return this.families.select(tail, [spId]);
  }

  putGvg(row: Partial<GvgRow> & Pick<GvgRow, 'global_virtual_group_id'>): void {
    this.gvgs.replace(row);
    this.noteSecondaries(row.global_virtual_group_id, row.secondary_sp_ids ?? []);
  }

  updateGvg(id: number, set: Partial<GvgRow>): void {
    this.gvgs.update({ global_virtual_group_id: id }, set);
    if (set.secondary_sp_ids) this.noteSecondaries(id, set.secondary_sp_ids);
  }

  gvg(id: number): GvgRow | undefined {
    return this.gvgs.get({ global_virtual_group_id: id });
  }

  /** Ids of the live groups of a family, ascending. */
  gvgIdsOfFamily(familyId: number): number[] {
    const tail = 'WHERE family_id = ? AND removed = 0 ORDER BY global_virtual_group_id';
    return this.gvgs.select(tail, [familyId]).map((row) => row.global_virtual_group_id);
  }

  /** Live groups in which the provider is a secondary, by id. */
  gvgsOfSecondary(spId: number): GvgRow[] {
    const rows = this.secondaries.select('WHERE sp_id = ? ORDER BY global_virtual_group_id', [spId]);
    return rows.flatMap(({ global_virtual_group_id }) => {
      const gvg = this.gvg(global_virtual_group_id);
      return gvg && !gvg.removed ? [gvg] : [];
    });
  }

  putLvg(row: Partial<LvgRow>): void {
    this.lvgs.replace(row);
  }

  updateLvg(bucketId: bigint, id: number, set: Partial<LvgRow>): void {
    this.lvgs.update({ bucket_id: bucketId, local_virtual_group_id: id }, set);
  }

  lvg(bucketId: bigint, id: number): LvgRow | undefined {
    return this.lvgs.get({ bucket_id: bucketId, local_virtual_group_id: id });
  }

  liveLvg(bucketId: bigint, id: number): LvgRow | undefined {
    return this.lvgs.get({ bucket_id: bucketId, local_virtual_group_id: id, removed: false });
  }

  /** Live ones, by id. */
  lvgsOfBucket(bucketId: bigint): LvgRow[] {
    const tail = 'WHERE bucket_id = ? AND removed = 0 ORDER BY local_virtual_group_id';
    return this.lvgs.select(tail, [idBytes(bucketId)]);
  }

  /** Live ones of all buckets. */
  lvgsOfGvg(gvgId: number): LvgRow[] {
    return this.lvgs.select('WHERE global_virtual_group_id = ? AND removed = 0', [gvgId]);
  }

  private noteSecondaries(gvgId: number, spIds: readonly number[]): void {
    this.secondaries.delete({ global_virtual_group_id: gvgId });
    for (const sp_id of spIds) this.secondaries.insertOrIgnore({ sp_id, global_virtual_group_id: gvgId });
  }
}
