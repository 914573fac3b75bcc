/**
 * What storage costs, as pure functions (`reference/chain-state-machine.md` §7).
 *
 * Prices and the tax rate are decimals in units of 10⁻¹⁸ (prices: wei per byte and second), sizes are bytes, rates
 * wei per second. Every product is truncated on its own, as the chain does it.
 */

const DECIMAL_ONE = 10n ** 18n;

/** Prices and parameters in force at one time. */
export interface Terms {
  readPrice: bigint;
  primaryPrice: bigint;
  secondaryPrice: bigint;
  taxRate: bigint;
  /** Seconds of the rate that a stream keeps as a buffer, and a lock fee covers. */
  reserveTime: bigint;
  minChargeSize: bigint;
  /** Data and parity chunks of a segment: one secondary provider for each. */
  chunks: bigint;
}

/** A change of the rate that flows to an account. */
export interface Flow {
  to: string;
  rate: bigint;
}

/** Where the money of a bucket goes. */
export interface FamilyAccounts {
  family: string;
  taxPool: string;
}

export interface GroupCharge {
  /** Virtual payment address of the global virtual group. */
  gvg: string;
  secondaries: number;
  /** Charge size of the bucket's objects on this group. */
  chargeSize: bigint;
}

export const truncatedProduct = (decimal: bigint, factor: bigint): bigint => (decimal * factor) / DECIMAL_ONE;

export const chargeSize = (payloadSize: bigint, minChargeSize: bigint): bigint =>
  payloadSize > minChargeSize ? payloadSize : minChargeSize;

/** Rate that an object not yet sealed reserves; all secondaries count, whatever group it will get. */
export function lockRate(payloadSize: bigint, terms: Terms): bigint {
  const size = chargeSize(payloadSize, terms.minChargeSize);
  const primary = truncatedProduct(terms.primaryPrice, size);
  const secondaries = terms.chunks * truncatedProduct(terms.secondaryPrice, size);
  return primary + secondaries + truncatedProduct(terms.taxRate, primary + secondaries);
}

/** Amount locked from creation (or update) until seal: the rate for the whole reserve time. */
export const lockFee = (payloadSize: bigint, terms: Terms): bigint => lockRate(payloadSize, terms) * terms.reserveTime;

/** Flows of one local virtual group; those of zero are left out. */
export function groupBill(group: GroupCharge, accounts: FamilyAccounts, terms: Terms): Flow[] {
  const primary = truncatedProduct(terms.primaryPrice, group.chargeSize);
  const secondaries = BigInt(group.secondaries) * truncatedProduct(terms.secondaryPrice, group.chargeSize);
  return withoutZeros([
    { to: accounts.family, rate: primary },
    { to: group.gvg, rate: secondaries },
    { to: accounts.taxPool, rate: truncatedProduct(terms.taxRate, primary + secondaries) },
  ]);
}

/** Flows of the read quota. */
export function readBill(chargedReadQuota: bigint, accounts: FamilyAccounts, terms: Terms): Flow[] {
  const rate = truncatedProduct(terms.readPrice, chargedReadQuota);
  return withoutZeros([
    { to: accounts.family, rate },
    { to: accounts.taxPool, rate: truncatedProduct(terms.taxRate, rate) },
  ]);
}

/** Flows of a whole bucket: the read quota and every local virtual group, each truncated on its own. */
export function bucketBill(
  bucket: { chargedReadQuota: bigint; groups: readonly GroupCharge[] },
  accounts: FamilyAccounts,
  terms: Terms,
): Flow[] {
  const read = readBill(bucket.chargedReadQuota, accounts, terms);
  return [...read, ...bucket.groups.flatMap((group) => groupBill(group, accounts, terms))];
}

/** Whether a bucket priced at one time need not be priced again at another. */
export const samePrices = (a: Terms, b: Terms): boolean =>
  a.readPrice === b.readPrice &&
  a.primaryPrice === b.primaryPrice &&
  a.secondaryPrice === b.secondaryPrice &&
  a.taxRate === b.taxRate;

export const totalRate = (flows: readonly Flow[]): bigint => flows.reduce((sum, flow) => sum + flow.rate, 0n);

export const negated = (flows: readonly Flow[]): Flow[] => flows.map(({ to, rate }) => ({ to, rate: -rate }));

/** One flow per receiver, sorted by address text, without those that cancel out. */
export function mergedFlows(flows: readonly Flow[]): Flow[] {
  const rates = new Map<string, bigint>();
  for (const { to, rate } of flows) rates.set(to, (rates.get(to) ?? 0n) + rate);
  const merged = withoutZeros([...rates].map(([to, rate]) => ({ to, rate })));
  return merged.sort((a, b) => (a.to < b.to ? -1 : 1));
}

const withoutZeros = (flows: Flow[]): Flow[] => flows.filter((flow) => flow.rate !== 0n);
