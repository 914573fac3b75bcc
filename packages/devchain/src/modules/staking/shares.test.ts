import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ONE } from './decimals.ts';
import { addTokens, hasNoRate, removeShares, type Stake, sharesFor, tokensOf, worthDown, worthOf } from './shares.ts';

const NEW: Stake = { tokens: 0n, delegator_shares: 0n };
const wei = (max = 10n ** 27n) => fc.bigInt({ min: 1n, max });

/** A validator that was slashed after its first delegation. */
const slashed = fc
  .tuple(wei(), fc.bigInt({ min: 1n, max: 1000n }))
  .map(([tokens, part]): Stake => ({ tokens: (tokens * part) / 1000n || 1n, delegator_shares: tokens * ONE }));

test('the first shares are one for each wei', () => {
  const { stake, shares } = addTokens(NEW, 7n);
  assert.deepEqual([stake, shares], [{ tokens: 7n, delegator_shares: 7n * ONE }, 7n * ONE]);
  assert.deepEqual([tokensOf(stake, shares), hasNoRate(stake), hasNoRate(NEW)], [7n, false, false]);
});

test('after a slash the same wei buy more shares, and all shares are worth less', () => {
  const half: Stake = { tokens: 50n, delegator_shares: 100n * ONE };
  assert.equal(sharesFor(half, 10n), 20n * ONE);
  assert.equal(tokensOf(half, 20n * ONE), 10n);
  assert.ok(hasNoRate({ ...half, tokens: 0n }));
});

test('nobody gets more out than was put in, whatever was slashed before', () => {
  fc.assert(
    fc.property(slashed, wei(), (before, amount) => {
      const { stake, shares } = addTokens(before, amount);
      const { stake: after, amount: back } = removeShares(stake, shares);
      assert.ok(back <= amount, `${back} out of ${amount}`);
      assert.equal(after.tokens, before.tokens + amount - back);
      assert.equal(after.delegator_shares, before.delegator_shares);
    }),
  );
});

test('delegators together never own more than the validator has, and the last one takes the rest', () => {
  fc.assert(
    fc.property(slashed, fc.array(wei(), { minLength: 1, maxLength: 8 }), (before, amounts) => {
      let stake = before;
      const held = [before.delegator_shares];
      for (const amount of amounts) {
        const added = addTokens(stake, amount);
        stake = added.stake;
        held.push(added.shares);
      }
      assert.ok(held.reduce((sum, shares) => sum + worthDown(stake, shares), 0n) <= stake.tokens * ONE);
      const out = held.map((shares) => {
        const removed = removeShares(stake, shares);
        stake = removed.stake;
        return removed.amount;
      });
      assert.deepEqual(stake, NEW);
      assert.equal(
        out.reduce((sum, amount) => sum + amount, 0n),
        before.tokens + amounts.reduce((sum, amount) => sum + amount, 0n),
      );
    }),
  );
});

test('worth is rounded to the nearest, and down where that is asked for', () => {
  fc.assert(
    fc.property(slashed, wei(), (stake, amount) => {
      const shares = sharesFor(stake, amount);
      const difference = worthOf(stake, shares) - worthDown(stake, shares);
      assert.ok(difference === 0n || difference === 1n);
    }),
  );
  assert.equal(worthOf({ tokens: 2n, delegator_shares: 3n * ONE }, ONE), 666666666666666667n);
  assert.equal(worthDown({ tokens: 2n, delegator_shares: 3n * ONE }, ONE), 666666666666666666n);
});
