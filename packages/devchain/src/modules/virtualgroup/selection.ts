/** Which families have room for more data (`reference/chain-state-machine.md` §13). */
import { greenfieldVirtualgroup as vg } from '@prairie/chain';
import type { Family } from './groups.ts';
import type { VirtualGroupKeeper } from './keeper.ts';

const strategy = vg.PickVGFStrategy;

/** Bytes that still fit. */
export function freeSize(keeper: VirtualGroupKeeper, family: Family): bigint {
  const { max_store_size_per_family: limit } = keeper.params();
  let staked = 0n;
  let stored = 0n;
  for (const gvg of keeper.groups.gvgsOf(family)) {
    staked += keeper.stakingCapacity(gvg);
    stored += gvg.stored_size;
  }
  return (staked < limit ? staked : limit) - stored;
}

export function isAvailable(keeper: VirtualGroupKeeper, family: Family): boolean {
  const limit = keeper.params().max_global_virtual_group_num_per_family;
  return family.global_virtual_group_ids.length < limit && freeSize(keeper, family) > 0n;
}

/** Of the given families, those with room, in the same order. */
export function availableFamilies(keeper: VirtualGroupKeeper, ids: readonly number[]): Family[] {
  return ids
    .map((id) => keeper.family(id))
    .filter((family) => family !== undefined)
    .filter((family) => isAvailable(keeper, family));
}

/** The family that a new bucket goes to; 0 when none has room. The list is in the order in which the families came. */
export function optimalFamily(keeper: VirtualGroupKeeper, ids: readonly number[], pick: vg.PickVGFStrategy): number {
  const candidates = availableFamilies(keeper, ids);
  if (pick === strategy.Strategy_Oldest_Create_Time) return candidates.at(0)?.id ?? 0;
  if (pick === strategy.Strategy_Recentest_Create_Time) return candidates.at(-1)?.id ?? 0;
  const sign = pick === strategy.Strategy_Minimal_Free_Store_Size ? -1n : 1n;
  let best: { id: number; free: bigint } | undefined;
  for (const family of candidates) {
    const free = freeSize(keeper, family);
    if (!best || sign * free > sign * best.free) best = { id: family.id, free };
  }
  return best?.id ?? 0;
}
