/** Messages about buckets (§8.1). */
import { greenfieldPermission, sameAddress, greenfieldStorage as storage, toChecksumAddress } from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { idKey } from '../../keys.ts';
import { since } from '../permission/index.ts';
import { checkApproval } from './approvals.ts';
import { storageErrors as errors } from './errors.ts';
import type { PaymentOptions } from './keepers.ts';
import { checkAddress, checkBucketName } from './names.ts';
import { requireChangeable, requireOrigin, type Services } from './services.ts';

const { ACTION_DELETE_BUCKET, ACTION_UPDATE_BUCKET_INFO } = greenfieldPermission.ActionType;
const { VISIBILITY_TYPE_UNSPECIFIED } = storage.VisibilityType;
const { BUCKET_STATUS_CREATED, BUCKET_STATUS_MIGRATING } = storage.BucketStatus;
const { SOURCE_TYPE_ORIGIN } = storage.SourceType;

export function bucketMessages(services: Services): MessageHandler[] {
  return [
    message<storage.MsgCreateBucket>({
      type: storage.MsgCreateBucket,
      response: storage.MsgCreateBucketResponse,
      signers: (msg) => [msg.creator],
      validateBasic(msg) {
        checkAddress(msg.creator, 'creator');
        checkAddress(msg.primary_sp_address, 'primary sp');
        if (msg.payment_address !== '') checkAddress(msg.payment_address, 'payment');
        if (!msg.primary_sp_approval) throw errors.invalidApproval('primary_sp_approval is missing');
        checkBucketName(msg.bucket_name);
        if (msg.visibility === VISIBILITY_TYPE_UNSPECIFIED) throw errors.invalidVisibility('unspecified');
      },
      handle: (ctx, msg) => ({ bucket_id: createBucket(services, ctx, msg) }),
    }),
    message<storage.MsgDeleteBucket>({
      type: storage.MsgDeleteBucket,
      response: storage.MsgDeleteBucketResponse,
      signers: (msg) => [msg.operator],
      validateBasic: checkOperatorAndBucket,
      handle(ctx, msg) {
        const bucket = services.store.bucket(msg.bucket_name);
        requireOrigin(bucket);
        services.access.requireBucket(ctx, bucket, msg.operator, ACTION_DELETE_BUCKET);
        deleteBucket(services, ctx, bucket, msg.operator);
        return {};
      },
    }),
    message<storage.MsgUpdateBucketInfo>({
      type: storage.MsgUpdateBucketInfo,
      response: storage.MsgUpdateBucketInfoResponse,
      signers: (msg) => [msg.operator],
      validateBasic(msg) {
        checkOperatorAndBucket(msg);
        if (msg.payment_address !== '') checkAddress(msg.payment_address, 'payment');
      },
      handle(ctx, msg) {
        updateBucket(services, ctx, msg);
        return {};
      },
    }),
    since(
      'Serengeti',
      message<storage.MsgToggleSPAsDelegatedAgent>({
        type: storage.MsgToggleSPAsDelegatedAgent,
        response: storage.MsgToggleSPAsDelegatedAgentResponse,
        signers: (msg) => [msg.operator],
        validateBasic: checkOperatorAndBucket,
        handle(ctx, msg) {
          toggleDelegatedAgent(services, ctx, msg);
          return {};
        },
      }),
    ),
  ];
}

export function checkOperatorAndBucket(msg: { operator: string; bucket_name: string }): void {
  checkAddress(msg.operator, 'operator');
  checkBucketName(msg.bucket_name);
}

