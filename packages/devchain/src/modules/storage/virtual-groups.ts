/** Where sealed objects are: the local virtual groups of a bucket over the global ones (§7, §8.2). */
import { type greenfieldStorage as storage, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import type { Context } from '../../context.ts';
import { chargeSize } from './billing.ts';
import type { Charges } from './charges.ts';
import { storageErrors as errors, insufficientStaking } from './errors.ts';
import type { PaymentOptions, VirtualGroupKeeper } from './keepers.ts';
import type { Parameters } from './params.ts';
import type { Store } from './store.ts';

type Gvg = virtualgroup.GlobalVirtualGroup;

/** The time whose terms an object is charged by: its latest content. */
export const contentTime = (object: storage.ObjectInfo): bigint => object.updated_at || object.create_at;

export class LocalGroups {
  private readonly store: Store;
  private readonly parameters: Parameters;
  private readonly groups: VirtualGroupKeeper;
  private readonly charges: Charges;

  constructor(deps: { store: Store; parameters: Parameters; groups: VirtualGroupKeeper; charges: Charges }) {
    this.store = deps.store;
    this.parameters = deps.parameters;
    this.groups = deps.groups;
    this.charges = deps.charges;
  }

  /** Puts an object on a global group: charge, sizes, events. Returns the id of its local group. */
  place(ctx: Context, bucket: storage.BucketInfo, gvgId: number, payloadSize: bigint, timestamp: bigint): number {
    const gvg = this.requireGvg(gvgId);
    if (gvg.stored_size + payloadSize > this.groups.stakingCapacity(gvg)) {
      throw insufficientStaking(`group ${gvg.id} has no room for ${payloadSize} bytes`);
    }
    const before = this.store.internal(bucket.id);
    const old = before.local_virtual_groups.find((lvg) => lvg.global_virtual_group_id === gvg.id);
    const size = chargeSize(payloadSize, this.parameters.versionedAt(timestamp).min_charge_size);
    const base = old ?? this.newGroup(before, gvg);
    const lvg = {
      ...base,
      stored_size: base.stored_size + payloadSize,
      total_charge_size: base.total_charge_size + size,
    };
    const after = withGroup(before, lvg, size);
    this.store.setInternal(bucket.id, this.charges.grow(ctx, bucket, before, after, { before: old, after: lvg }));
    this.groups.setGvg(ctx, { ...gvg, stored_size: gvg.stored_size + payloadSize });
    const event = old ? virtualgroup.EventUpdateLocalVirtualGroup : virtualgroup.EventCreateLocalVirtualGroup;
    ctx.emitTyped(event, localGroupEvent(bucket, lvg));
    return lvg.id;
  }

  /** The opposite, for a sealed object. A local group that nothing is charged for is removed. */
  remove(ctx: Context, bucket: storage.BucketInfo, object: storage.ObjectInfo, options: PaymentOptions): void {
    const before = this.store.internal(bucket.id);
    const old = before.local_virtual_groups.find((lvg) => lvg.id === object.local_virtual_group_id);
    if (!old)
      throw errors.groupOperationFailed(`bucket ${bucket.id} has no local group ${object.local_virtual_group_id}`);
    const size = chargeSize(object.payload_size, this.parameters.versionedAt(contentTime(object)).min_charge_size);
    const lvg = {
      ...old,
      stored_size: old.stored_size - object.payload_size,
      total_charge_size: old.total_charge_size - size,
    };
    const after = withGroup(before, lvg, -size);
    after.local_virtual_groups = after.local_virtual_groups.filter((group) => group.total_charge_size > 0n);
    this.charges.shrink(ctx, bucket, after, { before: old, after: lvg }, contentTime(object), options);
    this.store.setInternal(bucket.id, after);
    const gvg = this.requireGvg(lvg.global_virtual_group_id);
    if (lvg.total_charge_size === 0n) {
      ctx.emitTyped(virtualgroup.EventDeleteLocalVirtualGroup, { id: lvg.id, bucket_id: bucket.id });
    }
    this.groups.setGvg(ctx, { ...gvg, stored_size: gvg.stored_size - object.payload_size });
    ctx.emitTyped(virtualgroup.EventUpdateLocalVirtualGroup, localGroupEvent(bucket, lvg));
  }

  /** The group of a sealed object. */
  gvgOf(bucket: storage.BucketInfo, object: storage.ObjectInfo): Gvg | undefined {
    const lvg = this.store
      .internal(bucket.id)
      .local_virtual_groups.find((group) => group.id === object.local_virtual_group_id);
    return lvg && this.groups.gvg(lvg.global_virtual_group_id);
  }

  requireGvg(id: number): Gvg {
    const gvg = this.groups.gvg(id);
    if (!gvg) throw errors.gvgNotExist(`group ${id}`);
    return gvg;
  }

  /** The reference lets one more than the limit through (quirk 5 of chain-state-machine.md §15). */
  private newGroup(internal: storage.InternalBucketInfo, gvg: Gvg): storage.LocalVirtualGroup {
    const { local_virtual_groups: groups } = internal;
    const max = this.parameters.get().max_local_virtual_group_num_per_bucket;
    if (groups.length > max) {
      throw errors.invalidGroup(`the bucket has ${groups.length} local virtual groups: Virtual group operation failed`);
    }
    const id = groups.reduce((highest, lvg) => Math.max(highest, lvg.id), 0) + 1;
    return { id, global_virtual_group_id: gvg.id, stored_size: 0n, total_charge_size: 0n };
  }
}

function withGroup(
  internal: storage.InternalBucketInfo,
  lvg: storage.LocalVirtualGroup,
  sizeChange: bigint,
): storage.InternalBucketInfo {
  const groups = internal.local_virtual_groups;
  const at = groups.findIndex((group) => group.id === lvg.id);
  return {
    ...internal,
    total_charge_size: internal.total_charge_size + sizeChange,
    local_virtual_groups: at < 0 ? [...groups, lvg] : groups.with(at, lvg),
  };
}

export const localGroupEvent = (bucket: storage.BucketInfo, lvg: storage.LocalVirtualGroup) => ({
  id: lvg.id,
  bucket_id: bucket.id,
  global_virtual_group_id: lvg.global_virtual_group_id,
  stored_size: lvg.stored_size,
});
