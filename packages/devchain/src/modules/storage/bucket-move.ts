/** What happens when a migration is completed: a bucket's bill and sizes go to other groups (§8.3). */
import {
  blsFastAggregateVerify,
  migrationDocDigest,
  type greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { Context } from '../../context.ts';
import { storageErrors as errors } from './errors.ts';
import type { Services } from './services.ts';
import { localGroupEvent } from './virtual-groups.ts';

export interface Destination {
  familyId: number;
  mappings: readonly storage.GVGMapping[];
}

/**
 * The old providers are paid, the old bill ends, the sizes move group by group, and the new bill begins at today's
 * price. Returns the bucket in its new family; it is not stored yet.
 * @throws ChainError storage/3202 when a signature is wrong or a group of the bucket is mapped to none
 */
export function moveBucket(
  services: Services,
  ctx: Context,
  bucket: storage.BucketInfo,
  info: storage.MigrationBucketInfo,
  { familyId, mappings }: Destination,
): storage.BucketInfo {
  for (const mapping of mappings) verifySecondaries(services, ctx, info, mapping);
  services.keepers.virtualGroup.settleFamily(ctx, info.src_global_virtual_group_family_id);
  services.charges.suspend(ctx, bucket);
  const moved = { ...bucket, global_virtual_group_family_id: familyId };
  rebind(services, ctx, moved, mappings);
  services.charges.recharge(ctx, moved);
  return moved;
}

/** All secondaries of the new group have signed that they have what the old group had of the bucket. */
function verifySecondaries(
  { localGroups, providers }: Services,
  ctx: Context,
  info: storage.MigrationBucketInfo,
  mapping: storage.GVGMapping,
): void {
  const { src_global_virtual_group_id, dst_global_virtual_group_id } = mapping;
  const digest = migrationDocDigest({
    chainId: ctx.chainId,
    dstPrimarySpId: info.dst_sp_id,
    srcGlobalVirtualGroupId: src_global_virtual_group_id,
    dstGlobalVirtualGroupId: dst_global_virtual_group_id,
    bucketId: info.bucket_id,
  });
  const keys = providers.secondaryKeys(localGroups.requireGvg(dst_global_virtual_group_id));
  if (blsFastAggregateVerify(keys, digest, mapping.secondary_sp_bls_signature)) return;
  throw errors.migrationFailed(
    `aggregated signature of group ${dst_global_virtual_group_id} for group ${src_global_virtual_group_id} is invalid`,
  );
}

/** Every local group of the bucket gets the global group that its old one is mapped to. */
function rebind(
  { store, localGroups, keepers }: Services,
  ctx: Context,
  bucket: storage.BucketInfo,
  mappings: readonly storage.GVGMapping[],
): void {
  const groups = keepers.virtualGroup;
  const destinations = new Map(
    mappings.map((mapping) => [mapping.src_global_virtual_group_id, mapping.dst_global_virtual_group_id]),
  );
  const internal = store.internal(bucket.id);
  const rebound = internal.local_virtual_groups.map((lvg) => {
    const from = lvg.global_virtual_group_id;
    const to = destinations.get(from);
    if (to === undefined) throw errors.migrationFailed(`group ${from} is mapped to none`);
    groups.settleGvg(ctx, from);
    resize(groups, ctx, localGroups.requireGvg(from), -lvg.stored_size);
    resize(groups, ctx, localGroups.requireGvg(to), lvg.stored_size);
    const moved = { ...lvg, global_virtual_group_id: to };
    ctx.emitTyped(virtualgroup.EventUpdateLocalVirtualGroup, localGroupEvent(bucket, moved));
    return moved;
  });
  store.setInternal(bucket.id, { ...internal, local_virtual_groups: rebound });
}

type Gvg = virtualgroup.GlobalVirtualGroup;

const resize = (groups: Services['keepers']['virtualGroup'], ctx: Context, gvg: Gvg, change: bigint): void =>
  groups.setGvg(ctx, { ...gvg, stored_size: gvg.stored_size + change });