function createBucket(services: Services, ctx: Context, msg: storage.MsgCreateBucket): bigint {
  const { store, charges, providers } = services;
  if (store.findBucket(msg.bucket_name)) throw errors.bucketExists();
  const provider = providers.byOperator(msg.primary_sp_address);
  if (!providers.isOpenFor(provider, msg.creator)) {
    throw errors.noSuchProvider(`provider ${provider.id} is not in service`);
  }
  const approval = msg.primary_sp_approval!;
  // Serengeti: approvals of new buckets and objects are no longer looked at
  if (!ctx.has('Serengeti')) checkApproval(ctx, storage.MsgCreateBucket, msg, approval, provider);
  // the family need not be the provider's: what counts later is the family's own primary, while the event of the
  // creation names the message's provider (quirk 1 of chain-state-machine.md §15)
  const familyId = approval.global_virtual_group_family_id;
  requireRoomInFamily(services, familyId);
  const bucket = storage.BucketInfo.create({
    owner: toChecksumAddress(msg.creator),
    bucket_name: msg.bucket_name,
    visibility: msg.visibility,
    id: store.ids.next('bucket'),
    source_type: SOURCE_TYPE_ORIGIN,
    create_at: ctx.now,
    payment_address: paymentAddressOf(services, ctx, msg.payment_address, msg.creator),
    global_virtual_group_family_id: familyId,
    charged_read_quota: msg.charged_read_quota,
    bucket_status: BUCKET_STATUS_CREATED,
  });
  store.setBucket(bucket);
  store.setInternal(bucket.id, storage.InternalBucketInfo.create({ price_time: ctx.now }));
  charges.open(ctx, bucket);
  const { id, bucket_status, tags: _, sp_as_delegated_agent_disabled: __, ...fields } = bucket;
  ctx.emitTyped(storage.EventCreateBucket, {
    ...fields,
    bucket_id: id,
    status: bucket_status,
    primary_sp_id: provider.id,
  });
  return id;
}

/** @throws ChainError payment/1204 */
function paymentAddressOf({ keepers }: Services, ctx: Context, address: string, owner: string): string {
  if (address === '') return toChecksumAddress(owner);
  // Erdos: others than the owner may pay, within the limit that they set
  if (!ctx.has('Erdos') && !keepers.payment.isOwnedBy(address, owner)) {
    throw errors.notPaymentOwner(`${owner} does not own ${address}`);
  }
  return toChecksumAddress(address);
}

function requireRoomInFamily({ keepers }: Services, familyId: number): void {
  const groups = keepers.virtualGroup;
  if (!groups.family(familyId)) throw errors.familyNotExist(`family ${familyId}`);
  const stored = groups.gvgsOfFamily(familyId).reduce((sum, gvg) => sum + gvg.stored_size, 0n);
  if (stored >= groups.params().max_store_size_per_family) {
    throw errors.familyFull(`family ${familyId} stores ${stored} bytes`);
  }
}

/** Also used when a discontinued bucket's time is over, then without asking for permission and with forced charges. */
export function deleteBucket(
  services: Services,
  ctx: Context,
  bucket: storage.BucketInfo,
  operator: string,
  options: PaymentOptions = {},
): void {
  const { store, charges, limits, cleanup } = services;
  if (store.hasObjects(bucket.id)) throw errors.bucketNotEmpty();
  if (store.internal(bucket.id).local_virtual_groups.length > 0) {
    throw errors.groupOperationFailed(`bucket ${bucket.bucket_name} still has local virtual groups`);
  }
  charges.close(ctx, bucket, options);
  store.removeBucket(bucket);
  cleanup.note(ctx, 'bucket_ids', bucket.id);
  ctx.emitTyped(storage.EventDeleteBucket, {
    operator: toChecksumAddress(operator),
    owner: bucket.owner,
    bucket_name: bucket.bucket_name,
    bucket_id: bucket.id,
    global_virtual_group_family_id: bucket.global_virtual_group_family_id,
  });
  cancelMigration(ctx, bucket, operator);
  limits.setLimited(bucket, false);
  if (ctx.has('Erdos')) emitLimitStatus(ctx, bucket, false); // Erdos: whether a bucket is over its limit is told
}

/** What deleting or discontinuing a bucket says when it is migrating. */
export function cancelMigration(ctx: Context, bucket: storage.BucketInfo, operator: string): void {
  if (bucket.bucket_status !== BUCKET_STATUS_MIGRATING) return;
  ctx.emitTyped(storage.EventCancelMigrationBucket, {
    operator: toChecksumAddress(operator),
    bucket_name: bucket.bucket_name,
    bucket_id: bucket.id,
  });
}

