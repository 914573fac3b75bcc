/**
 * Whether sizes of buckets and groups are those of the objects, and payers are charged what their buckets cost. Walks
 * all buckets, objects and flows: for tests and audits on demand.
 */
import type { greenfieldStorage as storage } from '@prairie/chain';
import { addressKey, idKey, joinKey } from '../../keys.ts';
import type { PaymentKeeper } from '../payment/index.ts';
import type { VirtualGroupKeeper } from '../virtualgroup/index.ts';
import { chargeSize } from './billing.ts';
import type { StorageKeeper } from './module.ts';
import { contentTime } from './virtual-groups.ts';

export interface StorageAuditDeps {
  storage: StorageKeeper;
  payment: PaymentKeeper;
  virtualGroup: VirtualGroupKeeper;
}

/** What is wrong, a sentence each; none when all is sound. */
export function auditStorage(deps: StorageAuditDeps): string[] {
  return [...auditSizes(deps), ...auditGroups(deps), ...auditBills(deps)];
}

interface Sizes {
  stored: bigint;
  charged: bigint;
}

/** Of sealed objects, by bucket id and local group. Copies may have taken the names of some: those still count. */
function sizesOfObjects({ storage }: StorageAuditDeps): Map<string, Sizes> {
  const sizes = new Map<string, Sizes>();
  for (const [, object] of storage.store.objects.range()) {
    if (object.local_virtual_group_id === 0) continue; // not sealed
    const bucket = storage.store.findBucket(object.bucket_name);
    const { min_charge_size } = storage.parameters.versionedAt(contentTime(object));
    const key = joinKey(bucket ? idKey(bucket.id) : 'none', `${object.local_virtual_group_id}`);
    const sum = sizes.get(key) ?? { stored: 0n, charged: 0n };
    sum.stored += object.payload_size;
    sum.charged += chargeSize(object.payload_size, min_charge_size);
    sizes.set(key, sum);
  }
  return sizes;
}

/** Every local group of a bucket has the sizes of its objects, and the bucket those of its groups. */
function auditSizes(deps: StorageAuditDeps): string[] {
  const { store } = deps.storage;
  const findings: string[] = [];
  const counted = sizesOfObjects(deps);
  for (const [key, { bucket_name, id }] of store.buckets.range()) {
    const internal = store.internal(id);
    const sum = internal.local_virtual_groups.reduce((total, lvg) => total + lvg.total_charge_size, 0n);
    if (sum !== internal.total_charge_size) {
      findings.push(`bucket ${bucket_name}: charged for ${internal.total_charge_size} bytes, its groups for ${sum}`);
    }
    for (const lvg of internal.local_virtual_groups) {
      const { stored, charged } = counted.get(joinKey(key, `${lvg.id}`)) ?? { stored: 0n, charged: 0n };
      counted.delete(joinKey(key, `${lvg.id}`));
      if (lvg.stored_size === stored && lvg.total_charge_size === charged) continue;
      const [of, objects] = [`${lvg.stored_size}/${lvg.total_charge_size}`, `${stored}/${charged}`];
      findings.push(`bucket ${bucket_name}, local group ${lvg.id}: stored/charged ${of}, its objects ${objects}`);
    }
  }
  for (const key of counted.keys()) findings.push(`objects are in a local group that is not there: ${key}`);
  return findings;
}

/** Every global group stores what local groups put on it. */
function auditGroups({ storage, virtualGroup }: StorageAuditDeps): string[] {
  const stored = new Map<number, bigint>();
  for (const [, { local_virtual_groups }] of storage.store.internals.range()) {
    for (const { global_virtual_group_id: id, stored_size } of local_virtual_groups) {
      stored.set(id, (stored.get(id) ?? 0n) + stored_size);
    }
  }
  return [...virtualGroup.groups.allGvgs()]
    .filter((gvg) => gvg.stored_size !== (stored.get(gvg.id) ?? 0n))
    .map((gvg) => `group ${gvg.id} stores ${gvg.stored_size} bytes, buckets have ${stored.get(gvg.id) ?? 0n} on it`);
}

/** The flows of payers are the bills of their buckets; buckets over their limit have none. */
function auditBills({ storage, payment }: StorageAuditDeps): string[] {
  const flows = new Map<string, bigint>();
  const add = (from: string, to: string, rate: bigint) => {
    const key = joinKey(addressKey(from), addressKey(to));
    flows.set(key, (flows.get(key) ?? 0n) + rate);
  };
  for (const [, bucket] of storage.store.buckets.range()) {
    for (const { to, rate } of chargedBill(storage, bucket)) add(bucket.payment_address, to, rate);
  }
  for (const [from, { to_address, rate }] of payment.streams.allFlows()) add(from, to_address, -rate);
  return [...flows]
    .filter(([, rate]) => rate !== 0n)
    .map(([key, rate]) => `payer and receiver ${key}: buckets cost ${rate} wei per second more than what flows`);
}

function chargedBill({ store, charges, limits }: StorageKeeper, bucket: storage.BucketInfo) {
  if (limits.isLimited(bucket.id)) return [];
  const internal = store.internal(bucket.id);
  return charges.billOf(bucket, internal, internal.price_time);
}
