/** MsgSetBucketFlowRateLimit (§7.1). */
import { sameAddress, greenfieldStorage as storage, toChecksumAddress } from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { since } from '../permission/index.ts';
import { totalRate } from './billing.ts';
import { emitLimitStatus } from './buckets.ts';
import { storageErrors as errors } from './errors.ts';
import { checkAddress, checkBucketName } from './names.ts';
import type { Services } from './services.ts';

export function limitMessages(services: Services): MessageHandler[] {
  return [
    since(
      'Erdos',
      message<storage.MsgSetBucketFlowRateLimit>({
        type: storage.MsgSetBucketFlowRateLimit,
        response: storage.MsgSetBucketFlowRateLimitResponse,
        signers: (msg) => [msg.operator],
        validateBasic(msg) {
          checkAddress(msg.operator, 'operator');
          checkAddress(msg.bucket_owner, 'bucket owner');
          checkAddress(msg.payment_address, 'payment');
          checkBucketName(msg.bucket_name);
          if (msg.flow_rate_limit < 0n) throw errors.parameter(`flow rate limit ${msg.flow_rate_limit} is negative`);
        },
        handle(ctx, msg) {
          setLimit(services, ctx, msg);
          return {};
        },
      }),
    ),
  ];
}

function setLimit(services: Services, ctx: Context, msg: storage.MsgSetBucketFlowRateLimit): void {
  const { store, limits, keepers } = services;
  if (!keepers.payment.isOwnedBy(msg.payment_address, msg.operator)) {
    throw errors.notPaymentOwner(`${msg.operator} does not own ${msg.payment_address}`);
  }
  const bucket = store.findBucket(msg.bucket_name);
  const pays =
    bucket && sameAddress(bucket.owner, msg.bucket_owner) && sameAddress(bucket.payment_address, msg.payment_address);
  const old = limits.get(msg.payment_address, msg.bucket_owner, msg.bucket_name);
  if (pays && old !== msg.flow_rate_limit) switchCharging(services, ctx, bucket, msg.flow_rate_limit);
  limits.set(msg.payment_address, msg.bucket_owner, msg.bucket_name, msg.flow_rate_limit);
  ctx.emitTyped(storage.EventSetBucketFlowRateLimit, {
    operator: toChecksumAddress(msg.operator),
    bucket_name: msg.bucket_name,
    payment_address: toChecksumAddress(msg.payment_address),
    bucket_owner: toChecksumAddress(msg.bucket_owner),
    flow_rate_limit: msg.flow_rate_limit,
  });
}

/** Charges the bucket again, or stops charging it. The two events stand on opposite sides of the stream updates. */
function switchCharging(services: Services, ctx: Context, bucket: storage.BucketInfo, limit: bigint): void {
  const { store, limits, charges } = services;
  const rate = totalRate(charges.billOf(bucket, store.internal(bucket.id), ctx.now));
  const limited = limits.isLimited(bucket.id);
  if (limited && rate <= limit) {
    charges.resume(ctx, bucket);
    limits.setLimited(bucket, false);
    emitLimitStatus(ctx, bucket, false);
  } else if (!limited && rate > limit) {
    limits.setLimited(bucket, true);
    emitLimitStatus(ctx, bucket, true);
    charges.suspend(ctx, bucket);
  }
}