export function emitLimitStatus(ctx: Context, bucket: storage.BucketInfo, is_limited: boolean): void {
  const { bucket_name, id: bucket_id } = bucket;
  ctx.emitTyped(storage.EventBucketFlowRateLimitStatus, { bucket_name, bucket_id, is_limited });
}

function updateBucket(services: Services, ctx: Context, msg: storage.MsgUpdateBucketInfo): void {
  const { store, charges, limits, access, providers } = services;
  const before = store.bucket(msg.bucket_name);
  requireChangeable(ctx, before);
  // Hulunbeier: a provider that leaves keeps what it has
  if (ctx.has('Hulunbeier') && providers.isExiting(providers.primaryOf(before))) {
    throw errors.quotaUpdateFailed('the primary provider of the bucket is exiting');
  }
  access.requireBucket(ctx, before, msg.operator, ACTION_UPDATE_BUCKET_INFO);
  const quota = msg.charged_read_quota?.value ?? before.charged_read_quota;
  const payment =
    msg.payment_address === ''
      ? before.payment_address
      : paymentAddressOf(services, ctx, msg.payment_address, before.owner);
  const newPayer = !sameAddress(payment, before.payment_address);
  if (quota < before.charged_read_quota) requireOldQuota(services, ctx, before);
  if (newPayer && (store.lockedCounts.get(idKey(before.id)) ?? 0) > 0) {
    throw errors.paymentAccountFixed('the bucket has objects that wait for their seal');
  }
  const after = {
    ...before,
    charged_read_quota: quota,
    payment_address: payment,
    visibility: msg.visibility === VISIBILITY_TYPE_UNSPECIFIED ? before.visibility : msg.visibility,
  };
  charges.reprice(ctx, before, after);
  if (quota !== before.charged_read_quota) store.quotaTimes.set(idKey(before.id), ctx.now);
  store.setBucket(after);
  if (newPayer && limits.isLimited(before.id)) {
    limits.setLimited(after, false);
    emitLimitStatus(ctx, after, false);
  }
  emitUpdateBucketInfo(ctx, after, msg.operator);
}

export function emitUpdateBucketInfo(ctx: Context, bucket: storage.BucketInfo, operator: string): void {
  ctx.emitTyped(storage.EventUpdateBucketInfo, {
    operator: toChecksumAddress(operator),
    bucket_name: bucket.bucket_name,
    bucket_id: bucket.id,
    charged_read_quota: bucket.charged_read_quota,
    payment_address: bucket.payment_address,
    visibility: bucket.visibility,
    global_virtual_group_family_id: bucket.global_virtual_group_family_id,
  });
}

/** When the read quota was last changed, or the bucket was made. */
export const quotaTimeOf = ({ store }: Services, bucket: storage.BucketInfo): bigint =>
  store.quotaTimes.get(idKey(bucket.id)) ?? bucket.create_at;

function requireOldQuota(services: Services, ctx: Context, bucket: storage.BucketInfo): void {
  const interval = services.parameters.get().min_quota_update_interval;
  const next = quotaTimeOf(services, bucket) + interval;
  if (next <= ctx.now) return;
  throw errors.quotaUpdateFailed(`the read quota can be decreased from ${next} on (unix seconds), now ${ctx.now}`);
}

function toggleDelegatedAgent(services: Services, ctx: Context, msg: storage.MsgToggleSPAsDelegatedAgent): void {
  const { store } = services;
  const bucket = store.bucket(msg.bucket_name);
  // compared as texts, as the reference does (quirk 13 of chain-state-machine.md §15)
  if (msg.operator !== bucket.owner) throw errors.accessDenied(`${msg.operator} is not the owner of the bucket`);
  const disabled = !bucket.sp_as_delegated_agent_disabled;
  store.setBucket({ ...bucket, sp_as_delegated_agent_disabled: disabled });
  ctx.emitTyped(storage.EventToggleSPAsDelegatedAgent, {
    bucket_name: bucket.bucket_name,
    bucket_id: bucket.id,
    sp_as_delegated_agent_disabled: disabled,
  });
}
