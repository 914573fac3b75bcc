/** Random lives of validators: no stake is made or lost, whatever they and their delegators do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moduleAddress } from '@prairie/chain';
import fc from 'fast-check';
import { ChainError } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { auditStaking } from './audit.ts';
import { BNB, delegator, operator, ownDelegator, StakingWorld } from './test-support.ts';
import { powerOf } from './validators.ts';

const VALIDATORS = 5;
const people = [...Array(3).keys()].map(delegator).concat([...Array(VALIDATORS).keys()].map(ownDelegator));

const who = fc.constantFrom(...people);
const validator = fc.nat(VALIDATORS - 1);
/** Much and little, and numbers that are not round. */
const amount = fc.oneof(
  fc.bigInt({ min: 1n, max: 200n }).map((whole) => whole * BNB),
  fc.bigInt({ min: 1n, max: 300n * BNB }),
  fc.bigInt({ min: 1n, max: 10n }),
);

type Step = (world: StakingWorld) => void;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.nat(12).map(
      (blocks): Step =>
        (world) =>
          void world.nextBlock(blocks),
    ),
  },
  {
    weight: 2,
    arbitrary: validator.map(
      (n): Step =>
        (world) =>
          void world.create(n),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(who, validator, amount).map(
      (args): Step =>
        (world) =>
          void world.delegate(...args),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(who, validator, amount).map(
      (args): Step =>
        (world) =>
          void world.undelegate(...args),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(who, validator).map(
      ([from, n]): Step =>
        (world) =>
          takeAll(world, from, n),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(who, validator, validator, amount).map(
      (args): Step =>
        (world) =>
          void world.redelegate(...args),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(who, validator, amount, fc.bigInt({ min: 0n, max: 6n })).map(
      ([from, n, wei, age]): Step =>
        (world) =>
          void world.cancel(from, n, wei, world.ctx.height - age),
    ),
  },
  {
    weight: 1,
    arbitrary: validator.map(
      (n): Step =>
        (world) =>
          world.keeper.jail(operator(n)),
    ),
  },
  {
    weight: 1,
    arbitrary: validator.map(
      (n): Step =>
        (world) =>
          world.keeper.unjail(operator(n)),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(validator, fc.bigInt({ min: 0n, max: 8n }), fc.bigInt({ min: 1n, max: BNB })).map(
      ([n, age, fraction]): Step =>
        (world) =>
          slash(world, n, age, fraction),
    ),
  },
);

/** All that a delegation is worth. */
function takeAll(world: StakingWorld, from: string, n: number): void {
  const delegation = world.keeper.delegation({ delegator_address: from, validator_address: operator(n) });
  const found = world.keeper.validator(operator(n));
  if (!delegation || !found) return;
  world.undelegate(from, n, (delegation.shares * found.tokens) / found.delegator_shares);
}

function slash(world: StakingWorld, n: number, age: bigint, fraction: bigint): void {
  const found = world.keeper.validator(operator(n));
  if (!found || found.status < 2) return;
  const height = world.ctx.height - age;
  world.slash(n, height > 0n ? height : 1n, powerOf(found), fraction);
}

/** What a message refuses is no news; anything else that is thrown is. */
function attempt(world: StakingWorld, work: Step): void {
  try {
    work(world);
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
  }
}

/** Wei outside of staking. */
const outside = (world: StakingWorld): bigint =>
  [...world.bank.owners()].filter(([key]) => !POOLS.includes(key)).reduce((total, [, wei]) => total + wei, 0n);

const POOLS = ['bonded_tokens_pool', 'not_bonded_tokens_pool'].map((name) => addressKey(moduleAddress(name)));

test('pools hold what is at stake, shares sum up, and the set follows power', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
      const world = new StakingWorld();
      for (const n of [0, 1, 2]) world.create(n);
      world.nextBlock();
      for (const work of steps) {
        attempt(world, work);
        assert.deepEqual(
          auditStaking(world.keeper).filter((text) => !text.includes('in the set')),
          [],
        );
      }
      world.nextBlock();
      assert.deepEqual(auditStaking(world.keeper), []);
    }),
    { numRuns: 60 },
  );
});

test('who takes all back in the end has all there is, but for what was burnt', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
      const world = new StakingWorld({ max_entries: 1000 });
      for (const n of [0, 1, 2]) world.create(n);
      world.nextBlock();
      for (const work of steps) attempt(world, work);
      for (const from of people) for (let n = 0; n < VALIDATORS; n++) attempt(world, () => takeAll(world, from, n));
      world.nextBlock(25);
      const left = world.bank.supply - outside(world);
      // worthless shares stay, and of others what is too little to ask for: less than a wei for each that ever delegated
      const stuck = Array.from(world.keeper.validators.table.range(), ([, { tokens }]) => tokens);
      assert.equal(
        left,
        stuck.reduce((total, tokens) => total + tokens, 0n),
      );
      for (const tokens of stuck) assert.ok(tokens <= BigInt(people.length), `${tokens} wei are stuck`);
    }),
    { numRuns: 40 },
  );
});
