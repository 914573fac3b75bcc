/** Random messages of providers about themselves (`reference/chain-state-machine.md` §4.1). */
import { greenfieldSp as sp } from '@prairie/chain';
import type { Draft, Kind } from '../draft.ts';
import { isServing, type Provider, type World } from '../world.ts';
import { bnb, claim, draft } from './common.ts';

const { STATUS_IN_SERVICE, STATUS_IN_MAINTENANCE } = sp.Status;
const ONE = 10n ** 18n;

export const providerKinds: readonly Kind[] = [
  { name: 'Deposit of a provider', weight: 0.7, make: deposit },
  { name: 'EditStorageProvider, description', weight: 0.5, make: editDescription },
  { name: 'EditStorageProvider, address', weight: 0.4, make: editAddress },
  { name: 'EditStorageProvider, BLS key', weight: 0.3, make: editBlsKey },
  { name: 'UpdateSpStoragePrice', weight: 1.5, make: updatePrice },
  { name: 'UpdateStorageProviderStatus, to maintenance', weight: 0.4, make: beginMaintenance },
  { name: 'UpdateStorageProviderStatus, to service', weight: 2, make: endMaintenance },
];

function deposit(world: World): Draft | undefined {
  const provider = world.providerWith(() => true);
  if (!provider) return undefined;
  const creator = provider.funding_address;
  const message = { creator, sp_address: provider.operator_address, deposit: bnb(world.rng.magnitude(60)) };
  return draft(world.key(creator)!, sp.MsgDeposit, message, { changes: [claim.provider(provider.id)] });
}

function edit(world: World, changes: (provider: Provider) => Partial<sp.MsgEditStorageProvider>): Draft | undefined {
  const provider = world.providerWith(() => true);
  if (!provider) return undefined;
  const message = { sp_address: provider.operator_address, ...changes(provider) };
  const signer = world.key(provider.operator_address)!;
  return draft(signer, sp.MsgEditStorageProvider, message, { changes: [claim.provider(provider.id)] });
}

function editDescription(world: World): Draft | undefined {
  return edit(world, ({ description }) => ({
    endpoint: `http://${world.name('sp')}.example:9033`,
    description: { ...description!, details: world.name('details ') },
  }));
}

/** The address it had goes on leading to it (§15, quirk 8). */
function editAddress(world: World): Draft | undefined {
  const spare = world.unusedKey();
  const role = world.rng.one(['seal_address', 'approval_address', 'gc_address', 'maintenance_address'] as const);
  return spare && edit(world, () => ({ [role]: spare.address }));
}

function editBlsKey(world: World): Draft | undefined {
  return edit(world, () => world.bls.next());
}

/** Between half of the usual price and twice as much. */
function updatePrice(world: World): Draft | undefined {
  const provider = world.providerWith(isServing);
  if (!provider) return undefined;
  const price = (usual: bigint) => (usual * ONE * BigInt(world.rng.between(50, 200))) / 100n;
  const message = {
    sp_address: provider.operator_address,
    read_price: price(100n),
    store_price: price(10_000n),
    free_read_quota: world.rng.magnitude(40),
  };
  const signer = world.key(provider.operator_address)!;
  return draft(signer, sp.MsgUpdateSpStoragePrice, message, { needs: [claim.provider(provider.id)] });
}

/** One at a time, so that there is always somebody to store with. */
function beginMaintenance(world: World): Draft | undefined {
  if (world.providerWith(({ status }) => status === STATUS_IN_MAINTENANCE)) return undefined;
  const { maintenance_duration_quota: quota, num_of_lockup_blocks_for_maintenance: lockup } = world.keepers.sp.params();
  const provider = world.providerWith((candidate) => {
    const last = world.keepers.sp.maintenance.records(candidate.id).at(-1);
    return isServing(candidate) && (!last || world.height >= last.height + lockup);
  });
  if (!provider) return undefined;
  const records = world.keepers.sp.maintenance.records(provider.id);
  const used = records.reduce((sum, record) => sum + record.actual_duration, 0n);
  const duration = BigInt(world.rng.between(1, 600));
  return used + duration > quota ? undefined : statusUpdate(world, provider, STATUS_IN_MAINTENANCE, duration);
}

function endMaintenance(world: World): Draft | undefined {
  const provider = world.providerWith(({ status }) => status === STATUS_IN_MAINTENANCE);
  return provider && statusUpdate(world, provider, STATUS_IN_SERVICE, 0n);
}

function statusUpdate(world: World, provider: Provider, status: sp.Status, duration: bigint): Draft {
  const message = { sp_address: provider.operator_address, status, duration };
  const signer = world.key(provider.operator_address)!;
  const changes = [claim.provider(provider.id), 'maintenance'];
  return draft(signer, sp.MsgUpdateStorageProviderStatus, message, { changes });
}
