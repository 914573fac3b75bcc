/** Random messages by which a provider gives its roles to one that agrees (`reference/chain-state-machine.md` §5). */
import { approvalDigest, signDigest, greenfieldVirtualgroup as vg } from '@prairie/chain';
import { type SwapTarget, swapKey } from '../../../modules/virtualgroup/groups.ts';
import type { Draft, Kind } from '../draft.ts';
import { type Family, type Gvg, isServing, type Provider, type World } from '../world.ts';
import { claim, draft } from './common.ts';
import { affected, groupsOf, operatorKey, serves } from './swaps.ts';

export const swapOutKinds: readonly Kind[] = [
  { name: 'SwapOut, family', weight: 0.4, make: swapOutFamily },
  { name: 'SwapOut, group', weight: 0.4, make: swapOutGroup },
  { name: 'CompleteSwapOut', weight: 0.8, make: completeSwapOut },
  { name: 'CancelSwapOut', weight: 0.4, make: cancelSwapOut },
];

const gvgsOf = (world: World, family: Family): Gvg[] => world.keepers.virtualGroup.gvgsOfFamily(family.id);

const APPROVAL_FOR_EVER = 1_000_000_000n;

function swapOut(world: World, roles: { leaving: Provider; joining: Provider; target: SwapTarget }): Draft | undefined {
  const { leaving, joining, target } = roles;
  if (world.keepers.virtualGroup.groups.swapOuts.get(swapKey(target))) return undefined;
  const message = vg.MsgSwapOut.create({
    storage_provider: leaving.operator_address,
    global_virtual_group_family_id: 'family' in target ? target.family : 0,
    global_virtual_group_ids: 'gvg' in target ? [target.gvg] : [],
    successor_sp_id: joining.id,
    successor_sp_approval: { expired_height: APPROVAL_FOR_EVER, global_virtual_group_family_id: 0 },
  });
  const approver = world.key(joining.approval_address)!;
  message.successor_sp_approval!.sig = signDigest(approver.privateKey, approvalDigest(vg.MsgSwapOut, message));
  const rest = {
    needs: [claim.provider(leaving.id), claim.provider(joining.id)],
    changes: groupsOf(world, target),
  };
  return draft(operatorKey(world, leaving), vg.MsgSwapOut, message, rest);
}

/** A successor that serves no group of the family yet: it could not complete. */
function swapOutFamily(world: World): Draft | undefined {
  const leaving = world.providerWith(isServing);
  const family = leaving && world.familyWith(({ primary_sp_id }) => primary_sp_id === leaving.id);
  if (!family) return undefined;
  const joining = world.providerWith(
    (provider) =>
      isServing(provider) && provider.id !== leaving.id && gvgsOf(world, family).every((gvg) => !serves(gvg, provider)),
  );
  return joining && swapOut(world, { leaving, joining, target: { family: family.id } });
}

function swapOutGroup(world: World): Draft | undefined {
  const gvg = world.rng.pick(world.gvgs());
  const leaving = gvg && world.provider(world.rng.one(gvg.secondary_sp_ids));
  const joining = gvg && world.providerWith((provider) => isServing(provider) && !serves(gvg, provider));
  return leaving && joining && swapOut(world, { leaving, joining, target: { gvg: gvg.id } });
}

interface Pending {
  target: SwapTarget;
  leaving: Provider;
  joining: Provider;
}

function pendingSwapOut(world: World, accept: (pending: Pending) => boolean): Pending | undefined {
  const { groups } = world.keepers.virtualGroup;
  const families = [...groups.families.range()].map(([, { id }]) => ({ family: id }));
  const targets: SwapTarget[] = [...families, ...world.gvgs().map(({ id }) => ({ gvg: id }))];
  const pending = targets.flatMap((target) => {
    const info = groups.swapOuts.get(swapKey(target));
    const leaving = info && world.provider(info.sp_id);
    const joining = info && world.provider(info.successor_sp_id);
    return leaving && joining ? [{ target, leaving, joining }] : [];
  });
  return world.rng.pick(pending.filter(accept));
}

const swapOutMessage = ({ target }: Pending, storage_provider: string) => ({
  storage_provider,
  global_virtual_group_family_id: 'family' in target ? target.family : 0,
  global_virtual_group_ids: 'gvg' in target ? [target.gvg] : [],
});

function completeSwapOut(world: World): Draft | undefined {
  const pending = pendingSwapOut(world, ({ target, leaving, joining }) => {
    const { virtualGroup } = world.keepers;
    if ('gvg' in target) {
      const gvg = virtualGroup.gvg(target.gvg)!;
      return gvg.secondary_sp_ids.includes(leaving.id) && !serves(gvg, joining);
    }
    const family = virtualGroup.family(target.family)!;
    return family.primary_sp_id === leaving.id && gvgsOf(world, family).every((gvg) => !serves(gvg, joining));
  });
  if (!pending) return undefined;
  const { joining, leaving, target } = pending;
  const changes = [...affected(world, target), claim.provider(joining.id), claim.provider(leaving.id)];
  const message = swapOutMessage(pending, joining.operator_address);
  return draft(operatorKey(world, joining), vg.MsgCompleteSwapOut, message, { changes, paysOut: true });
}

function cancelSwapOut(world: World): Draft | undefined {
  const pending = pendingSwapOut(world, () => true);
  if (!pending) return undefined;
  const message = swapOutMessage(pending, pending.leaving.operator_address);
  const rest = { needs: [claim.provider(pending.leaving.id)], changes: groupsOf(world, pending.target) };
  return draft(operatorKey(world, pending.leaving), vg.MsgCancelSwapOut, message, rest);
}
