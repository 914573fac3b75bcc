import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cosmosDistributionV1beta1 as distribution,
  moduleAddress,
  cosmosStakingV1beta1 as staking,
} from '@prairie/chain';
import { coin } from '../../coins.ts';
import { address, attributesOf, chainError } from '../payment/test-support.ts';
import { consensusAddress } from '../staking/validators.ts';
import { BNB, delegator, operator, ownDelegator, StakeWorld } from './test-support.ts';

const ONE = 10n ** 18n;
/** Fees are so large that what a wei of stake earns does not drown in the 18 decimals that are kept of it. */
const UNIT = 10n ** 15n;
const [D0, D1] = [delegator(0), delegator(1)];

/** Two validators of the same power, the second with a commission of a tenth; and a tax of a fiftieth. */
function twoValidators(): StakeWorld {
  const world = new StakeWorld({ community_tax: ONE / 50n });
  world.createValidator(0);
  world.createValidator(1, ONE / 10n);
  world.settle();
  return world;
}

const eventsOf = (world: StakeWorld, type: string) =>
  world.ctx.events.filter((event) => event.type === type).map(attributesOf);

test('fees are shared by power, without the tax and before the commission', () => {
  const world = twoValidators();
  world.nextBlock(1000n * UNIT);
  assert.deepEqual(
    eventsOf(world, 'rewards'),
    [
      { amount: '490000000000000000.000000000000000000BNB', validator: operator(1) },
      { amount: '490000000000000000.000000000000000000BNB', validator: operator(0) },
    ].sort((a, b) => order(world, a.validator) - order(world, b.validator)),
  );
  assert.deepEqual(
    eventsOf(world, 'commission').find(({ validator }) => validator === operator(1)),
    { amount: '49000000000000000.000000000000000000BNB', validator: operator(1) },
  );
  assert.equal(world.pending(ownDelegator(0), 0), 490n * UNIT * ONE);
  assert.equal(world.pending(ownDelegator(1), 1), 441n * UNIT * ONE);
  assert.equal(world.distribution.keeper.store.communityPool, 20n * UNIT * ONE);
});

const order = (world: StakeWorld, validator: string): number =>
  world.staking.keeper.votes(world.ctx).findIndex((vote) => vote.validator.operator_address === validator);

test('without fees the events have no amount, and nothing is written', () => {
  const world = twoValidators();
  world.state.takeChanges();
  world.distribution.module.beginBlock!(world.ctx);
  assert.deepEqual(new Set(eventsOf(world, 'rewards').map(({ amount }) => amount)), new Set(['']));
  assert.equal(world.state.takeChanges().length, 0);
});

test('when nobody is in the set the community has it all', () => {
  const world = new StakeWorld();
  world.nextBlock(1000n * UNIT);
  assert.equal(world.distribution.keeper.store.communityPool, 1000n * UNIT * ONE);
});

test('a delegation earns from the block after it on, by its part of the stake', () => {
  const world = twoValidators();
  world.fund(D0, 300n * BNB);
  world.nextBlock(1000n * UNIT);
  world.delegate(D0, 0, 300n * BNB);
  assert.equal(world.bank.balance(ownDelegator(0)), 0n);
  world.settle();
  world.nextBlock(1000n * UNIT);
  // three of four shares, and of the power four fifths: 0.98 · 0.8 · 0.75 of a thousand
  assert.equal(world.pending(D0, 0), 588n * UNIT * ONE);
  world.withdraw(D0, 0);
  assert.equal(world.bank.balance(D0), 588n * UNIT);
  assert.deepEqual(eventsOf(world, 'withdraw_rewards'), [
    { amount: '588000000000000000BNB', validator: operator(0), delegator: D0 },
  ]);
  assert.equal(world.pending(D0, 0), 0n);
  assert.equal(world.pending(ownDelegator(0), 0), 490n * UNIT * ONE + 196n * UNIT * ONE);
});

test('what was earned is paid whenever the delegation changes', () => {
  const world = twoValidators();
  world.fund(D0, 100n * BNB);
  world.delegate(D0, 0, 50n * BNB);
  world.settle();
  world.nextBlock(1_000_000n * UNIT);
  const owed = world.pending(D0, 0);
  world.delegate(D0, 0, 50n * BNB);
  assert.equal(world.bank.balance(D0), owed / ONE);
  assert.equal(world.pending(D0, 0), 0n);
  world.undelegate(D0, 0, 100n * BNB);
  assert.throws(() => world.withdraw(D0, 0), chainError('distribution', 5));
});

test('rewards go where their owner says, if that takes coins and the parameters let it', () => {
  const world = twoValidators();
  const own = ownDelegator(0);
  const set = (withdraw_address: string) =>
    world.send(distribution.MsgSetWithdrawAddress, { delegator_address: own, withdraw_address });
  assert.throws(() => set(moduleAddress('fee_collector')), chainError('sdk', 4));
  set(D1);
  world.nextBlock(1000n * UNIT);
  world.withdraw(own, 0);
  assert.equal(world.bank.balance(D1), 490n * UNIT);
  const { parameters } = world.distribution.keeper;
  parameters.set({ ...parameters.get(), withdraw_addr_enabled: false });
  assert.throws(() => set(own), chainError('distribution', 8));
});

