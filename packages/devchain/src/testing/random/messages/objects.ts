/** Random messages that make, change and remove objects (`reference/chain-state-machine.md` §8.2). */
import { greenfieldPermission, greenfieldResource, greenfieldStorage as storage } from '@prairie/chain';
import { idKey } from '../../../keys.ts';
import type { TestKey } from '../../network.ts';
import type { Draft, Kind } from '../draft.ts';
import { type Bucket, isServing, type StoredObject, type World } from '../world.ts';
import { checksums, claim, draft, isCreated, isSealed, isWritable, objectWith, payloadSize } from './common.ts';

const { VISIBILITY_TYPE_PUBLIC_READ, VISIBILITY_TYPE_PRIVATE, VISIBILITY_TYPE_INHERIT } = storage.VisibilityType;
const VISIBILITIES = [VISIBILITY_TYPE_PUBLIC_READ, VISIBILITY_TYPE_PRIVATE, VISIBILITY_TYPE_INHERIT];
const { ACTION_CREATE_OBJECT, ACTION_DELETE_OBJECT, ACTION_COPY_OBJECT, ACTION_UPDATE_OBJECT_INFO, ACTION_TYPE_ALL } =
  greenfieldPermission.ActionType;
const { PRINCIPAL_TYPE_GNFD_ACCOUNT } = greenfieldPermission.PrincipalType;
const { RESOURCE_TYPE_BUCKET } = greenfieldResource.ResourceType;
const APPROVAL = { expired_height: 0n, global_virtual_group_family_id: 0, sig: new Uint8Array(0) };

export const objectKinds: readonly Kind[] = [
  { name: 'CreateObject', weight: 20, make: (world) => createObject(world, { empty: false, delegated: false }) },
  { name: 'CreateObject, empty', weight: 2, make: (world) => createObject(world, { empty: true, delegated: false }) },
  { name: 'CreateObject by a policy', weight: 3, make: createByPolicy },
  { name: 'DelegateCreateObject', weight: 4, make: (world) => createObject(world, { empty: false, delegated: true }) },
  { name: 'CancelCreateObject', weight: 2, make: cancelCreate },
  { name: 'DeleteObject', weight: 6, make: deleteObject },
  { name: 'DeleteObject by a policy', weight: 2, make: deleteByPolicy },
  { name: 'CopyObject', weight: 4, make: copyObject },
  { name: 'UpdateObjectInfo', weight: 4, make: updateInfo },
];

/** A bucket for new objects, and what must not change until they are in it. */
export function openBucket(world: World): Bucket | undefined {
  return world.known.buckets.pick((bucket) => {
    const primary = world.primaryOf(bucket);
    return primary !== undefined && isServing(primary) && isWritable(world, bucket);
  });
}

export const needsOf = (world: World, bucket: Bucket): string[] => [
  claim.bucket(bucket),
  claim.provider(world.primaryOf(bucket)!.id),
  claim.family(bucket.global_virtual_group_family_id),
];

/** Empty objects go to the first group, and even they need one that is not over-full, as migrations can make it. */
export function takesEmpty(world: World, bucket: Bucket): boolean {
  const { virtualGroup } = world.keepers;
  const first = virtualGroup.firstGvgOfFamily(bucket.global_virtual_group_family_id);
  return first !== undefined && first.stored_size <= virtualGroup.stakingCapacity(first);
}

const content = (world: World, bucket: Bucket, size: bigint) => ({
  bucket_name: bucket.bucket_name,
  object_name: world.name(world.rng.chance(0.3) ? 'folder/ö' : 'object'),
  payload_size: size,
  visibility: world.rng.one(VISIBILITIES),
  content_type: 'text/plain',
  primary_sp_approval: APPROVAL,
  expect_checksums: checksums(world),
});

function createObject(world: World, how: { empty: boolean; delegated: boolean }): Draft | undefined {
  const bucket = openBucket(world);
  if (!bucket || (how.empty && !takesEmpty(world, bucket))) return undefined;
  const message = content(world, bucket, how.empty ? 0n : payloadSize(world));
  const rest = { needs: needsOf(world, bucket), payers: [bucket.payment_address] };
  if (!how.delegated) {
    return draft(world.key(bucket.owner)!, storage.MsgCreateObject, { ...message, creator: bucket.owner }, rest);
  }
  if (bucket.sp_as_delegated_agent_disabled) return undefined;
  const { primary_sp_approval: _, ...fields } = message;
  const operator = world.primaryOf(bucket)!.operator_address;
  // a provider that creates for somebody may learn the checksums later
  const expect_checksums = world.rng.chance(0.5) ? [] : fields.expect_checksums;
  return draft(
    world.key(operator)!,
    storage.MsgDelegateCreateObject,
    { ...fields, expect_checksums, operator, creator: bucket.owner },
    rest,
  );
}

/** A policy of an account that speaks of one of these actions, with the bucket it is about. */
function policyOnBucket(world: World, actions: readonly number[]): { bucket: Bucket; account: TestKey } | undefined {
  const policy = world.known.policies.pick(
    ({ resource_type, principal, statements }) =>
      resource_type === RESOURCE_TYPE_BUCKET &&
      principal?.type === PRINCIPAL_TYPE_GNFD_ACCOUNT &&
      statements.some((statement) => statement.actions.some((action) => actions.includes(action))),
  );
  const bucket = policy && world.keepers.storage.store.buckets.get(idKey(policy.resource_id));
  return bucket && { bucket, account: world.key(policy.principal!.value)! };
}

