/** Random messages of providers about families and groups (`reference/chain-state-machine.md` §5). */
import { greenfieldVirtualgroup as vg } from '@prairie/chain';
import type { Draft, Kind } from '../draft.ts';
import { type Gvg, isServing, isWorking, type Provider, type World } from '../world.ts';
import { bnb, claim, draft } from './common.ts';

/** Covers some hundred large objects, wei. */
const DEPOSIT = 10n ** 17n;
const MAX_SETTLED = 10;

export const virtualGroupKinds: readonly Kind[] = [
  { name: 'CreateGlobalVirtualGroup, new family', weight: 0.5, make: (world) => createGvg(world, { family: false }) },
  { name: 'CreateGlobalVirtualGroup', weight: 1, make: (world) => createGvg(world, { family: true }) },
  { name: 'Deposit of a group', weight: 2, make: deposit },
  { name: 'Withdraw of a group', weight: 1, make: withdraw },
  { name: 'Settle, family', weight: 1.5, make: settleFamily },
  { name: 'Settle, groups', weight: 1.5, make: settleGvgs },
  { name: 'DeleteGlobalVirtualGroup', weight: 0.5, make: deleteGvg },
];

/** Swaps and exits would be refused while an account that they pay from or to changes, so they are alone. */
export const rolesOf = (gvg: Gvg): string[] => [
  claim.gvg(gvg.id),
  claim.family(gvg.family_id),
  ...[gvg.primary_sp_id, ...gvg.secondary_sp_ids].map(claim.provider),
];

function createGvg(world: World, { family: wanted }: { family: boolean }): Draft | undefined {
  const primary = world.providerWith(isWorking);
  if (!primary) return undefined;
  const { virtualGroup, sp } = world.keepers;
  const limit = virtualGroup.params().max_global_virtual_group_num_per_family;
  const family = wanted
    ? world.familyWith(
        ({ primary_sp_id, global_virtual_group_ids: ids }) => primary_sp_id === primary.id && ids.length <= limit,
      )
    : undefined;
  if (wanted && !family) return undefined;
  const others = sp.all().filter((provider) => isWorking(provider) && provider.id !== primary.id);
  const secondaries = world.rng.some(others, world.secondaries).map(({ id }) => id);
  const isTwin = ({ secondary_sp_ids: ids }: Gvg) => ids.join() === secondaries.join();
  if (secondaries.length < world.secondaries || (family && virtualGroup.gvgsOfFamily(family.id).some(isTwin))) {
    return undefined;
  }
  const message = {
    storage_provider: primary.operator_address,
    family_id: family?.id ?? 0,
    secondary_sp_ids: secondaries,
    deposit: bnb(DEPOSIT + world.rng.magnitude(60)),
  };
  const rest = {
    needs: [primary.id, ...secondaries].map(claim.provider),
    changes: family ? [claim.family(family.id)] : [],
  };
  return draft(world.key(primary.operator_address)!, vg.MsgCreateGlobalVirtualGroup, message, rest);
}

/** A group whose primary is there to sign. */
function gvgWith(
  world: World,
  accept: (gvg: Gvg, primary: Provider) => boolean = () => true,
): { gvg: Gvg; primary: Provider } | undefined {
  const gvg = world.rng.pick(
    world.gvgs().filter((candidate) => {
      const primary = world.provider(candidate.primary_sp_id);
      return primary !== undefined && accept(candidate, primary);
    }),
  );
  return gvg && { gvg, primary: world.provider(gvg.primary_sp_id)! };
}

/** By the operator or by the address that pays. */
function moneySigner(world: World, { operator_address, funding_address }: Provider): string {
  return world.rng.one([operator_address, funding_address]);
}

function deposit(world: World): Draft | undefined {
  const found = gvgWith(world);
  if (!found) return undefined;
  const storage_provider = moneySigner(world, found.primary);
  const message = {
    storage_provider,
    global_virtual_group_id: found.gvg.id,
    deposit: bnb(DEPOSIT + world.rng.magnitude(58)),
  };
  const rest = { needs: [claim.provider(found.primary.id)], changes: [claim.gvg(found.gvg.id)] };
  return draft(world.key(storage_provider)!, vg.MsgDeposit, message, rest);
}

function withdraw(world: World): Draft | undefined {
  const perByte = world.keepers.virtualGroup.params().gvg_staking_per_bytes;
  const free = (gvg: Gvg) => gvg.total_deposit - perByte * gvg.stored_size;
  const found = gvgWith(world, (gvg) => free(gvg) > 0n);
  if (!found) return undefined;
  const storage_provider = moneySigner(world, found.primary);
  const amount = world.rng.chance(0.1) ? free(found.gvg) : 1n + free(found.gvg) / BigInt(world.rng.between(3, 30));
  const message = { storage_provider, global_virtual_group_id: found.gvg.id, withdraw: bnb(amount) };
  const rest = { needs: [claim.provider(found.primary.id)], changes: [claim.gvg(found.gvg.id)] };
  return draft(world.key(storage_provider)!, vg.MsgWithdraw, message, rest);
}

/** Anyone may see to it that providers are paid. */
function settleFamily(world: World): Draft | undefined {
  const family = world.familyWith(({ primary_sp_id }) => world.provider(primary_sp_id) !== undefined);
  if (!family) return undefined;
  const user = world.richUser();
  const message = { storage_provider: user.address, global_virtual_group_family_id: family.id };
  const rest = { needs: [claim.provider(family.primary_sp_id), claim.family(family.id)], paysOut: true };
  return draft(user, vg.MsgSettle, message, rest);
}

function settleGvgs(world: World): Draft | undefined {
  const gvgs = world.rng.some(world.gvgs(), world.rng.between(1, MAX_SETTLED));
  if (gvgs.length === 0) return undefined;
  const user = world.richUser();
  const message = { storage_provider: user.address, global_virtual_group_ids: gvgs.map(({ id }) => id) };
  return draft(user, vg.MsgSettle, message, { needs: gvgs.flatMap(rolesOf), paysOut: true });
}

function deleteGvg(world: World): Draft | undefined {
  const isUnused = ({ id, stored_size, virtual_payment_address }: Gvg) => {
    const stream = world.keepers.payment.stream(virtual_payment_address);
    const flows = stream?.netflow_rate || stream?.frozen_netflow_rate;
    return stored_size === 0n && !flows && !world.keepers.storage.store.isGroupInUse(id);
  };
  // mostly not the last one: a family without groups is of little use to later messages
  const isSpare = ({ family_id }: Gvg) =>
    world.keepers.virtualGroup.gvgsOfFamily(family_id).length > 1 || world.rng.chance(0.2);
  const found = gvgWith(world, (gvg, primary) => isServing(primary) && isUnused(gvg) && isSpare(gvg));
  if (!found) return undefined;
  const message = {
    storage_provider: found.primary.operator_address,
    global_virtual_group_id: found.gvg.id,
  };
  const rest = {
    needs: [claim.provider(found.primary.id)],
    changes: [claim.gvg(found.gvg.id), claim.family(found.gvg.family_id)],
  };
  return draft(world.key(found.primary.operator_address)!, vg.MsgDeleteGlobalVirtualGroup, message, rest);
}
