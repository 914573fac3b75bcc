/** Random messages by which providers leave, and others take over from them (`reference/chain-state-machine.md` §5). */
import { approvalDigest, signDigest, greenfieldVirtualgroup as vg } from '@prairie/chain';
import { type SwapTarget, swapKey } from '../../../modules/virtualgroup/groups.ts';
import type { Draft, Kind } from '../draft.ts';
import { type Family, type Gvg, isExiting, isServing, type Provider, type World } from '../world.ts';
import { claim, draft } from './common.ts';
import { rolesOf } from './virtual-groups.ts';

/** Fewer than these would not be enough for a group and a successor. */
const LEAST_PROVIDERS = 6;

export const swapKinds: readonly Kind[] = [
  { name: 'StorageProviderExit', weight: 1, make: exit },
  { name: 'CompleteStorageProviderExit', weight: 4, make: completeExit },
  { name: 'ReserveSwapIn, family', weight: 5, make: reserveFamily },
  { name: 'ReserveSwapIn, group', weight: 8, make: reserveGroup },
  { name: 'CompleteSwapIn', weight: 8, make: (world) => endSwapIn(world, vg.MsgCompleteSwapIn) },
  { name: 'CancelSwapIn', weight: 0.4, make: (world) => endSwapIn(world, vg.MsgCancelSwapIn) },
  { name: 'SwapOut, family', weight: 0.4, make: swapOutFamily },
  { name: 'SwapOut, group', weight: 0.4, make: swapOutGroup },
  { name: 'CompleteSwapOut', weight: 0.8, make: completeSwapOut },
  { name: 'CancelSwapOut', weight: 0.2, make: cancelSwapOut },
];

const statistics = (world: World, id: number) => world.keepers.virtualGroup.groups.statistics.of(id);
const operatorKey = (world: World, provider: Provider) => world.key(provider.operator_address)!;
const gvgsOf = (world: World, family: Family): Gvg[] => world.keepers.virtualGroup.gvgsOfFamily(family.id);

function exit(world: World): Draft | undefined {
  const { sp, virtualGroup } = world.keepers;
  const limit = Number(virtualGroup.params().sp_concurrent_exit_num);
  if (sp.exitingCount() >= limit || sp.all().length <= LEAST_PROVIDERS) return undefined;
  const isWhole = ({ id }: Provider) => (statistics(world, id)?.break_redundancy_reqmt_gvg_count ?? 0) === 0;
  const provider = world.providerWith((candidate) => isServing(candidate) && isWhole(candidate));
  if (!provider) return undefined;
  const message = { storage_provider: provider.operator_address };
  return draft(operatorKey(world, provider), vg.MsgStorageProviderExit, message, {
    changes: [claim.provider(provider.id), 'exit'],
  });
}

function completeExit(world: World): Draft | undefined {
  const provider = world.providerWith((candidate) => {
    const { primary_count = 0, secondary_count = 0 } = statistics(world, candidate.id) ?? {};
    return isExiting(candidate) && primary_count === 0 && secondary_count === 0;
  });
  if (!provider) return undefined;
  const user = world.richUser();
  const message = { operator: user.address, storage_provider: provider.operator_address };
  return draft(user, vg.MsgCompleteStorageProviderExit, message, {
    changes: [claim.provider(provider.id), 'exit'],
  });
}

/** Nobody else's reservation is in the way. */
function isFree(world: World, target: SwapTarget, successor: Provider): boolean {
  const before = world.keepers.virtualGroup.swapIn(target);
  return !before || (before.expiration_time <= world.now && before.successor_sp_id !== successor.id);
}

function reserveFamily(world: World): Draft | undefined {
  const leaving = world.providerWith(isExiting);
  const successor = world.providerWith(isServing);
  const family = leaving && world.familyWith(({ primary_sp_id }) => primary_sp_id === leaving.id);
  if (!family || !successor || !isFree(world, { family: family.id }, successor)) return undefined;
  const message = {
    storage_provider: successor.operator_address,
    target_sp_id: leaving.id,
    global_virtual_group_family_id: family.id,
  };
  const rest = {
    needs: [leaving, successor].map(({ id }) => claim.provider(id)),
    changes: [claim.family(family.id)],
  };
  return draft(operatorKey(world, successor), vg.MsgReserveSwapIn, message, rest);
}

