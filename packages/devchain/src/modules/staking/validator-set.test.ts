import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moduleAddress, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import { BNB, delegator, MAX_VALIDATORS, numberOf, operator, ownDelegator, StakingWorld } from './test-support.ts';
import { consensusAddress } from './validators.ts';

const { BOND_STATUS_BONDED, BOND_STATUS_UNBONDING, BOND_STATUS_UNBONDED } = staking.BondStatus;

const amounts = (...powers: bigint[]) => powers.map((power) => ({ value: { denom: 'BNB', amount: power * BNB } }));

/** Validators with so many BNB each, after their first block. */
function world(...powers: bigint[]): StakingWorld {
  const made = new StakingWorld();
  for (const [n, over] of amounts(...powers).entries()) made.create(n, over);
  made.nextBlock();
  return made;
}

test('the strongest are bonded at the end of the block, and the coins go with them', () => {
  const made = new StakingWorld();
  for (const [n, over] of amounts(5n, 7n, 6n, 7n).entries()) made.create(n, over);
  assert.deepEqual([made.bonded(), made.keeper.totalBonded()], [[], 0n]);
  const events = made.nextBlock();
  assert.equal(MAX_VALIDATORS, 3);
  assert.deepEqual(made.bonded(), [1, 3, 2]);
  assert.equal(made.keeper.totalBonded(), 20n * BNB);
  assert.equal(made.bank.balance(moduleAddress('not_bonded_tokens_pool')), 5n * BNB);
  assert.equal(made.validator(0).status, BOND_STATUS_UNBONDED);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['coin_spent', 'coin_received', 'transfer', 'message'],
  );
  assert.deepEqual(made.nextBlock(), []);
});

test('who is overtaken begins to unbond, is unbonded in time, and may come back', () => {
  const made = world(5n, 6n, 7n, 4n);
  made.delegate(delegator(0), 3, 10n * BNB);
  made.nextBlock();
  assert.deepEqual(made.bonded(), [3, 2, 1]);
  const leaving = made.validator(0);
  assert.deepEqual(
    [leaving.status, leaving.unbonding_height, leaving.unbonding_ids],
    [BOND_STATUS_UNBONDING, 2n, [1n]],
  );
  assert.equal(leaving.unbonding_time!.seconds, made.ctx.now - 10n + 100n);
  made.nextBlock(9);
  assert.equal(made.validator(0).status, BOND_STATUS_UNBONDING);
  made.nextBlock();
  assert.deepEqual([made.validator(0).status, made.validator(0).unbonding_ids], [BOND_STATUS_UNBONDED, []]);
  made.delegate(ownDelegator(0), 0, 100n * BNB);
  made.nextBlock();
  assert.deepEqual(made.bonded(), [0, 3, 2]);
  assert.deepEqual(made.findings(), []);
});

test('less than a whole BNB has no power, and no place in the set', () => {
  const made = new StakingWorld({ min_self_delegation: 1n });
  made.create(0, { min_self_delegation: 1n, value: { denom: 'BNB', amount: BNB - 1n } });
  made.nextBlock();
  assert.deepEqual(made.bonded(), []);
  made.delegate(delegator(0), 0, 1n);
  made.nextBlock();
  assert.deepEqual(made.bonded(), [0]);
});

test('a jailed validator leaves the set, and is back when it is free', () => {
  const made = world(5n, 6n);
  made.keeper.jail(operator(1));
  made.keeper.jail(operator(1));
  made.nextBlock();
  assert.deepEqual([made.bonded(), made.validator(1).jailed], [[0], true]);
  assert.equal(made.validator(1).status, BOND_STATUS_UNBONDING);
  made.keeper.unjail(operator(1));
  made.nextBlock();
  assert.deepEqual([made.bonded(), made.validator(1).status], [[1, 0], BOND_STATUS_BONDED]);
});

