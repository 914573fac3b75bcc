import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bucketBill,
  chargeSize,
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

const ONE = 10n ** 18n;
const MIB = 1_048_576n;
/** Those of the recorded network. */
const terms: Terms = {
  readPrice: 100n * ONE,
  primaryPrice: 10_000n * ONE,
  secondaryPrice: 1_200n * ONE,
  taxRate: ONE / 100n,
  reserveTime: 60n,
  minChargeSize: MIB,
  chunks: 6n,
};
const accounts = { family: '0xFamily', taxPool: '0xTax' };

test('small objects are charged as if they had the minimal size', () => {
  assert.equal(chargeSize(0n, MIB), MIB);
  assert.equal(chargeSize(MIB, MIB), MIB);
  assert.equal(chargeSize(MIB + 1n, MIB), MIB + 1n);
});

test('the lock fee covers primary, all secondaries and tax for the reserve time', () => {
  // 1 MiB: 10485760000 + 6 × 1258291200 = 18035507200, tax 180355072; times 60 s
  assert.equal(lockRate(20n, terms), 18_215_862_272n);
  assert.equal(lockFee(20n, terms), 1_092_951_736_320n); // recorded at height 844
  assert.equal(lockFee(3_000_000n, terms), 3_126_960_000_000n); // recorded in a simulation at height 856
});

test('every product of the lock fee is truncated by itself', () => {
  const odd = { ...terms, minChargeSize: 1n, primaryPrice: ONE / 3n, secondaryPrice: ONE / 3n, taxRate: ONE / 2n };
  // 10 bytes: primary 3, secondaries 6 × 3 = 18, tax trunc(21 / 2) = 10
  assert.equal(lockRate(10n, odd), 31n);
});

test('the read bill goes to the family and the tax pool', () => {
  const flows = readBill(100_000_000n, accounts, terms);
  assert.deepEqual(flows, [
    { to: '0xFamily', rate: 10_000_000_000n },
    { to: '0xTax', rate: 100_000_000n },
  ]);
  assert.deepEqual(readBill(0n, accounts, terms), []);
});

test('a bucket pays for its read quota and for each local group', () => {
  const group = { gvg: '0xGvg', secondaries: 6, chargeSize: MIB };
  assert.deepEqual(groupBill(group, accounts, terms), [
    { to: '0xFamily', rate: 10_485_760_000n },
    { to: '0xGvg', rate: 7_549_747_200n },
    { to: '0xTax', rate: 180_355_072n },
  ]);
  const bill = bucketBill({ chargedReadQuota: 100_000_000n, groups: [group] }, accounts, terms);
  // the rates recorded at height 853: 33365862272 less the 5050000000 of another bucket
  assert.equal(totalRate(bill), 28_315_862_272n);
  assert.deepEqual(mergedFlows(bill), [
    { to: '0xFamily', rate: 20_485_760_000n },
    { to: '0xGvg', rate: 7_549_747_200n },
    { to: '0xTax', rate: 280_355_072n },
  ]);
});

test('flows that cost nothing are left out', () => {
  assert.deepEqual(groupBill({ gvg: '0xGvg', secondaries: 6, chargeSize: 0n }, accounts, terms), []);
  const free = { ...terms, secondaryPrice: 0n, taxRate: 0n };
  const flows = groupBill({ gvg: '0xGvg', secondaries: 6, chargeSize: MIB }, accounts, free);
  assert.deepEqual(flows, [{ to: '0xFamily', rate: 10_485_760_000n }]);
});

test('a bill and its negation leave nothing', () => {
  const flow = fc.record({ to: fc.constantFrom('0xA', '0xB', '0xC'), rate: fc.bigInt({ min: -1000n, max: 1000n }) });
  fc.assert(
    fc.property(fc.array(flow), (flows) => {
      assert.deepEqual(mergedFlows([...flows, ...negated(flows)]), []);
      assert.equal(totalRate(mergedFlows(flows)), totalRate(flows));
    }),
  );
});

test('reserve time and sizes do not count as a change of price', () => {
  assert.ok(samePrices(terms, { ...terms, reserveTime: 1n, minChargeSize: 1n, chunks: 1n }));
  assert.ok(!samePrices(terms, { ...terms, taxRate: 0n }));
  assert.ok(!samePrices(terms, { ...terms, readPrice: 0n }));
});
