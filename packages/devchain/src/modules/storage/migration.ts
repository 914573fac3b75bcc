/** Messages that move a bucket to another primary provider (§8.3). */
import { greenfieldSp, sameAddress, greenfieldStorage as storage, toChecksumAddress } from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { idKey } from '../../keys.ts';
import { checkApproval } from './approvals.ts';
import { moveBucket } from './bucket-move.ts';
import { checkOperatorAndBucket, emitUpdateBucketInfo } from './buckets.ts';
import { storageErrors as errors } from './errors.ts';
import { checkAggregate } from './names.ts';
import type { Services } from './services.ts';

const { BUCKET_STATUS_CREATED, BUCKET_STATUS_DISCONTINUED, BUCKET_STATUS_MIGRATING } = storage.BucketStatus;
const { STATUS_IN_SERVICE } = greenfieldSp.Status;

export function migrationMessages(services: Services): MessageHandler[] {
  return [
    message<storage.MsgMigrateBucket>({
      type: storage.MsgMigrateBucket,
      response: storage.MsgMigrateBucketResponse,
      signers: (msg) => [msg.operator],
      validateBasic(msg) {
        checkOperatorAndBucket(msg);
        if (msg.dst_primary_sp_id === 0) throw errors.invalidMessage('dst_primary_sp_id is missing');
        if (!msg.dst_primary_sp_approval) throw errors.invalidApproval('dst_primary_sp_approval is missing');
      },
      handle: (ctx, msg) => migrate(services, ctx, msg),
    }),
    message<storage.MsgCompleteMigrateBucket>({
      type: storage.MsgCompleteMigrateBucket,
      response: storage.MsgCompleteMigrateBucketResponse,
      signers: (msg) => [msg.operator],
      validateBasic(msg) {
        checkOperatorAndBucket(msg);
        if (msg.global_virtual_group_family_id === 0) throw errors.invalidMessage('the family is missing');
        checkMappings(msg.gvg_mappings);
      },
      handle: (ctx, msg) => complete(services, ctx, msg),
    }),
    message<storage.MsgCancelMigrateBucket>({
      type: storage.MsgCancelMigrateBucket,
      response: storage.MsgCancelMigrateBucketResponse,
      signers: (msg) => [msg.operator],
      validateBasic: checkOperatorAndBucket,
      handle: (ctx, msg) => cancel(services, ctx, msg),
    }),
    message<storage.MsgRejectMigrateBucket>({
      type: storage.MsgRejectMigrateBucket,
      response: storage.MsgRejectMigrateBucketResponse,
      signers: (msg) => [msg.operator],
      validateBasic: checkOperatorAndBucket,
      handle: (ctx, msg) => reject(services, ctx, msg),
    }),
  ];
}

function checkMappings(mappings: readonly storage.GVGMapping[]): void {
  const sources = new Set(mappings.map((mapping) => mapping.src_global_virtual_group_id));
  if (sources.size < mappings.length) throw errors.invalidMessage('a group is mapped twice');
  for (const mapping of mappings) {
    const { src_global_virtual_group_id: src, dst_global_virtual_group_id: dst } = mapping;
    if (src === 0 || dst === 0) throw errors.invalidMessage(`mapping of group ${src} to group ${dst}`);
    checkAggregate(mapping.secondary_sp_bls_signature);
  }
}

/** A bucket has one local group more than the limit at most: every mapping costs the check of an aggregate. */
function requireFewMappings({ parameters }: Services, { length }: readonly storage.GVGMapping[]): void {
  const max = parameters.get().max_local_virtual_group_num_per_bucket + 1;
  if (length > max) throw errors.invalidMessage(`${length} mappings, at most ${max} expected`);
}

function migrate(services: Services, ctx: Context, msg: storage.MsgMigrateBucket): undefined {
  const { store, limits, providers, keepers } = services;
  const bucket = ownBucket(services, msg);
  const status = bucket.bucket_status;
  if (status === BUCKET_STATUS_MIGRATING) throw errors.invalidBucketStatus('the bucket is migrating already');
  if (status === BUCKET_STATUS_DISCONTINUED && ctx.has('Veld')) {
    throw errors.invalidBucketStatus('the bucket is discontinued'); // Veld: a discontinued bucket stays where it is
  }
  const source = providers.primaryOf(bucket);
  const destination = keepers.sp.byId(msg.dst_primary_sp_id);
  if (!destination) throw errors.providerNotExist(`provider ${msg.dst_primary_sp_id}`);
  if (destination.id === source.id) throw errors.migrationFailed(`provider ${source.id} has the bucket already`);
  for (const { id, status } of [source, destination]) {
    if (status !== STATUS_IN_SERVICE) throw errors.providerNotInService(`provider ${id}`);
  }
  requirePayer(services, bucket);
  checkApproval(ctx, storage.MsgMigrateBucket, msg, msg.dst_primary_sp_approval!, destination);
  limits.checkNotLimited(bucket);
  store.migrations.set(idKey(bucket.id), {
    src_sp_id: source.id,
    src_global_virtual_group_family_id: bucket.global_virtual_group_family_id,
    dst_sp_id: destination.id,
    bucket_id: bucket.id,
  });
  store.setBucket({ ...bucket, bucket_status: BUCKET_STATUS_MIGRATING });
  ctx.emitTyped(storage.EventMigrationBucket, {
    ...eventFields(bucket, msg.operator),
    dst_primary_sp_id: destination.id,
    status: BUCKET_STATUS_MIGRATING,
  });
}

