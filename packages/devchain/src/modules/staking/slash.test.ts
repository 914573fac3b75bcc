import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moduleAddress } from '@prairie/chain';
import { BNB, delegator, operator, ownDelegator, pair, StakingWorld } from './test-support.ts';

const HALF = BNB / 2n;

/** Two bonded validators of a hundred BNB, and a delegator who has a hundred with the first. */
function world(): StakingWorld {
  const made = new StakingWorld();
  made.create(0);
  made.create(1);
  made.delegate(delegator(0), 0, 100n * BNB);
  made.nextBlock();
  return made;
}

test('all who delegated lose the same part, and it is gone from the world', () => {
  const made = world();
  const before = made.bank.supply;
  assert.equal(made.slash(0, made.ctx.height, 200n, HALF), 100n * BNB);
  assert.equal(made.bank.supply, before - 100n * BNB);
  assert.equal(made.validator(0).tokens, 100n * BNB);
  made.undelegate(delegator(0), 0, 50n * BNB);
  assert.equal(made.keeper.delegation(pair(delegator(0), 0)), undefined);
  made.nextBlock(11);
  assert.equal(made.bank.balance(delegator(0)), 999_950n * BNB);
  assert.deepEqual(made.findings(), []);
});

test('shares that are worth nothing can neither be bought nor taken', () => {
  const made = world();
  made.slash(0, made.ctx.height, 200n, BNB);
  made.nextBlock();
  assert.equal(made.validator(0).tokens, 0n);
  assert.throws(() => made.delegate(delegator(0), 0, BNB), { codespace: 'staking', code: 34 });
  assert.throws(() => made.undelegate(delegator(0), 0, 1n), { codespace: 'staking', code: 22 });
  assert.deepEqual([made.bonded(), made.findings()], [[1], []]);
});

test('who left after the deed answers too, who left before does not', () => {
  const made = world();
  made.undelegate(delegator(0), 0, 20n * BNB);
  made.nextBlock();
  const deed = made.ctx.height;
  made.undelegate(delegator(0), 0, 40n * BNB);
  made.redelegate(ownDelegator(0), 0, 1, 10n * BNB);
  made.nextBlock();
  // of 180 BNB: half of 40 on their way, half of 10 that moved, and the rest of 90 from the 130 that stayed
  assert.equal(made.slash(0, deed, 180n, HALF), 65n * BNB);
  assert.equal(made.validator(0).tokens, 65n * BNB);
  assert.equal(made.validator(1).tokens, 105n * BNB);
  const balances = made.keeper.unbondings.entries(pair(delegator(0), 0)).map(({ balance }) => balance);
  assert.deepEqual(balances, [20n * BNB, 20n * BNB]);
  assert.deepEqual(made.findings(), []);
});

test('what has been paid out is not asked for again', () => {
  const made = world();
  const deed = made.ctx.height;
  made.undelegate(delegator(0), 0, 100n * BNB);
  made.nextBlock(11);
  assert.equal(made.slash(0, deed, 200n, HALF), 100n * BNB);
  assert.equal(made.bank.balance(delegator(0)), 1_000_000n * BNB);
  assert.equal(made.bank.balance(moduleAddress('bonded_tokens_pool')), 100n * BNB);
});

test('moved stake that its owner has taken back since has nothing to answer with', () => {
  const made = world();
  const deed = made.ctx.height;
  made.redelegate(delegator(0), 0, 1, 100n * BNB);
  made.undelegate(delegator(0), 1, 100n * BNB);
  made.nextBlock();
  assert.equal(made.slash(0, deed, 200n, HALF), 50n * BNB);
  assert.equal(made.validator(1).tokens, 100n * BNB);
  assert.deepEqual(made.findings(), []);
});

test('a deed lies in the past, its validator is not unbonded, and a part is a part', () => {
  const made = world();
  assert.throws(() => made.slash(0, made.ctx.height + 1n, 1n, HALF), /not reached/);
  assert.throws(() => made.slash(0, 1n, 1n, BNB + 1n), /from 0 to 1/);
  made.keeper.jail(operator(0));
  made.nextBlock();
  assert.equal(made.slash(0, made.ctx.height, 100n, HALF), 50n * BNB);
  made.nextBlock(11);
  assert.throws(() => made.slash(0, made.ctx.height, 1n, HALF), /unbonded/);
  assert.equal(made.slash(5, made.ctx.height, 1n, HALF), 0n);
});