test('the operator withdraws whole wei of its commission, once', () => {
  const world = twoValidators();
  const withdraw = (n: number) =>
    world.send(distribution.MsgWithdrawValidatorCommission, { validator_address: operator(n) });
  world.nextBlock(1001n);
  assert.throws(() => withdraw(0), chainError('distribution', 7));
  withdraw(1);
  // a tenth of 490.49, and what is left of it stays
  assert.equal(world.bank.balance(operator(1)), 49n);
  assert.equal(world.kept('commission', 1), (49n * ONE) / 1000n);
  withdraw(1);
  assert.equal(world.bank.balance(operator(1)), 49n);
});

test('anybody gives to the community, and governance alone spends it', () => {
  const world = new StakeWorld();
  world.fund(D0, 100n);
  world.send(distribution.MsgFundCommunityPool, { depositor: D0, amount: [coin(60n)] });
  const spend = (authority: string, amount: bigint) =>
    world.send(distribution.MsgCommunityPoolSpend, { authority, recipient: D1, amount: [coin(amount)] });
  assert.throws(() => spend(D0, 1n), chainError('gov', 13));
  assert.throws(() => spend(moduleAddress('gov'), 61n), chainError('distribution', 9));
  spend(moduleAddress('gov'), 60n);
  assert.deepEqual([world.bank.balance(D0), world.bank.balance(D1)], [40n, 60n]);
  assert.equal(world.distribution.keeper.store.communityPool, 0n);
});

test('what was earned before a slash was earned with the stake of then', () => {
  const world = twoValidators();
  world.fund(D0, 100n * BNB);
  world.delegate(D0, 0, 100n * BNB);
  world.settle();
  world.nextBlock(1500n * UNIT);
  // 0.98 · ⅔ of it, half of that each
  const before = world.pending(D0, 0);
  const { keeper } = world.staking;
  const { consensus_pubkey } = keeper.validator(operator(0))!;
  const address = consensusAddress(consensus_pubkey);
  keeper.slash(world.ctx, { consensusAddress: address, height: world.ctx.height, power: 200n, fraction: ONE / 2n });
  assert.equal(keeper.validator(operator(0))!.tokens, 100n * BNB);
  assert.equal(world.pending(D0, 0), before);
  world.settle();
  world.nextBlock(2000n * UNIT);
  // both validators have the same power now
  assert.equal(world.pending(D0, 0), before + 490n * UNIT * ONE);
  world.withdraw(D0, 0);
  assert.equal(world.bank.balance(D0), (before + 490n * UNIT * ONE) / ONE);
  const slashes = [...world.distribution.keeper.store.slashesOf(operator(0), { start: 0n, end: 100n })];
  assert.deepEqual(
    slashes.map(([, { fraction }]) => fraction),
    [ONE / 2n],
  );
});

test('what a validator earns that has lost everything is the community’s', () => {
  const world = twoValidators();
  const { keeper } = world.staking;
  const address = consensusAddress(keeper.validator(operator(0))!.consensus_pubkey);
  keeper.slash(world.ctx, { consensusAddress: address, height: world.ctx.height, power: 100n, fraction: ONE });
  // its vote for the last block counts still
  world.nextBlock(1000n * UNIT);
  assert.equal(world.kept('outstanding', 0), 490n * UNIT * ONE);
  world.withdraw(ownDelegator(0), 0);
  assert.equal(world.kept('outstanding', 0), 0n);
  assert.equal(world.distribution.keeper.store.communityPool, (20n + 490n) * UNIT * ONE);
});

test('a validator that disappears leaves its operator the commission, and the rest to the community', () => {
  const world = new StakeWorld();
  world.createValidator(0, ONE / 10n);
  world.settle();
  world.nextBlock(105n * UNIT);
  world.undelegate(ownDelegator(0), 0, 100n * BNB);
  for (let blocks = 0; blocks < 6; blocks++) world.nextBlock(5n * UNIT);
  assert.equal(world.staking.keeper.validator(operator(0)), undefined);
  const { store } = world.distribution.keeper;
  assert.deepEqual([world.kept('outstanding', 0), world.kept('commission', 0)], [undefined, undefined]);
  assert.equal(world.bank.balance(moduleAddress('distribution')) * ONE, store.communityPool);
  // a tenth of 105, and of the fees until it was out of the set
  assert.ok(world.bank.balance(operator(0)) >= 10n * UNIT);
  assert.throws(() => world.delegate(D0, 0, 1n), chainError('staking', 3));
});

test('a tax above one is refused', () => {
  const world = new StakeWorld();
  const params = { ...world.distribution.keeper.parameters.get(), community_tax: ONE + 1n };
  const authority = moduleAddress('gov');
  assert.throws(() => world.send(distribution.MsgUpdateParams, { authority, params }), chainError('undefined', 1));
  world.send(distribution.MsgUpdateParams, { authority, params: { ...params, community_tax: ONE } });
  assert.equal(world.distribution.keeper.parameters.get().community_tax, ONE);
});

test('an address that is none is refused', () => {
  const world = new StakeWorld();
  const msg = { delegator_address: 'me', validator_address: address(1) };
  assert.throws(() => world.send(distribution.MsgWithdrawDelegatorReward, msg), chainError('sdk', 7));
  assert.throws(() => world.send(staking.MsgDelegate, { ...msg, amount: coin(1n) }), chainError('sdk', 7));
});
