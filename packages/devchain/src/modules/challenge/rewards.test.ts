import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shareSlash, slashAmount, submitterReward } from './rewards.ts';
import { localParams } from './test-support.ts';

const GIB = 2n ** 30n;
const BNB = 10n ** 18n;

test('a slash grows with the object, within its bounds', () => {
  const params = localParams();
  assert.equal(slashAmount(100n, params), 10n ** 16n, 'the least');
  assert.equal(slashAmount(2n * GIB, params), 17n * 10n ** 15n, '0.0085 BNB per GiB');
  assert.equal(slashAmount(64n * GIB, params), 544n * 10n ** 15n);
  assert.equal(slashAmount(200n * GIB, params), BNB, 'the most');
});

test('a size is rounded up at the eighteenth decimal, the amount to even', () => {
  const exact = (rate: bigint) => ({ ...localParams(), slash_amount_min: 0n, slash_amount_size_rate: rate });
  assert.equal(slashAmount(1n, exact(BNB)), 931_322_575n, '2⁻³⁰ is 0.000000000931322574…');
  assert.equal(slashAmount(GIB / 2n, exact(1n)), 0n, 'half a wei goes down to 0');
  assert.equal(slashAmount((GIB * 3n) / 2n, exact(1n)), 2n, 'one and a half goes up to 2');
});

test('without a challenger voters share equally, and the submitter has what remains', () => {
  const params = localParams();
  assert.deepEqual(shareSlash(10n ** 16n, { voters: 3, challenged: false }, params), {
    submitter: 10n ** 13n,
    challenger: 0n,
    eachVoter: 333n * 10n ** 13n,
  });
  const shares = shareSlash(10_000n, { voters: 7, challenged: false }, params);
  assert.deepEqual(shares, { submitter: 10n + 1n, challenger: 0n, eachVoter: 1427n });
});

test('with a challenger voters share nine tenths, and the challenger has the rest', () => {
  const shares = shareSlash(10_000n, { voters: 7, challenged: true }, localParams());
  assert.deepEqual(shares, { submitter: 10n, challenger: 9990n - 7n * 1284n, eachVoter: 1284n });
});

test('who hands votes in has a thousandth, up to a threshold', () => {
  assert.equal(submitterReward(BNB, localParams()), 10n ** 15n);
  assert.equal(submitterReward(BNB * 50n, localParams()), 10n ** 15n);
  assert.equal(submitterReward(999n, localParams()), 0n);
});

test('property: shares add up to what is shared, and none is negative', () => {
  const fraction = fc.bigInt({ min: 0n, max: BNB });
  const inputs = fc.record({
    amount: fc.bigInt({ min: 0n, max: 10n ** 30n }),
    voters: fc.integer({ min: 1, max: 200 }),
    challenged: fc.boolean(),
    reward_submitter_ratio: fraction,
    reward_validator_ratio: fraction,
    reward_submitter_threshold: fc.bigInt({ min: 0n, max: 10n ** 20n }),
  });
  fc.assert(
    fc.property(inputs, ({ amount, voters, challenged, ...params }) => {
      const shares = shareSlash(amount, { voters, challenged }, localParams(params));
      assert.equal(shares.submitter + shares.challenger + shares.eachVoter * BigInt(voters), amount);
      assert.ok(Object.values(shares).every((share) => share >= 0n));
    }),
  );
});
