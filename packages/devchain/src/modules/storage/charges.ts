/** Applies bills to payment streams: what `billing.ts` computes, for buckets as they are stored (§7). */
import { greenfieldPayment as payment, sameAddress, type greenfieldStorage as storage } from '@prairie/chain';
import { type Context, plainError } from '../../context.ts';
import {
  bucketBill,
  type FamilyAccounts,
  type Flow,
  type GroupCharge,
  groupBill,
  lockFee,
  lockRate,
  mergedFlows,
  negated,
  readBill,
  samePrices,
  type Terms,
  totalRate,
} from './billing.ts';
import { storageErrors as errors } from './errors.ts';
import type { FlowLimits } from './flow-limits.ts';
import type { Bill, PaymentKeeper, PaymentOptions, ProviderKeeper, VirtualGroupKeeper } from './keepers.ts';
import { chunksOf, type Parameters } from './params.ts';
import type { Store } from './store.ts';

const { FEE_PREVIEW_TYPE_PRELOCKED_FEE, FEE_PREVIEW_TYPE_UNLOCKED_FEE } = payment.FeePreviewType;

export interface ChargeDependencies {
  store: Store;
  parameters: Parameters;
  limits: FlowLimits;
  providers: ProviderKeeper;
  groups: VirtualGroupKeeper;
  payment: PaymentKeeper;
}

export class Charges {
  private readonly store: Store;
  private readonly parameters: Parameters;
  private readonly limits: FlowLimits;
  private readonly providers: ProviderKeeper;
  private readonly groups: VirtualGroupKeeper;
  private readonly payment: PaymentKeeper;

  constructor(deps: ChargeDependencies) {
    this.store = deps.store;
    this.parameters = deps.parameters;
    this.limits = deps.limits;
    this.providers = deps.providers;
    this.groups = deps.groups;
    this.payment = deps.payment;
  }

  /** Prices and parameters as a look-up for `timestamp` sees them. @throws when nothing older exists */
  termsAt(timestamp: bigint): Terms {
    const price = this.providers.globalPriceAt(timestamp);
    const paid = this.payment.versionedParamsAt(timestamp);
    const stored = this.parameters.versionedAt(timestamp);
    return {
      readPrice: price.readPrice,
      primaryPrice: price.primaryStorePrice,
      secondaryPrice: price.secondaryStorePrice,
      taxRate: paid.validator_tax_rate,
      reserveTime: paid.reserve_time,
      minChargeSize: stored.min_charge_size,
      chunks: BigInt(chunksOf(stored)),
    };
  }

  /** Flows of the whole bucket at the terms of `timestamp`. */
  billOf(bucket: storage.BucketInfo, internal: storage.InternalBucketInfo, timestamp: bigint): Flow[] {
    if (bucket.charged_read_quota === 0n && internal.total_charge_size === 0n) return [];
    const groups = internal.local_virtual_groups.map((lvg) => this.groupCharge(lvg));
    const charged = { chargedReadQuota: bucket.charged_read_quota, groups };
    return bucketBill(charged, this.accounts(bucket), this.termsAt(timestamp));
  }

  /** Reserves the fee of an object that waits for its seal. */
  lock(ctx: Context, bucket: storage.BucketInfo, objectName: string, payloadSize: bigint, timestamp: bigint): void {
    const terms = this.termsAt(timestamp);
    const bill = this.billOf(bucket, this.store.internal(bucket.id), timestamp);
    this.limits.check(ctx, bucket, totalRate(bill) + lockRate(payloadSize, terms));
    const amount = lockFee(payloadSize, terms);
    this.preview(ctx, bucket.payment_address, amount, FEE_PREVIEW_TYPE_PRELOCKED_FEE);
    const { static_balance } = this.payment.updateStream(ctx, bucket.payment_address, { lock: amount });
    if (static_balance < 0n) {
      const lack = -static_balance;
      throw plainError(`static balance is not enough for ${bucket.bucket_name} ${objectName}, lacks ${lack}`);
    }
    this.countLocked(ctx, bucket, 1);
  }

