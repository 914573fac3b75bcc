/** Limits of what buckets may cost a payment account, and the buckets that are over theirs (§7.1). */
import { greenfieldStorage as storage, toChecksumAddress } from '@prairie/chain';
import { type Context, plainError, type State, type Table } from '../../context.ts';
import { addressKey, idKey, joinKey } from '../../keys.ts';
import { bigintCodec } from '../../state/index.ts';
import type { PaymentKeeper } from './keepers.ts';

type Bucket = Pick<storage.BucketInfo, 'id' | 'bucket_name' | 'owner' | 'payment_address'>;

export class FlowLimits {
  private readonly limits: Table<bigint>;
  /** Present while the bucket's bill is not charged. */
  private readonly limited: Table<storage.BucketFlowRateLimitStatus>;
  private readonly payment: Pick<PaymentKeeper, 'isOwnedBy'>;

  constructor(state: State, payment: Pick<PaymentKeeper, 'isOwnedBy'>) {
    this.limits = state.table('storage/flowRateLimits', bigintCodec);
    this.limited = state.table('storage/flowRateLimited', storage.BucketFlowRateLimitStatus);
    this.payment = payment;
  }

  get(paymentAddress: string, owner: string, bucketName: string): bigint | undefined {
    return this.limits.get(limitKey(paymentAddress, owner, bucketName));
  }

  set(paymentAddress: string, owner: string, bucketName: string, limit: bigint): void {
    this.limits.set(limitKey(paymentAddress, owner, bucketName), limit);
  }

  isLimited(bucketId: bigint): boolean {
    return this.limited.get(idKey(bucketId))?.is_bucket_limited ?? false;
  }

  setLimited(bucket: Bucket, isLimited: boolean): void {
    if (!isLimited) this.limited.delete(idKey(bucket.id));
    else {
      const payment_address = toChecksumAddress(bucket.payment_address);
      this.limited.set(idKey(bucket.id), { is_bucket_limited: true, payment_address });
    }
  }

  /** @throws when the bucket may not cost its payment account `rate` wei per second in total */
  check(ctx: Context, bucket: Bucket, rate: bigint): void {
    if (!ctx.has('Erdos')) return; // Erdos: limits, and payment accounts of others than the owner
    if (rate === 0n) return;
    const limit = this.get(bucket.payment_address, bucket.owner, bucket.bucket_name);
    if (limit === undefined) {
      if (this.payment.isOwnedBy(bucket.payment_address, bucket.owner)) return;
      throw plainError(`the flow rate limit is not set for the bucket ${bucket.bucket_name}`);
    }
    if (rate > limit) {
      throw plainError(`the total flow rate of the bucket ${bucket.bucket_name} is greater than the flow rate limit`);
    }
  }

  /** @throws when the bucket's bill is suspended: its objects can neither be sealed nor deleted */
  checkNotLimited(bucket: Bucket): void {
    if (this.isLimited(bucket.id)) throw plainError(`bucket is rate limited: ${bucket.bucket_name}`);
  }
}

const limitKey = (paymentAddress: string, owner: string, bucketName: string) =>
  joinKey(addressKey(paymentAddress), addressKey(owner), bucketName);
