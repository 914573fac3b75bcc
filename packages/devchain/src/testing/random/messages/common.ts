/** What several kinds of random messages have in common. */
import { type Init, type MessageType, sha256, greenfieldStorage as storage } from '@prairie/chain';
import type { TestKey } from '../../network.ts';
import { msg } from '../../sender.ts';
import type { Draft } from '../draft.ts';
import type { Bucket, StoredObject, World } from '../world.ts';

const { OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const { BUCKET_STATUS_CREATED } = storage.BucketStatus;

export function draft<T>(
  signer: TestKey,
  type: MessageType<T>,
  value: Init<T>,
  rest: Omit<Draft, 'signer' | 'message'> = {},
): Draft {
  return { signer, message: msg(type, value), ...rest };
}

export const bnb = (amount: bigint): { denom: string; amount: bigint } => ({ denom: 'BNB', amount });

/** A time some seconds after that of the block being filled. */
export const later = (world: World, seconds: number) => ({ seconds: world.now + BigInt(seconds), nanos: 0 });

/** When something ends: never, or some minutes after the block being filled. */
export const expiry = (world: World) => (world.rng.chance(0.5) ? undefined : later(world, world.rng.between(1, 600)));

/** Names of resources in the claims of drafts. */
export const claim = {
  bucket: (bucket: Pick<Bucket, 'id'>) => `bucket/${bucket.id}`,
  object: (object: Pick<StoredObject, 'id'>) => `object/${object.id}`,
  group: (group: { id: bigint }) => `group/${group.id}`,
  provider: (id: number) => `provider/${id}`,
  family: (id: number) => `family/${id}`,
  gvg: (id: number) => `gvg/${id}`,
  paymentAccount: (address: string) => `payment account/${address}`,
  stream: (address: string) => `stream/${address}`,
  grant: (granter: string, grantee: string) => `fee grant/${granter}/${grantee}`,
} as const;

/** Fewer providers than these would not be enough for groups and successors. */
export const LEAST_PROVIDERS = 6;

/** A flow rate limit that no bill reaches. */
export const NO_LIMIT = 10n ** 40n;

/** Whether a change of the bucket's bill can be charged: nobody frozen, no limit in the way. */
export function isChargeable(world: World, bucket: Bucket): boolean {
  if (world.isFrozen(bucket.payment_address)) return false;
  const { bucket_name } = bucket;
  const { extra_info } = world.ask('/greenfield.storage.Query/HeadBucket', { bucket_name });
  const { is_rate_limited, flow_rate_limit } = extra_info as storage.BucketExtraInfo;
  return !is_rate_limited && (flow_rate_limit < 0n || flow_rate_limit >= NO_LIMIT);
}

/** A bucket that takes new objects: its provider serves, and its payer can be charged. */
export const isWritable = (world: World, bucket: Bucket): boolean =>
  bucket.bucket_status === BUCKET_STATUS_CREATED && isChargeable(world, bucket);

export const isCreated = (object: StoredObject): boolean => object.object_status === OBJECT_STATUS_CREATED;
export const isSealed = (object: StoredObject): boolean =>
  object.object_status === OBJECT_STATUS_SEALED && !object.is_updating;

/** An object that its name leads to, with its bucket. */
export function objectWith(
  world: World,
  accept: (object: StoredObject, bucket: Bucket) => boolean,
): { object: StoredObject; bucket: Bucket } | undefined {
  const object = world.known.objects.pick((candidate) => {
    const bucket = world.bucketOf(candidate);
    return bucket !== undefined && world.isNamed(candidate) && accept(candidate, bucket);
  });
  return object && { object, bucket: world.bucketOf(object)! };
}

export const checksums = (world: World): Buffer[] => {
  const seed = world.rng.bytes(8);
  return Array.from({ length: 1 + world.secondaries }, (_, i) => sha256(Buffer.concat([seed, Buffer.of(i)])));
};

/** Mostly small, sometimes up to 64 GiB. */
export function payloadSize(world: World): bigint {
  if (world.rng.chance(0.02)) return 1n << 36n;
  return world.rng.chance(0.7) ? BigInt(world.rng.between(1, 4 << 20)) : world.rng.magnitude(35);
}