  /** Gives back what {@link lock} reserved, computed again for the same time. */
  unlock(
    ctx: Context,
    bucket: storage.BucketInfo,
    payloadSize: bigint,
    timestamp: bigint,
    options: PaymentOptions = {},
  ): void {
    const amount = lockFee(payloadSize, this.termsAt(timestamp));
    this.preview(ctx, bucket.payment_address, amount, FEE_PREVIEW_TYPE_UNLOCKED_FEE);
    this.payment.updateStream(ctx, bucket.payment_address, { lock: -amount }, options);
    this.countLocked(ctx, bucket, -1);
  }

  private countLocked(ctx: Context, bucket: storage.BucketInfo, change: 1 | -1): void {
    if (ctx.has('Pawnee')) this.store.addLocked(bucket.id, change); // Pawnee: objects with a locked fee are counted
  }

  /** The read quota of a new bucket. */
  open(ctx: Context, bucket: storage.BucketInfo): void {
    if (bucket.charged_read_quota === 0n) return;
    const flows = readBill(bucket.charged_read_quota, this.accounts(bucket), this.termsAt(ctx.now));
    this.limits.check(ctx, bucket, totalRate(flows));
    this.apply(ctx, [{ payer: bucket.payment_address, flows }]);
  }

  /** The read quota of a bucket without objects. */
  close(ctx: Context, bucket: storage.BucketInfo, options: PaymentOptions): void {
    const internal = this.store.internal(bucket.id);
    if (internal.total_charge_size > 0n) {
      throw plainError(`bucket ${bucket.bucket_name} still pays for ${internal.total_charge_size} bytes of objects`);
    }
    if (this.limits.isLimited(bucket.id)) return;
    const flows = this.billOf(bucket, internal, internal.price_time);
    this.apply(ctx, [{ payer: bucket.payment_address, flows: negated(flows) }], options);
  }

  /** Prices a bucket at now after its quota or its payment address changed. */
  reprice(ctx: Context, before: storage.BucketInfo, after: storage.BucketInfo): void {
    const newPayer = !sameAddress(before.payment_address, after.payment_address);
    if (newPayer && before.charged_read_quota !== after.charged_read_quota) {
      throw plainError('payment address and read quota can not be changed at the same time');
    }
    const limited = this.limits.isLimited(before.id);
    if (limited && !newPayer) throw plainError('payment account is not changed but the bucket is limited');
    const internal = this.store.internal(before.id);
    const flows = this.billOf(after, internal, ctx.now);
    this.limits.check(ctx, after, totalRate(flows));
    const old = limited ? [] : negated(this.billOf(before, internal, internal.price_time));
    this.apply(ctx, [
      { payer: before.payment_address, flows: old },
      { payer: after.payment_address, flows },
    ]);
    this.store.setInternal(before.id, { ...internal, price_time: ctx.now });
  }

  /** Stops charging a bucket that is over its limit. */
  suspend(ctx: Context, bucket: storage.BucketInfo): void {
    const internal = this.store.internal(bucket.id);
    const flows = negated(this.billOf(bucket, internal, internal.price_time));
    this.apply(ctx, [{ payer: bucket.payment_address, flows }]);
  }

  /** Charges it again, at now. */
  resume(ctx: Context, bucket: storage.BucketInfo): void {
    const internal = this.store.internal(bucket.id);
    this.apply(ctx, [{ payer: bucket.payment_address, flows: this.billOf(bucket, internal, ctx.now) }]);
    this.store.setInternal(bucket.id, { ...internal, price_time: ctx.now });
  }

  /** As {@link resume}, for a bucket that came to another family. @throws ChainError when its limit is too low */
  recharge(ctx: Context, bucket: storage.BucketInfo): void {
    const flows = this.billOf(bucket, this.store.internal(bucket.id), ctx.now);
    this.limits.check(ctx, bucket, totalRate(flows));
    this.resume(ctx, bucket);
  }