test('a validator whose own stake falls below its promise is jailed', () => {
  const made = world(5n, 6n);
  made.delegate(delegator(0), 1, 50n * BNB);
  made.undelegate(delegator(0), 1, 50n * BNB);
  assert.equal(made.validator(1).jailed, false);
  made.undelegate(ownDelegator(1), 1, 5n * BNB);
  assert.equal(made.validator(1).jailed, false);
  made.undelegate(ownDelegator(1), 1, 1n);
  assert.equal(made.validator(1).jailed, true);
});

test('a validator without stake is forgotten once it is unbonded, and its keys are free', () => {
  const made = world(5n, 6n);
  made.undelegate(ownDelegator(1), 1, 6n * BNB);
  made.nextBlock(10);
  assert.equal(made.validator(1).tokens, 0n);
  made.nextBlock();
  assert.equal(made.validator(1), undefined);
  assert.equal(made.bank.balance(ownDelegator(1)), 1_000_000n * BNB);
  made.create(1, amounts(9n)[0]);
  made.nextBlock();
  assert.deepEqual(made.bonded(), [1, 0]);
  assert.deepEqual(made.findings(), []);
});

test('the record of a block has the set that it began with, by power, then by consensus address', () => {
  const made = world(5n, 9n, 5n);
  const byAddress = [0, 2].toSorted((a, b) => (address(made, a) < address(made, b) ? -1 : 1));
  const recorded = (height: bigint) => made.keeper.historicalValidators({ height }).map(numberOf);
  assert.deepEqual([recorded(1n), recorded(2n)], [[], [1, ...byAddress]]);
  made.delegate(delegator(0), 0, 20n * BNB);
  assert.deepEqual(recorded(2n), [1, ...byAddress]);
  made.nextBlock(3);
  assert.deepEqual(
    [recorded(2n), recorded(3n), recorded(5n)],
    [
      [1, ...byAddress],
      [0, 1, 2],
      [0, 1, 2],
    ],
  );
  assert.equal(made.keeper.historicalValidators({ height: 2n })[0]!.tokens, 9n * BNB);
});

const address = (made: StakingWorld, n: number): string =>
  consensusAddress(made.validator(n).consensus_pubkey).toLowerCase();

test('a set signs the second block after it came to be, and votes are in the block after', () => {
  const made = world(5n);
  const votes = (height: bigint) => made.keeper.votes({ height }).map(({ power }) => power);
  made.nextBlock(5);
  assert.deepEqual([votes(1n), votes(2n), votes(3n), votes(4n)], [[], [], [], [5n]]);
});

test('old records go when nothing needs them', () => {
  const made = new StakingWorld({ historical_entries: 4 });
  made.create(0, amounts(5n)[0]);
  for (let n = 0; n < 8; n++) {
    made.nextBlock();
    made.delegate(delegator(0), 0, BNB);
  }
  const powers = [5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n];
  const tokens = (height: bigint) => made.keeper.historicalValidators({ height })[0]?.tokens;
  assert.equal(made.ctx.height, 9n);
  assert.deepEqual([tokens(9n), tokens(6n)], [powers[7]! * BNB, powers[4]! * BNB]);
  assert.equal(tokens(5n), undefined);
  made.nextBlock(10);
  assert.deepEqual([tokens(19n), tokens(16n)], [13n * BNB, 13n * BNB]);
  assert.equal(tokens(9n), undefined);
});

test('a block completes a bounded number of unbondings, and the next one the rest', () => {
  const made = new StakingWorld({ max_entries: 7 });
  made.create(0);
  made.nextBlock();
  const owners = Array.from({ length: 250 }, (_, n) => `0x${(n + 1).toString(16).padStart(40, '0')}`);
  for (const owner of owners) {
    made.bank.endow(owner, BNB);
    made.delegate(owner, 0, BNB);
    made.undelegate(owner, 0, BNB);
  }
  const paid = () => owners.filter((owner) => made.bank.balance(owner) === BNB).length;
  made.nextBlock(10);
  assert.equal(paid(), 0);
  made.nextBlock();
  assert.equal(paid(), 200);
  made.nextBlock();
  assert.equal(paid(), 250);
});
