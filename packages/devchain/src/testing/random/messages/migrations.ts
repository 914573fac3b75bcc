/** Random messages by which buckets move to other providers (`reference/chain-state-machine.md` §8.3). */
import {
  approvalDigest,
  blsAggregate,
  blsSign,
  migrationDocDigest,
  signDigest,
  greenfieldStorage as storage,
} from '@prairie/chain';
import { idKey } from '../../../keys.ts';
import type { Draft, Kind } from '../draft.ts';
import { type Bucket, type Gvg, isServing, type World } from '../world.ts';
import { claim, draft, isChargeable } from './common.ts';
import { rolesOf } from './virtual-groups.ts';

const { BUCKET_STATUS_CREATED, BUCKET_STATUS_MIGRATING } = storage.BucketStatus;
/** Blocks for which a provider's approval holds. */
const APPROVED_FOR = 100n;

export const migrationKinds: readonly Kind[] = [
  { name: 'MigrateBucket', weight: 3, make: migrate },
  { name: 'CompleteMigrateBucket', weight: 5, make: complete },
  { name: 'CancelMigrateBucket', weight: 0.4, make: cancel },
  { name: 'RejectMigrateBucket', weight: 0.4, make: reject },
];

function migrate(world: World): Draft | undefined {
  const bucket = world.known.buckets.pick((candidate) => {
    const primary = world.primaryOf(candidate);
    const pays = world.keepers.payment.stream(candidate.payment_address) !== undefined;
    const isOpen = candidate.bucket_status === BUCKET_STATUS_CREATED && pays && isChargeable(world, candidate);
    return isOpen && primary !== undefined && isServing(primary);
  });
  const source = bucket && world.primaryOf(bucket)!;
  const destination = world.providerWith((provider) => isServing(provider) && provider.id !== source?.id);
  if (!bucket || !source || !destination) return undefined;
  const message = storage.MsgMigrateBucket.create({
    operator: bucket.owner,
    bucket_name: bucket.bucket_name,
    dst_primary_sp_id: destination.id,
    dst_primary_sp_approval: { expired_height: world.height + APPROVED_FOR, global_virtual_group_family_id: 0 },
  });
  const approver = world.key(destination.approval_address)!;
  const digest = approvalDigest(storage.MsgMigrateBucket, message);
  message.dst_primary_sp_approval!.sig = signDigest(approver.privateKey, digest);
  const rest = {
    needs: [claim.provider(source.id), claim.provider(destination.id)],
    changes: [claim.bucket(bucket)],
    payers: [bucket.payment_address],
  };
  return draft(world.key(bucket.owner)!, storage.MsgMigrateBucket, message, rest);
}

interface Migration {
  bucket: Bucket;
  info: storage.MigrationBucketInfo;
}

function migrating(world: World, accept: (bucket: Bucket) => boolean = () => true): Migration | undefined {
  const { migrations, buckets } = world.keepers.storage.store;
  const all = [...migrations.range()].flatMap(([, info]) => {
    const bucket = buckets.get(idKey(info.bucket_id));
    const isMoving = bucket?.bucket_status === BUCKET_STATUS_MIGRATING && accept(bucket);
    return isMoving ? [{ bucket, info }] : [];
  });
  return world.rng.pick(all);
}

/** To a family of the destination, each group to one of its groups. */
function complete(world: World): Draft | undefined {
  const hasStream = ({ payment_address }: Bucket) => world.keepers.payment.stream(payment_address) !== undefined;
  const found = migrating(world, (bucket) => hasStream(bucket) && isChargeable(world, bucket));
  const destination = found && world.provider(found.info.dst_sp_id);
  const family = destination && world.familyWith(({ primary_sp_id }) => primary_sp_id === destination.id);
  if (!found || !family) return undefined;
  const { bucket, info } = found;
  const { virtualGroup } = world.keepers;
  const targets = virtualGroup.gvgsOfFamily(family.id).filter((gvg) => hasAll(world, gvg));
  const groups = world.keepers.storage.store.internal(bucket.id).local_virtual_groups;
  // after a migration that joined two groups, several local groups have the same one
  const ids = new Set(groups.map((lvg) => lvg.global_virtual_group_id));
  const sources = [...ids].map((id) => virtualGroup.gvg(id)!);
  if (targets.length === 0 || !sources.every((gvg) => hasAll(world, gvg))) return undefined;
  const pairs = sources.map((src) => ({ src, dst: world.rng.one(targets) }));
  const mappings = pairs.map(({ src, dst }) => ({
    src_global_virtual_group_id: src.id,
    dst_global_virtual_group_id: dst.id,
    secondary_sp_bls_signature: signature(world, info, { src, dst }),
  }));
  const message = {
    operator: destination.operator_address,
    bucket_name: bucket.bucket_name,
    global_virtual_group_family_id: family.id,
    gvg_mappings: mappings,
  };
  const oldFamily = virtualGroup.family(info.src_global_virtual_group_family_id);
  // the family is settled: whoever is its primary now has to be there
  if (!oldFamily || !world.provider(oldFamily.primary_sp_id)) return undefined;
  const touched = [...sources, ...pairs.map(({ dst }) => dst)];
  const rest = {
    needs: [claim.provider(oldFamily.primary_sp_id)],
    changes: [claim.bucket(bucket), claim.family(oldFamily.id), claim.family(family.id), ...touched.flatMap(rolesOf)],
    payers: [bucket.payment_address],
    paysOut: true,
  };
  return draft(world.key(destination.operator_address)!, storage.MsgCompleteMigrateBucket, message, rest);
}

const hasAll = (world: World, gvg: Gvg): boolean =>
  gvg.secondary_sp_ids.every((id) => world.provider(id) !== undefined) &&
  gvg.secondary_sp_ids.length === world.secondaries;

function signature(world: World, info: storage.MigrationBucketInfo, { src, dst }: { src: Gvg; dst: Gvg }): Uint8Array {
  const digest = migrationDocDigest({
    chainId: world.chainId,
    dstPrimarySpId: info.dst_sp_id,
    srcGlobalVirtualGroupId: src.id,
    dstGlobalVirtualGroupId: dst.id,
    bucketId: info.bucket_id,
  });
  const secrets = dst.secondary_sp_ids.map((id) => world.bls.secretOf(world.provider(id)!.bls_key));
  return blsAggregate(secrets.map((secret) => blsSign(secret, digest)));
}

function cancel(world: World): Draft | undefined {
  const found = migrating(world);
  if (!found) return undefined;
  const { owner, bucket_name } = found.bucket;
  const message = { operator: owner, bucket_name };
  return draft(world.key(owner)!, storage.MsgCancelMigrateBucket, message, {
    changes: [claim.bucket(found.bucket)],
  });
}

function reject(world: World): Draft | undefined {
  const found = migrating(world);
  const destination = found && world.provider(found.info.dst_sp_id);
  if (!destination) return undefined;
  const operator = destination.operator_address;
  const rest = { needs: [claim.provider(destination.id)], changes: [claim.bucket(found.bucket)] };
  const message = { operator, bucket_name: found.bucket.bucket_name };
  return draft(world.key(operator)!, storage.MsgRejectMigrateBucket, message, rest);
}