function createByPolicy(world: World): Draft | undefined {
  const found = policyOnBucket(world, [ACTION_CREATE_OBJECT, ACTION_TYPE_ALL]);
  if (!found) return undefined;
  const { bucket, account } = found;
  const primary = world.primaryOf(bucket);
  if (!primary || !isServing(primary) || !isWritable(world, bucket)) return undefined;
  if (!world.may(account.address, ACTION_CREATE_OBJECT, bucket.bucket_name)) return undefined;
  const message = { ...content(world, bucket, 1n), creator: account.address };
  const rest = {
    needs: needsOf(world, bucket),
    // what a policy has left of its size is used up
    changes: ['policies'],
    payers: [bucket.payment_address],
    byPolicy: true,
  };
  return draft(account, storage.MsgCreateObject, message, rest);
}

function cancelCreate(world: World): Draft | undefined {
  const found = objectWith(world, (object, bucket) => isCreated(object) && !world.isFrozen(bucket.payment_address));
  if (!found) return undefined;
  const { object, bucket } = found;
  const operator = object.creator || object.owner;
  const signer = world.key(operator)!;
  const message = { operator, bucket_name: bucket.bucket_name, object_name: object.object_name };
  const rest = {
    needs: [claim.bucket(bucket)],
    changes: [claim.object(object)],
    payers: [bucket.payment_address],
  };
  return draft(signer, storage.MsgCancelCreateObject, message, rest);
}

const isLive = ({ object_status }: StoredObject): boolean =>
  object_status !== storage.ObjectStatus.OBJECT_STATUS_DISCONTINUED;

/** Deleting works whatever the bucket's status is, as long as it can be charged. */
function isDeletableFrom(world: World, bucket: Bucket): boolean {
  return isWritable(world, { ...bucket, bucket_status: storage.BucketStatus.BUCKET_STATUS_CREATED });
}

function deleteObject(world: World): Draft | undefined {
  const found = objectWith(world, (object, bucket) => isLive(object) && isDeletableFrom(world, bucket));
  return found && deletion(world, found, found.object.owner);
}

function deleteByPolicy(world: World): Draft | undefined {
  const found = policyOnBucket(world, [ACTION_DELETE_OBJECT, ACTION_TYPE_ALL]);
  if (!found || !isDeletableFrom(world, found.bucket)) return undefined;
  const { bucket, account } = found;
  const object = world.rng.pick([...world.keepers.storage.store.objectsOf(bucket.id)].map(([, one]) => one));
  if (!object || !isLive(object)) return undefined;
  if (!world.may(account.address, ACTION_DELETE_OBJECT, bucket.bucket_name, object.object_name)) return undefined;
  return { ...deletion(world, { object, bucket }, account.address), byPolicy: true };
}

function deletion(world: World, { object, bucket }: { object: StoredObject; bucket: Bucket }, operator: string): Draft {
  const message = { operator, bucket_name: bucket.bucket_name, object_name: object.object_name };
  const rest = {
    needs: [claim.bucket(bucket), 'policies'],
    changes: [claim.object(object)],
    payers: [bucket.payment_address],
  };
  return draft(world.key(operator)!, storage.MsgDeleteObject, message, rest);
}

function copyObject(world: World): Draft | undefined {
  const found = objectWith(world, (object) => !object.is_updating);
  const to = openBucket(world);
  if (!found || !to || (found.object.payload_size === 0n && !takesEmpty(world, to))) return undefined;
  const { object, bucket } = found;
  const operator = world.rng.chance(0.6) ? object.owner : world.user().address;
  if (!world.may(operator, ACTION_COPY_OBJECT, bucket.bucket_name, object.object_name)) return undefined;
  const message = {
    operator,
    src_bucket_name: bucket.bucket_name,
    src_object_name: object.object_name,
    dst_bucket_name: to.bucket_name,
    // a name that is taken is taken over (§15, quirk 7)
    dst_object_name: world.rng.chance(0.05) && to.id !== bucket.id ? object.object_name : world.name('copy'),
    dst_primary_sp_approval: APPROVAL,
  };
  const rest = {
    needs: [claim.bucket(bucket), claim.object(object), ...needsOf(world, to), 'policies'],
    payers: [to.payment_address],
  };
  return draft(world.key(operator)!, storage.MsgCopyObject, message, rest);
}

function updateInfo(world: World): Draft | undefined {
  const found = objectWith(world, isSealed);
  if (!found) return undefined;
  const { object, bucket } = found;
  const operator = world.rng.chance(0.8) ? object.owner : world.user().address;
  if (!world.may(operator, ACTION_UPDATE_OBJECT_INFO, bucket.bucket_name, object.object_name)) return undefined;
  const visibility = world.rng.one(VISIBILITIES);
  const message = { operator, bucket_name: bucket.bucket_name, object_name: object.object_name, visibility };
  const rest = { needs: [claim.bucket(bucket), 'policies'], changes: [claim.object(object)] };
  return draft(world.key(operator)!, storage.MsgUpdateObjectInfo, message, rest);
}
