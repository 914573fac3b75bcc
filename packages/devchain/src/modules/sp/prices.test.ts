import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at, attributesOf, chainError, eventNames } from '../payment/test-support.ts';
import { GENESIS_TIME, recordedMarket } from '../virtualgroup/test-support.ts';
import { isEndOfMonth, median, roundedProduct } from './prices.ts';

const ONE = 10n ** 18n;

test('medians of odd and even counts; half units are cut off', () => {
  assert.equal(median([5n, 1n, 3n]), 3n);
  assert.equal(median([4n, 1n, 2n, 9n]), 3n);
  assert.equal(median([2n, 1n]), 1n);
  assert.equal(median([7n]), 7n);
});

test('a product of decimals is rounded, halves to the even neighbour', () => {
  assert.equal(roundedProduct(12n * 10n ** 16n, 10_000n * ONE), 1200n * ONE);
  assert.equal(roundedProduct(ONE / 2n, 1n), 0n);
  assert.equal(roundedProduct(ONE / 2n, 3n), 2n);
  assert.equal(roundedProduct(ONE / 2n + 1n, 1n), 1n);
  const decimals = fc.bigInt(0n, 10n ** 24n);
  fc.assert(
    fc.property(decimals, decimals, (a, b) => {
      const error = roundedProduct(a, b) * ONE - a * b;
      assert.ok(2n * (error < 0n ? -error : error) <= ONE);
    }),
  );
});

test('the end of a month is counted in UTC', () => {
  const seconds = (text: string) => BigInt(Date.parse(text) / 1000);
  assert.equal(isEndOfMonth(seconds('2026-11-28T23:59:59Z'), 2), false);
  assert.equal(isEndOfMonth(seconds('2026-11-29T00:00:00Z'), 2), true);
  assert.equal(isEndOfMonth(seconds('2028-02-28T00:00:00Z'), 2), true);
  assert.equal(isEndOfMonth(seconds('2026-11-30T12:00:00Z'), 0), false);
});

test('the global price is made at the recorded seconds, and visible one second later', () => {
  const { market } = recordedMarket();
  const made: bigint[] = [];
  // the recorded clock of blocks 1 to 10: half a second each, after a pause
  for (const now of [GENESIS_TIME, ...[229_999, 230_000, 230_000, 230_001, 230_001, 230_002, 230_003].map(dayTime)]) {
    const ctx = at(now);
    market.spModule.endBlock!(ctx);
    if (ctx.events.length === 0) continue;
    made.push(now);
    assert.deepEqual(attributesOf(ctx.events[0]!), {
      primary_store_price: '"10000.000000000000000000"',
      read_price: '"100.000000000000000000"',
      secondary_store_price: '"1200.000000000000000000"',
      update_time_sec: `"${now}"`,
    });
  }
  assert.deepEqual(made, [GENESIS_TIME, dayTime(229_999), dayTime(230_001), dayTime(230_003)]);
  assert.throws(() => market.sp.globalPriceAt(GENESIS_TIME), chainError('undefined', 1, /no price found/));
  assert.deepEqual(market.sp.globalPriceAt(GENESIS_TIME + 1n), {
    readPrice: 100n * ONE,
    primaryStorePrice: 10_000n * ONE,
    secondaryStorePrice: 1200n * ONE,
  });
});

const dayTime = (rest: number): bigint => 1_795_000_000n + BigInt(rest);

test('with interval 0 the price changes with the month, and counts providers that serve', () => {
  const { market } = recordedMarket();
  market.sp.setParams({ ...market.sp.params(), update_global_price_interval: 0n });
  const time = (text: string) => BigInt(Date.parse(text) / 1000);
  const names = (text: string) => {
    const ctx = at(time(text));
    market.spModule.endBlock!(ctx);
    return eventNames(ctx);
  };
  assert.deepEqual(names('2026-11-21T00:00:00Z'), ['EventGlobalSpStorePriceUpdate']);
  assert.deepEqual(names('2026-11-30T23:59:59Z'), []);
  for (const provider of market.sp.all().slice(1)) market.sp.setStatus(provider, 2);
  const ctx = at(time('2026-11-21T00:00:00Z'));
  market.sp.prices.set(ctx, { sp_id: 1, read_price: 7n, store_price: 9n, free_read_quota: 0n });
  assert.deepEqual(names('2026-12-01T00:00:00Z'), ['EventGlobalSpStorePriceUpdate']);
  const { readPrice, primaryStorePrice, secondaryStorePrice } = market.sp.globalPriceAt(time('2026-12-02T00:00:00Z'));
  // 0.12 × 9 = 1.08
  assert.deepEqual([readPrice, primaryStorePrice, secondaryStorePrice], [7n, 9n, 1n]);
});
