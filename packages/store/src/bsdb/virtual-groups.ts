/** Families, global and local virtual groups (§5.8). */
import type { RowOf } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { familyTable, gvgTable, lvgTable } from './schema/providers.ts';

export type FamilyRow = RowOf<typeof familyTable.columns>;
export type GvgRow = RowOf<typeof gvgTable.columns>;
export type LvgRow = RowOf<typeof lvgTable.columns>;

export class VirtualGroups {
  private readonly families: Table<typeof familyTable.columns>;
  private readonly gvgs: Table<typeof gvgTable.columns>;
  private readonly lvgs: Table<typeof lvgTable.columns>;

  constructor(db: SqliteDatabase) {
    this.families = new Table(db, familyTable);
    this.gvgs = new Table(db, gvgTable);
    this.lvgs = new Table(db, lvgTable);
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

  putGvg(row: Partial<GvgRow>): void {
    this.gvgs.replace(row);
  }

  updateGvg(id: number, set: Partial<GvgRow>): void {
    this.gvgs.update({ global_virtual_group_id: id }, set);
  }

  gvg(id: number): GvgRow | undefined {
    return this.gvgs.get({ global_virtual_group_id: id });
  }

  /** Ids of the live groups of a family, ascending. */
  gvgIdsOfFamily(familyId: number): number[] {
    const tail = 'WHERE family_id = ? AND removed = 0 ORDER BY global_virtual_group_id';
    return this.gvgs.select(tail, [familyId]).map((row) => row.global_virtual_group_id);
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
}