/** The bucket of whoever signs. @throws ChainError storage/1107 for others */
function ownBucket({ store }: Services, msg: { operator: string; bucket_name: string }): storage.BucketInfo {
  const bucket = store.bucket(msg.bucket_name);
  if (sameAddress(bucket.owner, msg.operator)) return bucket;
  throw errors.accessDenied(`only the owner ${bucket.owner} can migrate the bucket`);
}

/** Moving the bill needs a payer who can be charged. */
function requirePayer({ keepers }: Services, { payment_address }: storage.BucketInfo): void {
  if (!keepers.payment.stream(payment_address)) throw errors.wrongStreamStatus(`${payment_address} has no stream`);
  if (keepers.payment.isFrozen(payment_address)) throw errors.wrongStreamStatus(`${payment_address} is frozen`);
}

function cancel(services: Services, ctx: Context, msg: storage.MsgCancelMigrateBucket): undefined {
  const bucket = ownBucket(services, msg);
  migrationOf(services, bucket);
  settleIn(services, bucket);
  ctx.emitTyped(storage.EventCancelMigrationBucket, {
    ...eventFields(bucket, msg.operator),
    status: BUCKET_STATUS_CREATED,
  });
}

function reject(services: Services, ctx: Context, msg: storage.MsgRejectMigrateBucket): undefined {
  const bucket = services.store.bucket(msg.bucket_name);
  requireDestination(services, migrationOf(services, bucket), msg.operator);
  settleIn(services, bucket);
  ctx.emitTyped(storage.EventRejectMigrateBucket, {
    ...eventFields(bucket, msg.operator),
    status: BUCKET_STATUS_CREATED,
  });
}

/** Ends a migration, wherever the bucket is now. */
function settleIn({ store }: Services, bucket: storage.BucketInfo): void {
  store.migrations.delete(idKey(bucket.id));
  store.setBucket({ ...bucket, bucket_status: BUCKET_STATUS_CREATED });
}

/** @throws ChainError storage/3106 unless the bucket is migrating */
function migrationOf({ store }: Services, bucket: storage.BucketInfo): storage.MigrationBucketInfo {
  const info = store.migrations.get(idKey(bucket.id));
  if (info && bucket.bucket_status === BUCKET_STATUS_MIGRATING) return info;
  throw errors.invalidBucketStatus('the bucket is not migrating');
}

function requireDestination({ keepers }: Services, info: storage.MigrationBucketInfo, operator: string): void {
  if (keepers.sp.byOperator(operator)?.id === info.dst_sp_id) return;
  throw errors.accessDenied(`${operator} is not the operator of the destination, provider ${info.dst_sp_id}`);
}

function complete(services: Services, ctx: Context, msg: storage.MsgCompleteMigrateBucket): undefined {
  const { store, limits, keepers } = services;
  const bucket = store.bucket(msg.bucket_name);
  const info = migrationOf(services, bucket);
  requireDestination(services, info, msg.operator);
  const familyId = msg.global_virtual_group_family_id;
  // whose family it is does not matter, as for new buckets
  if (!keepers.virtualGroup.family(familyId)) throw errors.familyNotExist(`family ${familyId}`);
  requirePayer(services, bucket);
  limits.checkNotLimited(bucket);
  requireFewMappings(services, msg.gvg_mappings);
  const moved = moveBucket(services, ctx, bucket, info, { familyId, mappings: msg.gvg_mappings });
  settleIn(services, moved);
  ctx.emitTyped(storage.EventCompleteMigrationBucket, {
    ...eventFields(moved, msg.operator),
    global_virtual_group_family_id: familyId,
    src_primary_sp_id: info.src_sp_id,
    status: BUCKET_STATUS_CREATED,
  });
  emitUpdateBucketInfo(ctx, moved, msg.operator);
}

const eventFields = (bucket: storage.BucketInfo, operator: string) => ({
  operator: toChecksumAddress(operator),
  bucket_name: bucket.bucket_name,
  bucket_id: bucket.id,
});
