/** Prices of providers and the global price made of them (`reference/chain-state-machine.md` §4.2). */
import { greenfieldSp as sp } from '@prairie/chain';
import { type Context, plainError, type State, type Table } from '../../context.ts';
import { u32Key, u64Key } from '../../keys.ts';
import type { StorageProvider } from './providers.ts';

const DECIMAL_ONE = 10n ** 18n;
const { STATUS_IN_SERVICE, STATUS_IN_MAINTENANCE } = sp.Status;

export class Prices {
  private readonly own: Table<sp.SpStoragePrice>;
  private readonly global: Table<sp.GlobalSpStorePrice>;

  constructor(state: State) {
    this.own = state.table('sp/prices', sp.SpStoragePrice);
    this.global = state.table('sp/global_prices', sp.GlobalSpStorePrice);
  }

  of(id: number): sp.SpStoragePrice | undefined {
    return this.own.get(u32Key(id));
  }

  set(ctx: Context, price: Omit<sp.SpStoragePrice, 'update_time_sec'>): void {
    const value = { ...price, update_time_sec: ctx.now };
    this.own.set(u32Key(price.sp_id), value);
    ctx.emitTyped(sp.EventSpStoragePriceUpdate, value);
  }

  /** A price as a genesis file lists it. */
  insert(price: sp.SpStoragePrice): void {
    this.own.set(u32Key(price.sp_id), price);
  }

  delete(id: number): void {
    this.own.delete(u32Key(id));
  }

  /** What was set last before second `timestamp` (§1.2). */
  globalBefore(timestamp: bigint): sp.GlobalSpStorePrice | undefined {
    if (timestamp <= 0n) return undefined;
    for (const [, price] of this.global.range({ reverse: true, from: u64Key(timestamp - 1n) })) return price;
    return undefined;
  }

  /** @throws ChainError (plain) when no price is older than `timestamp` */
  globalAt(timestamp: bigint): sp.GlobalSpStorePrice {
    const price = this.globalBefore(timestamp);
    if (!price) throw plainError(`no price found before ${timestamp}`);
    return price;
  }

  /** The end-block job: a new global price when none is there yet, or the interval (0: the month) is over. */
  updateGlobal(ctx: Context, providers: () => readonly StorageProvider[], params: sp.Params): void {
    const last = this.globalBefore(ctx.now + 1n);
    if (last && !isDue(last.update_time_sec, ctx.now, params.update_global_price_interval)) return;
    const prices = providers()
      .filter(({ status }) => status === STATUS_IN_SERVICE || status === STATUS_IN_MAINTENANCE)
      .map(({ id }) => this.of(id))
      .filter((price) => price !== undefined);
    if (prices.length === 0) return;
    const primary_store_price = median(prices.map((price) => price.store_price));
    const value = {
      update_time_sec: ctx.now,
      read_price: median(prices.map((price) => price.read_price)),
      primary_store_price,
      secondary_store_price: roundedProduct(params.secondary_sp_store_price_ratio, primary_store_price),
    };
    this.global.set(u64Key(ctx.now), value);
    ctx.emitTyped(sp.EventGlobalSpStorePriceUpdate, value);
  }
}

function isDue(last: bigint, now: bigint, interval: bigint): boolean {
  return interval > 0n ? now - last > interval : utcMonth(last) !== utcMonth(now);
}

const utcDate = (seconds: bigint): Date => new Date(Number(seconds) * 1000);

const utcMonth = (seconds: bigint): string => utcDate(seconds).toISOString().slice(0, 7);

/** Whether `now` is in the last `days` days of its month, UTC. */
export function isEndOfMonth(now: bigint, days: number): boolean {
  const date = utcDate(now);
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.getUTCDate() > length - days;
}

/** The middle value; of an even count the mean of the two middle ones, truncated. */
export function median(values: readonly bigint[]): bigint {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2n;
}

/** Product of two decimals, halves rounded to the even neighbour. */
export function roundedProduct(a: bigint, b: bigint): bigint {
  const product = a * b;
  const quotient = product / DECIMAL_ONE;
  const twice = (product % DECIMAL_ONE) * 2n;
  if (twice < DECIMAL_ONE || (twice === DECIMAL_ONE && quotient % 2n === 0n)) return quotient;
  return quotient + 1n;
}
