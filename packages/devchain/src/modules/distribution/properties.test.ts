/** Whatever delegators, operators and judges do: the coins are where the books say, and nobody is owed what is not there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cosmosDistributionV1beta1 as distribution,
  moduleAddress,
  cosmosStakingV1beta1 as staking,
} from '@prairie/chain';
import fc from 'fast-check';
import { coin } from '../../coins.ts';
import { ChainError, StatusError } from '../../context.ts';
import { consensusAddress, isBonded, powerOf } from '../staking/validators.ts';
import { auditDistribution } from './audit.ts';
import { BNB, delegator, operator, ownDelegator, StakeWorld } from './test-support.ts';

const ONE = 10n ** 18n;
const VALIDATORS = 4;

type Act = (world: StakeWorld) => void;

const validator = fc.nat(VALIDATORS - 1);
const who = fc.oneof(
  fc.nat(2).map(delegator),
  validator.map((n) => ownDelegator(n)),
);
const amount = fc.oneof(
  fc.bigInt({ min: 1n, max: 150n * BNB }),
  fc.bigInt({ min: 1n, max: 100n }).map((n) => n * BNB),
);
const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }, act: (world: StakeWorld, value: T) => void) =>
  fc.record(fields).map(
    (value): Act =>
      (world) =>
        act(world, value as T),
  );

const pairAct = { who, validator, amount };

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: record(pairAct, (world, a) => world.delegate(a.who, a.validator, a.amount)) },
  { weight: 3, arbitrary: record(pairAct, (world, a) => world.undelegate(a.who, a.validator, a.amount)) },
  {
    weight: 3,
    arbitrary: record({ ...pairAct, to: validator }, (world, a) =>
      world.redelegate(a.who, a.validator, a.to, a.amount),
    ),
  },
  {
    weight: 1,
    arbitrary: record({ ...pairAct, ago: fc.bigInt({ min: 0n, max: 4n }) }, (world, a) =>
      world.send(staking.MsgCancelUnbondingDelegation, {
        delegator_address: a.who,
        validator_address: operator(a.validator),
        amount: coin(a.amount),
        creation_height: world.ctx.height - a.ago,
      }),
    ),
  },
  { weight: 1, arbitrary: record({ validator }, (world, a) => world.staking.keeper.jail(operator(a.validator))) },
  { weight: 1, arbitrary: record({ validator }, (world, a) => world.staking.keeper.unjail(operator(a.validator))) },
  {
    weight: 1,
    arbitrary: record({ validator, fraction: fc.bigInt({ min: 0n, max: ONE }) }, (world, a) =>
      slash(world, a.validator, a.fraction),
    ),
  },
  { weight: 1, arbitrary: record({ who, validator }, (world, a) => world.withdraw(a.who, a.validator)) },
  {
    weight: 1,
    arbitrary: record({ validator }, (world, a) =>
      world.send(distribution.MsgWithdrawValidatorCommission, { validator_address: operator(a.validator) }),
    ),
  },
  { weight: 6, arbitrary: record({ fees: fc.bigInt({ min: 0n, max: BNB }) }, (world, a) => world.nextBlock(a.fees)) },
);

function slash(world: StakeWorld, n: number, fraction: bigint): void {
  const { keeper } = world.staking;
  const found = keeper.validator(operator(n));
  if (!found || found.status === staking.BondStatus.BOND_STATUS_UNBONDED) return;
  const address = consensusAddress(found.consensus_pubkey);
  const height = world.ctx.height > 2n ? world.ctx.height - 2n : world.ctx.height;
  keeper.slash(world.ctx, { consensusAddress: address, height, power: powerOf(found), fraction });
}

/** What is refused has changed nothing; all else that is thrown is a fault. */
function attempt(world: StakeWorld, run: Act): void {
  try {
    run(world);
  } catch (error) {
    if (!(error instanceof ChainError || error instanceof StatusError)) throw error;
  }
}

function start(): StakeWorld {
  const world = new StakeWorld({ community_tax: ONE / 50n });
  for (let n = 0; n < 3; n++) world.fund(delegator(n), 500n * BNB);
  for (let n = 0; n < VALIDATORS; n++) world.createValidator(n, (BigInt(n) * ONE) / 7n, BigInt(80 + n) * BNB);
  world.nextBlock();
  return world;
}

const sum = <T>(items: Iterable<T>, of: (item: T) => bigint): bigint =>
  Array.from(items, of).reduce((total, value) => total + value, 0n);

function checkStake({ staking: { keeper }, bank }: StakeWorld): void {
  const validators = Array.from(keeper.validators.table.range(), ([, one]) => one);
  const bonded = sum(validators.filter(isBonded), ({ tokens }) => tokens);
  const idle = sum(
    validators.filter((one) => !isBonded(one)),
    ({ tokens }) => tokens,
  );
  const leaving = sum(keeper.unbondings.pairs.table.range(), ([, { entries }]) => sum(entries, (one) => one.balance));
  assert.equal(bank.balance(moduleAddress('bonded_tokens_pool')), bonded);
  assert.equal(bank.balance(moduleAddress('not_bonded_tokens_pool')), idle + leaving);
  for (const { operator_address, delegator_shares } of validators) {
    const shares = sum(keeper.delegations.ofValidator(operator_address), ([, delegation]) => delegation.shares);
    assert.equal(shares, delegator_shares, operator_address);
  }
}

function checkSet({ staking: { keeper } }: StakeWorld): void {
  const set = [...keeper.bondedValidators()];
  assert.ok(set.length <= keeper.params().max_validators);
  assert.ok(set.every(({ jailed }) => !jailed));
  assert.deepEqual(
    set.map(({ operator_address }) => operator_address).sort(),
    keeper.validators
      .inSet()
      .map(({ operator_address }) => operator_address)
      .sort(),
  );
}

/** Now, and when all delegations have taken what they have earned: here all coins came as fees. */
function checkRewards({ state, ctx, bank, staking, distribution: { keeper } }: StakeWorld): void {
  const { store } = keeper;
  const check = () => {
    assert.deepEqual(auditDistribution(keeper), []);
    const owed = sum(store.outstanding.range(), ([, atomics]) => atomics) + store.communityPool;
    assert.equal(bank.balance(moduleAddress('distribution')) * ONE, owed);
  };
  check();
  state.scratch(() => {
    for (const [, pair] of [...staking.keeper.delegations.table.range()]) keeper.withdrawRewards(ctx, pair);
    check();
  });
}

test('property: pools, shares and rewards add up after every act', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const world = start();
      const { supply } = world.bank;
      for (const run of acts) {
        attempt(world, run);
        checkStake(world);
        checkRewards(world);
      }
      world.nextBlock();
      checkSet(world);
      assert.ok(sum(world.bank.owners(), ([, wei]) => wei) === world.bank.supply);
      assert.ok(world.bank.supply <= supply + BigInt(acts.length) * BNB);
    }),
    { numRuns: 60 },
  );
});
