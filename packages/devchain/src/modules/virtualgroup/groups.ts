/** Families and global virtual groups, and the reservations to change who serves them (`…state-machine.md` §5). */
import { greenfieldVirtualgroup as vg } from '@prairie/chain';
import type { State, Table } from '../../context.ts';
import { joinKey, u32Key } from '../../keys.ts';
import { numberCodec } from '../../state/index.ts';
import { Statistics } from './statistics.ts';

export type Family = vg.GlobalVirtualGroupFamily;
export type Gvg = vg.GlobalVirtualGroup;

/** What a swap is about: a family (its primary) or a group (one secondary). */
export type SwapTarget = { family: number } | { gvg: number };

export class Groups {
  readonly statistics: Statistics;
  readonly families: Table<Family>;
  readonly swapOuts: Table<vg.SwapOutInfo>;
  readonly swapIns: Table<vg.SwapInInfo>;
  private readonly gvgs: Table<Gvg>;
  private readonly latest: Table<number>;

  constructor(state: State) {
    this.statistics = new Statistics(state);
    this.families = state.table('virtualgroup/families', vg.GlobalVirtualGroupFamily);
    this.gvgs = state.table('virtualgroup/gvgs', vg.GlobalVirtualGroup);
    this.swapOuts = state.table('virtualgroup/swap_outs', vg.SwapOutInfo);
    this.swapIns = state.table('virtualgroup/swap_ins', vg.SwapInInfo);
    this.latest = state.table('virtualgroup/sequences', numberCodec);
  }

  nextId(of: 'family' | 'gvg'): number {
    const id = (this.latest.get(of) ?? 0) + 1;
    this.latest.set(of, id);
    return id;
  }

  family(id: number): Family | undefined {
    return this.families.get(u32Key(id));
  }

  gvg(id: number): Gvg | undefined {
    return this.gvgs.get(u32Key(id));
  }

  *allGvgs(): IterableIterator<Gvg> {
    for (const [, gvg] of this.gvgs.range()) yield gvg;
  }

  gvgsOf(family: Family): Gvg[] {
    return family.global_virtual_group_ids.map((id) => this.gvg(id)!);
  }

  /** Keeps the lists of families of providers with it. */
  setFamily(family: Family): void {
    const before = this.family(family.id);
    this.families.set(u32Key(family.id), family);
    if (before?.primary_sp_id === family.primary_sp_id) return;
    if (before) this.statistics.removeFamily(before.primary_sp_id, family.id);
    this.statistics.addFamily(family.primary_sp_id, family.id);
  }

  deleteFamily(family: Family): void {
    this.statistics.removeFamily(family.primary_sp_id, family.id);
    this.families.delete(u32Key(family.id));
  }

  /** Keeps the statistics of providers with it. */
  setGvg(gvg: Gvg): void {
    this.statistics.move(this.gvg(gvg.id), gvg);
    this.gvgs.set(u32Key(gvg.id), gvg);
  }

  deleteGvg(gvg: Gvg): void {
    this.statistics.move(gvg, undefined);
    this.gvgs.delete(u32Key(gvg.id));
  }
}

export const swapKey = (target: SwapTarget): string =>
  'family' in target ? joinKey('family', u32Key(target.family)) : joinKey('gvg', u32Key(target.gvg));

export const withSecondary = (gvg: Gvg, leaving: number, joining: number): Gvg => ({
  ...gvg,
  secondary_sp_ids: gvg.secondary_sp_ids.map((id) => (id === leaving ? joining : id)),
});