  /**
   * Charges one more object on a local virtual group. The old price is kept while it equals today's, else the whole
   * bucket is priced again. Returns the billing state to store.
   */
  grow(
    ctx: Context,
    bucket: storage.BucketInfo,
    before: storage.InternalBucketInfo,
    after: storage.InternalBucketInfo,
    changed: { before: storage.LocalVirtualGroup | undefined; after: storage.LocalVirtualGroup },
  ): storage.InternalBucketInfo {
    this.limits.checkNotLimited(bucket);
    const payer = bucket.payment_address;
    const terms = this.termsAt(before.price_time);
    const keepsPrice = samePrices(terms, this.termsAt(ctx.now));
    const priced = keepsPrice ? after : { ...after, price_time: ctx.now };
    this.limits.check(ctx, bucket, totalRate(this.billOf(bucket, priced, priced.price_time)));
    const [old, current] = keepsPrice
      ? [this.groupFlows(bucket, changed.before, terms), this.groupFlows(bucket, changed.after, terms)]
      : [this.billOf(bucket, before, before.price_time), this.billOf(bucket, priced, ctx.now)];
    this.apply(ctx, [
      { payer, flows: negated(old) },
      { payer, flows: current },
    ]);
    return priced;
  }

  /**
   * Stops charging one object of a local virtual group, at the price that was charged. An object that goes before its
   * reserve time is over pays the rest of it at once, receiver by receiver (quirk 10 of chain-state-machine.md §15).
   */
  shrink(
    ctx: Context,
    bucket: storage.BucketInfo,
    after: storage.InternalBucketInfo,
    changed: { before: storage.LocalVirtualGroup; after: storage.LocalVirtualGroup },
    paidFrom: bigint,
    options: PaymentOptions,
  ): void {
    if (!options.forced) this.limits.checkNotLimited(bucket);
    else if (this.limits.isLimited(bucket.id)) return; // nothing is charged: there is nothing to take back
    const terms = this.termsAt(after.price_time);
    const old = this.groupFlows(bucket, changed.before, terms);
    const flows = mergedFlows([...negated(old), ...this.groupFlows(bucket, changed.after, terms)]);
    if (!options.forced) this.limits.check(ctx, bucket, totalRate(this.billOf(bucket, after, after.price_time)));
    this.apply(ctx, [{ payer: bucket.payment_address, flows }], options);
    const remaining = paidFrom + terms.reserveTime - ctx.now;
    if (remaining > 0n) this.payAtOnce(ctx, bucket.payment_address, flows, remaining, options);
  }

  private payAtOnce(ctx: Context, payer: string, flows: Flow[], seconds: bigint, options: PaymentOptions): void {
    if (this.payment.isFrozen(payer)) return;
    for (const { to, rate } of flows) this.payment.updateStream(ctx, to, { static: -rate * seconds }, options);
    this.payment.updateStream(ctx, payer, { static: totalRate(flows) * seconds }, options);
  }

  private groupFlows(bucket: storage.BucketInfo, lvg: storage.LocalVirtualGroup | undefined, terms: Terms): Flow[] {
    return lvg ? groupBill(this.groupCharge(lvg), this.accounts(bucket), terms) : [];
  }

  private groupCharge(lvg: storage.LocalVirtualGroup): GroupCharge {
    const gvg = this.groups.gvg(lvg.global_virtual_group_id);
    if (!gvg) throw errors.gvgNotExist(`group ${lvg.global_virtual_group_id}`);
    return {
      gvg: gvg.virtual_payment_address,
      secondaries: gvg.secondary_sp_ids.length,
      chargeSize: lvg.total_charge_size,
    };
  }

  private accounts(bucket: storage.BucketInfo): FamilyAccounts {
    const family = this.groups.family(bucket.global_virtual_group_family_id);
    if (!family) throw errors.familyNotExist(`family ${bucket.global_virtual_group_family_id}`);
    return { family: family.virtual_payment_address, taxPool: this.payment.taxPoolAddress };
  }

  /** An empty bill leaves no trace; a single one is charged as it is, several are merged by the payment module. */
  private apply(ctx: Context, bills: Bill[], options: PaymentOptions = {}): void {
    const charged = bills.filter((bill) => bill.flows.length > 0);
    if (charged.length > 0) this.payment.applyFlowChanges(ctx, charged, options);
  }

  /** What a client is shown before it signs. */
  private preview(ctx: Context, account: string, amount: bigint, fee_preview_type: number): void {
    if (ctx.mode === 'deliver') return;
    ctx.emitTyped(payment.EventFeePreview, { account, fee_preview_type, amount });
  }
}
