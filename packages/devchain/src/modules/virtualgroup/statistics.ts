/** How many groups each provider serves, and as what; the families of each. */
import { greenfieldVirtualgroup as vg } from '@prairie/chain';
import type { State, Table } from '../../context.ts';
import { u32Key } from '../../keys.ts';

type Gvg = vg.GlobalVirtualGroup;

export class Statistics {
  private readonly groups: Table<vg.GVGStatisticsWithinSP>;
  private readonly families: Table<vg.GVGFamilyStatisticsWithinSP>;

  constructor(state: State) {
    this.groups = state.table('virtualgroup/gvg_statistics', vg.GVGStatisticsWithinSP);
    this.families = state.table('virtualgroup/family_statistics', vg.GVGFamilyStatisticsWithinSP);
  }

  of(spId: number): vg.GVGStatisticsWithinSP | undefined {
    return this.groups.get(u32Key(spId));
  }

  *all(): IterableIterator<vg.GVGStatisticsWithinSP> {
    for (const [, statistics] of this.groups.range()) yield statistics;
  }

  /** Families in the order in which the provider got them; undefined when it never had one. */
  familiesOf(spId: number): number[] | undefined {
    return this.families.get(u32Key(spId))?.global_virtual_group_family_ids;
  }

  addFamily(spId: number, familyId: number): void {
    this.setFamilies(spId, [...(this.familiesOf(spId) ?? []), familyId]);
  }

  removeFamily(spId: number, familyId: number): void {
    this.setFamilies(
      spId,
      (this.familiesOf(spId) ?? []).filter((id) => id !== familyId),
    );
  }

  /** Counts the roles in a group before (if any) and after (if any) it changed. */
  move(before: Gvg | undefined, after: Gvg | undefined): void {
    const changes = new Map<number, { primary: number; secondary: number; broken: number }>();
    const count = (gvg: Gvg, sign: number) => {
      const broken = gvg.secondary_sp_ids.includes(gvg.primary_sp_id) ? sign : 0;
      const add = (id: number, primary: number, secondary: number, isBroken: number) => {
        const change = changes.get(id) ?? { primary: 0, secondary: 0, broken: 0 };
        change.primary += primary;
        change.secondary += secondary;
        change.broken += isBroken;
        changes.set(id, change);
      };
      add(gvg.primary_sp_id, sign, 0, broken);
      for (const id of gvg.secondary_sp_ids) add(id, 0, sign, 0);
    };
    if (before) count(before, -1);
    if (after) count(after, 1);
    for (const [id, change] of changes) this.apply(id, change);
  }

  private apply(id: number, change: { primary: number; secondary: number; broken: number }): void {
    if (change.primary === 0 && change.secondary === 0 && change.broken === 0) return;
    const present = this.of(id) ?? vg.GVGStatisticsWithinSP.create({ storage_provider_id: id });
    this.groups.set(u32Key(id), {
      storage_provider_id: id,
      primary_count: present.primary_count + change.primary,
      secondary_count: present.secondary_count + change.secondary,
      break_redundancy_reqmt_gvg_count: present.break_redundancy_reqmt_gvg_count + change.broken,
    });
  }

  private setFamilies(spId: number, ids: number[]): void {
    this.families.set(u32Key(spId), { sp_id: spId, global_virtual_group_family_ids: ids });
  }
}
