/** Random messages by which providers leave, and others take over from them (`reference/chain-state-machine.md` §5). */
import { greenfieldVirtualgroup as vg } from '@prairie/chain';
import type { SwapTarget } from '../../../modules/virtualgroup/groups.ts';
import type { Draft, Kind } from '../draft.ts';
import { type Gvg, isExiting, isServing, type Provider, type World } from '../world.ts';
import { claim, draft, LEAST_PROVIDERS } from './common.ts';
import { rolesOf } from './virtual-groups.ts';

export const swapKinds: readonly Kind[] = [
  { name: 'StorageProviderExit', weight: 1, make: exit },
  { name: 'CompleteStorageProviderExit', weight: 4, make: completeExit },
  { name: 'ReserveSwapIn, family', weight: 5, make: reserveFamily },
  { name: 'ReserveSwapIn, group', weight: 8, make: reserveGroup },
  { name: 'CompleteSwapIn', weight: 8, make: (world) => endSwapIn(world, vg.MsgCompleteSwapIn) },
  { name: 'CancelSwapIn', weight: 0.4, make: (world) => endSwapIn(world, vg.MsgCancelSwapIn) },
];

const statistics = (world: World, id: number) => world.keepers.virtualGroup.groups.statistics.of(id);
export const operatorKey = (world: World, provider: Provider) => world.key(provider.operator_address)!;

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

export const serves = (gvg: Gvg, { id }: Provider): boolean =>
  gvg.primary_sp_id === id || gvg.secondary_sp_ids.includes(id);

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
  return draft(operatorKey(world, world.provider(successor_sp_id)!), type, message, { changes, paysOut: true });
}

function targeted(world: World, target: SwapTarget): Gvg[] {
  const { virtualGroup } = world.keepers;
  return 'gvg' in target ? [virtualGroup.gvg(target.gvg)!] : virtualGroup.gvgsOfFamily(target.family);
}

/** What a swap is about. */
export const groupsOf = (world: World, target: SwapTarget): string[] => [
  ...('family' in target ? [claim.family(target.family)] : []),
  ...targeted(world, target).map(({ id }) => claim.gvg(id)),
];

/** All that a hand-over may touch; it settles groups, so their providers have to be there. */
export const affected = (world: World, target: SwapTarget): string[] => [
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
