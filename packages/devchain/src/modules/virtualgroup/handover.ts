/** Passing a role in a family or group from one provider to another (`reference/chain-state-machine.md` §5.2). */
import { greenfieldVirtualgroup as vg } from '@prairie/chain';
import type { Context } from '../../context.ts';
import type { StorageProvider } from '../sp/index.ts';
import { virtualGroupErrors as errors } from './errors.ts';
import { withSecondary } from './groups.ts';
import type { VirtualGroupKeeper } from './keeper.ts';

export interface HandOver {
  leaving: StorageProvider;
  joining: StorageProvider;
}

/**
 * The successor pays the deposits of all groups back to the provider that leaves, which gets what the family earned.
 * @param mayBeSecondary whether the successor may serve a group in both roles for a while: when it swaps in
 */
export function handOverFamily(
  keeper: VirtualGroupKeeper,
  ctx: Context,
  familyId: number,
  { leaving, joining, mayBeSecondary }: HandOver & { mayBeSecondary: boolean },
): void {
  const family = keeper.existingFamily(familyId);
  if (family.primary_sp_id !== leaving.id) {
    throw errors.swapOutFailed(`storage provider ${leaving.id} is not the primary of family ${family.id}`);
  }
  const groups = keeper.groups.gvgsOf(family);
  for (const gvg of groups) {
    if (!mayBeSecondary && gvg.secondary_sp_ids.includes(joining.id)) {
      throw errors.swapOutFailed(`storage provider ${joining.id} is a secondary of group ${gvg.id}`);
    }
    keeper.deps.bank.send(ctx, joining.funding_address, leaving.funding_address, gvg.total_deposit);
    keeper.groups.setGvg({ ...gvg, primary_sp_id: joining.id });
  }
  keeper.settleFamily(ctx, family.id);
  keeper.groups.setFamily({ ...family, primary_sp_id: joining.id });
  ctx.emitTyped(vg.EventUpdateGlobalVirtualGroupFamily, {
    id: family.id,
    primary_sp_id: joining.id,
    global_virtual_group_ids: family.global_virtual_group_ids,
  });
  for (const { id } of groups) keeper.emitUpdate(ctx, keeper.existingGvg(id));
}

/** All secondaries are paid, then one is replaced. @throws ChainError `refuse` when the roles do not fit any more */
export function handOverSecondary(
  keeper: VirtualGroupKeeper,
  ctx: Context,
  gvgId: number,
  { leaving, joining, refuse }: HandOver & { refuse: (detail: string) => Error },
): void {
  const gvg = keeper.existingGvg(gvgId);
  if (!gvg.secondary_sp_ids.includes(leaving.id)) {
    throw refuse(`storage provider ${leaving.id} is not a secondary of group ${gvg.id}`);
  }
  if (gvg.secondary_sp_ids.includes(joining.id)) {
    throw refuse(`storage provider ${joining.id} is a secondary of group ${gvg.id} already`);
  }
  keeper.settleGvg(ctx, gvg.id);
  keeper.setGvg(ctx, withSecondary(gvg, leaving.id, joining.id));
}