/** A secondary is replaced when it leaves, or when the primary is a secondary as well. */
function reserveGroup(world: World): Draft | undefined {
  const exiting = world.providerWith(isExiting)?.id ?? 0;
  const isBroken = ({ primary_sp_id, secondary_sp_ids }: Gvg) => secondary_sp_ids.includes(primary_sp_id);
  const gvg = world.rng.pick(
    world.gvgs().filter((candidate) => candidate.secondary_sp_ids.includes(exiting) || isBroken(candidate)),
  );
  const successor = gvg && world.providerWith((provider) => isServing(provider) && !serves(gvg, provider));
  if (!successor || !isFree(world, { gvg: gvg.id }, successor)) return undefined;
  const target_sp_id = isBroken(gvg) ? gvg.primary_sp_id : exiting;
  const message = {
    storage_provider: successor.operator_address,
    target_sp_id,
    global_virtual_group_id: gvg.id,
  };
  const rest = {
    needs: [claim.provider(successor.id), claim.provider(target_sp_id), claim.family(gvg.family_id)],
    changes: [claim.gvg(gvg.id)],
  };
  return draft(operatorKey(world, successor), vg.MsgReserveSwapIn, message, rest);
}

const serves = (gvg: Gvg, { id }: Provider): boolean => gvg.primary_sp_id === id || gvg.secondary_sp_ids.includes(id);

type SwapEnd = typeof vg.MsgCompleteSwapIn | typeof vg.MsgCancelSwapIn;

function endSwapIn(world: World, type: SwapEnd): Draft | undefined {
  const families = [...world.keepers.virtualGroup.groups.families.range()].map(([, family]) => family);
  const targets: SwapTarget[] = [
    ...families.map(({ id }) => ({ family: id })),
    ...world.gvgs().map(({ id }) => ({ gvg: id })),
  ];
  const target = world.rng.pick(targets.filter((candidate) => canEndSwapIn(world, candidate)));
  if (!target) return undefined;
  const { successor_sp_id, target_sp_id } = world.keepers.virtualGroup.swapIn(target)!;
  const message = {
    storage_provider: world.provider(successor_sp_id)!.operator_address,
    global_virtual_group_family_id: 'family' in target ? target.family : 0,
    global_virtual_group_id: 'gvg' in target ? target.gvg : 0,
  };
  const changes = [...affected(world, target), claim.provider(successor_sp_id), claim.provider(target_sp_id)];
  return draft(operatorKey(world, world.provider(successor_sp_id)!), type, message, { changes });
}

function targeted(world: World, target: SwapTarget): Gvg[] {
  const { virtualGroup } = world.keepers;
  return 'gvg' in target ? [virtualGroup.gvg(target.gvg)!] : virtualGroup.gvgsOfFamily(target.family);
}

/** What a swap is about. */
const groupsOf = (world: World, target: SwapTarget): string[] => [
  ...('family' in target ? [claim.family(target.family)] : []),
  ...targeted(world, target).map(({ id }) => claim.gvg(id)),
];

/** All that a hand-over may touch; it settles groups, so their providers have to be there. */
const affected = (world: World, target: SwapTarget): string[] => [
  ...new Set([...groupsOf(world, target), ...targeted(world, target).flatMap(rolesOf)]),
];

/** The reservation still fits the roles that it is about. */
function canEndSwapIn(world: World, target: SwapTarget): boolean {
  const info = world.keepers.virtualGroup.swapIn(target);
  const leaving = info && world.provider(info.target_sp_id);
  const joining = info && world.provider(info.successor_sp_id);
  if (!leaving || !joining) return false;
  if ('family' in target) return world.keepers.virtualGroup.family(target.family)!.primary_sp_id === leaving.id;
  const gvg = world.keepers.virtualGroup.gvg(target.gvg)!;
  return gvg.secondary_sp_ids.includes(leaving.id) && !serves(gvg, joining);
}

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
    (provider) => isServing(provider) && gvgsOf(world, family).every((gvg) => !serves(gvg, provider)),
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
  return draft(operatorKey(world, joining), vg.MsgCompleteSwapOut, message, { changes });
}

function cancelSwapOut(world: World): Draft | undefined {
  const pending = pendingSwapOut(world, () => true);
  if (!pending) return undefined;
  const message = swapOutMessage(pending, pending.leaving.operator_address);
  const rest = { needs: [claim.provider(pending.leaving.id)], changes: groupsOf(world, pending.target) };
  return draft(operatorKey(world, pending.leaving), vg.MsgCancelSwapOut, message, rest);
}
