/** Random messages about buckets and what they may cost (`reference/chain-state-machine.md` §7.1, §8.1). */
import { sameAddress, greenfieldStorage as storage } from '@prairie/chain';
import { idKey } from '../../../keys.ts';
import type { Draft, Kind } from '../draft.ts';
import { type Bucket, isExiting, isServing, type World } from '../world.ts';
import { claim, draft, isChargeable, NO_LIMIT } from './common.ts';

const { VISIBILITY_TYPE_UNSPECIFIED, VISIBILITY_TYPE_PUBLIC_READ, VISIBILITY_TYPE_PRIVATE } = storage.VisibilityType;
const QUOTAS = [0n, 0n, 1n << 20n, 1n << 30n, 1n << 40n];

export const bucketKinds: readonly Kind[] = [
  { name: 'CreateBucket', weight: 5, make: createBucket },
  { name: 'DeleteBucket', weight: 1.5, make: deleteBucket },
  { name: 'UpdateBucketInfo, visibility', weight: 1, make: (world) => updateBucket(world, changedVisibility) },
  { name: 'UpdateBucketInfo, quota', weight: 3, make: (world) => updateBucket(world, changedQuota) },
  { name: 'UpdateBucketInfo, payment account', weight: 2, make: (world) => updateBucket(world, changedPayer) },
  { name: 'ToggleSPAsDelegatedAgent', weight: 0.7, make: toggleAgent },
  { name: 'SetBucketFlowRateLimit, none', weight: 1.5, make: (world) => setLimit(world, () => NO_LIMIT) },
  { name: 'SetBucketFlowRateLimit', weight: 0.5, make: (world) => setLimit(world, () => world.rng.magnitude(60)) },
  { name: 'SetBucketFlowRateLimit, for others', weight: 0.5, make: limitForOthers },
];

function createBucket(world: World): Draft | undefined {
  const family = world.familyWith(({ primary_sp_id }) => {
    const primary = world.provider(primary_sp_id);
    return primary !== undefined && isServing(primary);
  });
  if (!family) return undefined;
  const creator = world.user();
  const message = {
    creator: creator.address,
    bucket_name: world.name('bucket-'),
    visibility: world.rng.one([VISIBILITY_TYPE_PUBLIC_READ, VISIBILITY_TYPE_PRIVATE]),
    payment_address: payerFor(world, creator.address),
    primary_sp_address: world.provider(family.primary_sp_id)!.operator_address,
    primary_sp_approval: { expired_height: 0n, global_virtual_group_family_id: family.id, sig: new Uint8Array(0) },
    charged_read_quota: world.rng.one(QUOTAS),
  };
  const payer = message.payment_address || creator.address;
  const needs = [claim.family(family.id), claim.provider(family.primary_sp_id)];
  return draft(creator, storage.MsgCreateBucket, message, { needs, payers: [payer] });
}

/** The owner's own stream, or a payment account of the owner that is not frozen; '' is the owner's own, too. */
function payerFor(world: World, owner: string): string {
  if (world.rng.chance(0.5)) return world.isFrozen(owner) ? owner : '';
  const own = ({ addr, owner: of }: { addr: string; owner: string }) => sameAddress(of, owner) && !world.isFrozen(addr);
  return world.known.paymentAccounts.pick(own)?.addr ?? owner;
}

function deleteBucket(world: World): Draft | undefined {
  const { store } = world.keepers.storage;
  const bucket = world.known.buckets.pick(
    (candidate) =>
      !store.hasObjects(candidate.id) &&
      store.internal(candidate.id).local_virtual_groups.length === 0 &&
      isChargeable(world, candidate),
  );
  if (!bucket) return undefined;
  const message = { operator: bucket.owner, bucket_name: bucket.bucket_name };
  const rest = { changes: [claim.bucket(bucket)], payers: [bucket.payment_address] };
  return draft(world.key(bucket.owner)!, storage.MsgDeleteBucket, message, rest);
}

type Changes = Pick<storage.MsgUpdateBucketInfo, 'visibility' | 'payment_address' | 'charged_read_quota'>;

const unchanged: Changes = {
  visibility: VISIBILITY_TYPE_UNSPECIFIED,
  payment_address: '',
  charged_read_quota: undefined,
};

