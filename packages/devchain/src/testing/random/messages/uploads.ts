/** Random messages of providers and owners about content on its way: seal, reject, update, discontinue (§8.1, §8.2). */
import { blsAggregate, blsSign, sealChecksum, sealDocDigest, greenfieldStorage as storage } from '@prairie/chain';
import type { Draft, Kind } from '../draft.ts';
import { type Bucket, type Gvg, isServing, isWorking, type StoredObject, type World } from '../world.ts';
import {
  checksums,
  claim,
  draft,
  isChargeable,
  isCreated,
  isSealed,
  isWritable,
  objectWith,
  payloadSize,
} from './common.ts';
import { needsOf, takesEmpty } from './objects.ts';

const { OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const { BUCKET_STATUS_DISCONTINUED } = storage.BucketStatus;

export const uploadKinds: readonly Kind[] = [
  { name: 'SealObject', weight: 16, make: (world) => seal(world, { version: 1, update: false }) },
  { name: 'SealObjectV2', weight: 8, make: (world) => seal(world, { version: 2, update: false }) },
  { name: 'SealObject, update', weight: 6, make: (world) => seal(world, { version: 1, update: true }) },
  { name: 'SealObjectV2, update', weight: 6, make: (world) => seal(world, { version: 2, update: true }) },
  { name: 'RejectSealObject', weight: 2, make: reject },
  { name: 'UpdateObjectContent', weight: 7, make: (world) => update(world, { empty: false, delegated: false }) },
  { name: 'UpdateObjectContent, empty', weight: 1, make: (world) => update(world, { empty: true, delegated: false }) },
  { name: 'DelegateUpdateObjectContent', weight: 3, make: (world) => update(world, { empty: false, delegated: true }) },
  { name: 'CancelUpdateObjectContent', weight: 2, make: cancelUpdate },
  { name: 'DiscontinueObject', weight: 1, make: discontinueObjects },
  { name: 'DiscontinueBucket', weight: 0.4, make: discontinueBucket },
];

interface Upload {
  size: bigint;
  checksums: Uint8Array[];
}

/** What waits for its seal: the object itself, or its new content. */
function uploadOf(world: World, object: StoredObject): Upload {
  const { payload_size: size, checksums } = object.is_updating ? world.keepers.storage.store.shadow(object) : object;
  return { size, checksums };
}

const isUpdating = (object: StoredObject): boolean =>
  object.is_updating && object.object_status === OBJECT_STATUS_SEALED;

function seal(world: World, how: { version: 1 | 2; update: boolean }): Draft | undefined {
  const found = objectWith(
    world,
    (object, bucket) =>
      (how.update ? isUpdating(object) : isCreated(object)) &&
      (how.version === 2 || uploadOf(world, object).checksums.length > 0) &&
      isChargeable(world, bucket),
  );
  if (!found) return undefined;
  const { object, bucket } = found;
  const upload = uploadOf(world, object);
  const gvg = groupFor(world, bucket, upload.size);
  const primary = world.primaryOf(bucket);
  if (!gvg || !primary) return undefined;
  const sums = upload.checksums.length > 0 ? upload.checksums : checksums(world);
  const operator = primary.seal_address;
  const message = {
    operator,
    bucket_name: bucket.bucket_name,
    object_name: object.object_name,
    global_virtual_group_id: gvg.id,
    secondary_sp_bls_agg_signatures: sealSignature(world, { gvg, object, sums }),
  };
  const rest = {
    needs: [claim.bucket(bucket), claim.family(gvg.family_id), ...providersOf(gvg).map(claim.provider)],
    // another object of the group may fill it
    changes: [claim.object(object), claim.gvg(gvg.id)],
    payers: [bucket.payment_address],
  };
  const signer = world.key(operator)!;
  if (how.version === 1) return draft(signer, storage.MsgSealObject, message, rest);
  const supplied = upload.checksums.length > 0 && world.rng.chance(0.5) ? [] : sums;
  return draft(signer, storage.MsgSealObjectV2, { ...message, expect_checksums: supplied }, rest);
}

const providersOf = (gvg: Gvg): number[] => [gvg.primary_sp_id, ...gvg.secondary_sp_ids];

/** A group of the bucket's family with room, and with providers for all pieces. */
function groupFor(world: World, bucket: Bucket, size: bigint): Gvg | undefined {
  const { virtualGroup } = world.keepers;
  const fits = (gvg: Gvg) =>
    gvg.stored_size + size <= virtualGroup.stakingCapacity(gvg) &&
    gvg.secondary_sp_ids.length === world.secondaries &&
    gvg.secondary_sp_ids.every((id) => world.provider(id) !== undefined);
  return world.rng.pick(virtualGroup.gvgsOfFamily(bucket.global_virtual_group_family_id).filter(fits));
}

function sealSignature(world: World, { gvg, object, sums }: { gvg: Gvg; object: StoredObject; sums: Uint8Array[] }) {
  const digest = sealDocDigest({
    chainId: world.chainId,
    globalVirtualGroupId: gvg.id,
    objectId: object.id,
    checksum: sealChecksum(sums),
  });
  const keys = gvg.secondary_sp_ids.map((id) => world.bls.secretOf(world.provider(id)!.bls_key));
  return blsAggregate(keys.map((secret) => blsSign(secret, digest)));
}

function reject(world: World): Draft | undefined {
  const found = objectWith(world, (object, bucket) => {
    const primary = world.primaryOf(bucket);
    const waits = isCreated(object) || isUpdating(object);
    return waits && primary !== undefined && isWorking(primary) && !world.isFrozen(bucket.payment_address);
  });
  if (!found) return undefined;
  const { object, bucket } = found;
  const primary = world.primaryOf(bucket)!;
  const operator = primary.seal_address;
  const message = { operator, bucket_name: bucket.bucket_name, object_name: object.object_name };
  const rest = {
    needs: [claim.bucket(bucket), claim.provider(primary.id)],
    changes: [claim.object(object)],
    payers: [bucket.payment_address],
  };
  return draft(world.key(operator)!, storage.MsgRejectSealObject, message, rest);
}

function update(world: World, how: { empty: boolean; delegated: boolean }): Draft | undefined {
  const found = objectWith(world, (object, bucket) => {
    const primary = world.primaryOf(bucket);
    return isSealed(object) && primary !== undefined && isServing(primary) && isWritable(world, bucket);
  });
  if (!found || (how.empty && !takesEmpty(world, found.bucket))) return undefined;
  const { object, bucket } = found;
  const message = {
    bucket_name: bucket.bucket_name,
    object_name: object.object_name,
    payload_size: how.empty ? 0n : payloadSize(world),
    content_type: 'image/png',
    expect_checksums: checksums(world),
  };
  const rest = {
    needs: needsOf(world, bucket),
    changes: [claim.object(object)],
    payers: [bucket.payment_address],
  };
  if (!how.delegated) {
    const signer = world.key(object.owner)!;
    return draft(signer, storage.MsgUpdateObjectContent, { ...message, operator: object.owner }, rest);
  }
  if (bucket.sp_as_delegated_agent_disabled) return undefined;
  const operator = world.primaryOf(bucket)!.operator_address;
  const expect_checksums = world.rng.chance(0.5) ? [] : message.expect_checksums;
  const delegated = { ...message, expect_checksums, operator, updater: object.owner };
  return draft(world.key(operator)!, storage.MsgDelegateUpdateObjectContent, delegated, rest);
}

function cancelUpdate(world: World): Draft | undefined {
  const found = objectWith(world, (object, bucket) => isUpdating(object) && !world.isFrozen(bucket.payment_address));
  if (!found) return undefined;
  const { object, bucket } = found;
  const operator = object.owner;
  const message = { operator, bucket_name: bucket.bucket_name, object_name: object.object_name };
  const rest = {
    needs: [claim.bucket(bucket)],
    changes: [claim.object(object)],
    payers: [bucket.payment_address],
  };
  return draft(world.key(operator)!, storage.MsgCancelUpdateObjectContent, message, rest);
}

function discontinueObjects(world: World): Draft | undefined {
  const bucket = world.known.buckets.pick((candidate) => canDiscontinue(world, candidate));
  if (!bucket) return undefined;
  const objects = [...world.keepers.storage.store.objectsOf(bucket.id)].map(([, object]) => object);
  const waiting = objects.filter(({ object_status: status }) =>
    [OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED].some((other) => other === status),
  );
  const chosen = world.rng.some(waiting, world.rng.between(1, 5));
  if (chosen.length === 0) return undefined;
  const operator = world.primaryOf(bucket)!.gc_address;
  const message = {
    operator,
    bucket_name: bucket.bucket_name,
    object_ids: chosen.map(({ id }) => id),
    reason: 'a random one',
  };
  const rest = { needs: needsOf(world, bucket), changes: chosen.map(claim.object) };
  return draft(world.key(operator)!, storage.MsgDiscontinueObject, message, rest);
}

function canDiscontinue(world: World, bucket: Bucket): boolean {
  const primary = world.primaryOf(bucket);
  return bucket.bucket_status !== BUCKET_STATUS_DISCONTINUED && primary !== undefined && isServing(primary);
}

function discontinueBucket(world: World): Draft | undefined {
  const bucket = world.known.buckets.pick((candidate) => canDiscontinue(world, candidate));
  if (!bucket) return undefined;
  const primary = world.primaryOf(bucket)!;
  const operator = primary.gc_address;
  const message = { operator, bucket_name: bucket.bucket_name, reason: 'at random' };
  const rest = { needs: [claim.provider(primary.id)], changes: [claim.bucket(bucket)] };
  return draft(world.key(operator)!, storage.MsgDiscontinueBucket, message, rest);
}