function updateBucket(world: World, change: (world: World, bucket: Bucket) => Changes | undefined): Draft | undefined {
  const bucket = world.known.buckets.pick((candidate) => {
    const primary = world.primaryOf(candidate);
    return primary !== undefined && !isExiting(primary) && isChargeable(world, candidate);
  });
  const changes = bucket && change(world, bucket);
  if (!changes) return undefined;
  const message = { operator: bucket.owner, bucket_name: bucket.bucket_name, ...changes };
  const rest = {
    needs: [claim.provider(world.primaryOf(bucket)!.id), claim.family(bucket.global_virtual_group_family_id)],
    changes: [claim.bucket(bucket)],
    payers: [bucket.payment_address, changes.payment_address || bucket.payment_address],
  };
  return draft(world.key(bucket.owner)!, storage.MsgUpdateBucketInfo, message, rest);
}

function changedVisibility(world: World): Changes {
  return { ...unchanged, visibility: world.rng.one([VISIBILITY_TYPE_PUBLIC_READ, VISIBILITY_TYPE_PRIVATE]) };
}

/** More at any time, less only when the quota has been as it is for a while. */
function changedQuota(world: World, bucket: Bucket): Changes | undefined {
  const value = world.rng.one(QUOTAS);
  const { store, parameters } = world.keepers.storage;
  const since = store.quotaTimes.get(idKey(bucket.id)) ?? bucket.create_at;
  const settled = since + parameters.get().min_quota_update_interval <= world.now;
  return value >= bucket.charged_read_quota || settled ? { ...unchanged, charged_read_quota: { value } } : undefined;
}

function changedPayer(world: World, bucket: Bucket): Changes | undefined {
  if ((world.keepers.storage.store.lockedCounts.get(idKey(bucket.id)) ?? 0) > 0) return undefined;
  const payment_address = payerFor(world, bucket.owner) || bucket.owner;
  const after = { ...bucket, payment_address };
  return world.isFrozen(payment_address) || !hasNoLimit(world, after) ? undefined : { ...unchanged, payment_address };
}

/** Limits are kept for every payer of a bucket, also for those who do not pay at the moment. */
function hasNoLimit(world: World, bucket: Bucket): boolean {
  const path = '/greenfield.storage.Query/QueryPaymentAccountBucketFlowRateLimit';
  const { payment_address: payment_account, owner: bucket_owner, bucket_name } = bucket;
  const { is_set, flow_rate_limit } = world.ask(path, { payment_account, bucket_owner, bucket_name });
  return !is_set || flow_rate_limit >= NO_LIMIT;
}

function toggleAgent(world: World): Draft | undefined {
  const bucket = world.known.buckets.pick();
  if (!bucket) return undefined;
  const message = { operator: bucket.owner, bucket_name: bucket.bucket_name };
  return draft(world.key(bucket.owner)!, storage.MsgToggleSPAsDelegatedAgent, message, {
    changes: [claim.bucket(bucket)],
  });
}

/** By who owns what the bucket is paid from: the bucket's owner, here. */
function setLimit(world: World, limit: () => bigint): Draft | undefined {
  const bucket = world.known.buckets.pick(
    ({ payment_address, owner }) =>
      world.keepers.payment.isOwnedBy(payment_address, owner) && !world.isFrozen(payment_address),
  );
  if (!bucket) return undefined;
  const message = {
    operator: bucket.owner,
    bucket_name: bucket.bucket_name,
    bucket_owner: bucket.owner,
    payment_address: bucket.payment_address,
    flow_rate_limit: limit(),
  };
  const rest = { changes: [claim.bucket(bucket)], payers: [bucket.payment_address] };
  return draft(world.key(bucket.owner)!, storage.MsgSetBucketFlowRateLimit, message, rest);
}

/** A limit says, too, what a stranger's bucket may cost: here it does not pay for it yet. */
function limitForOthers(world: World): Draft | undefined {
  const bucket = world.known.buckets.pick();
  const account = world.known.paymentAccounts.pick(({ owner }) => !sameAddress(owner, bucket?.owner ?? owner));
  if (!bucket || !account) return undefined;
  const message = {
    operator: account.owner,
    bucket_name: bucket.bucket_name,
    bucket_owner: bucket.owner,
    payment_address: account.addr,
    flow_rate_limit: NO_LIMIT,
  };
  return draft(world.key(account.owner)!, storage.MsgSetBucketFlowRateLimit, message, {
    changes: [claim.bucket(bucket)],
  });
}
