/** Random lives of validators: no stake is made or lost, whatever they and their delegators do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moduleAddress, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import fc from 'fast-check';
import { ChainError } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { auditStaking } from './audit.ts';
import { BNB, delegator, operator, ownDelegator, pair, StakingWorld } from './test-support.ts';
import { powerOf } from './validators.ts';

const VALIDATORS = 5;
const people = [...Array(3).keys()].map(delegator).concat([...Array(VALIDATORS).keys()].map(ownDelegator));

/** What a step may need; each kind takes some of it. */
interface Step {
  kind: keyof typeof kinds;
  from: string;
  n: number;
  to: number;
  wei: bigint;
  blocks: number;
  /** Of stake that is slashed, decimal. */
  fraction: bigint;
}

const kinds = {
  wait: (world: StakingWorld, { blocks }: Step) => world.nextBlock(blocks),
  create: (world: StakingWorld, { n }: Step) => world.create(n),
  delegate: (world: StakingWorld, { from, n, wei }: Step) => world.delegate(from, n, wei),
  undelegate: (world: StakingWorld, { from, n, wei }: Step) => world.undelegate(from, n, wei),
  leave: (world: StakingWorld, { from, n }: Step) => takeAll(world, from, n),
  redelegate: (world: StakingWorld, { from, n, to, wei }: Step) => world.redelegate(from, n, to, wei),
  cancel: (world: StakingWorld, { from, n, wei }: Step) => cancelNewest(world, from, n, wei),
  jail: (world: StakingWorld, { n }: Step) => world.keeper.jail(operator(n)),
  unjail: (world: StakingWorld, { n }: Step) => world.keeper.unjail(operator(n)),
  slash: (world: StakingWorld, step: Step) => slashSince(world, step),
};

/** How often, compared with the others. */
const weights: Record<keyof typeof kinds, number> = {
  ...{
    wait: 3,
    create: 2,
    delegate: 4,
    undelegate: 6,
    leave: 2,
    redelegate: 5,
    cancel: 4,
    jail: 1,
    unjail: 1,
    slash: 2,
  },
};

const validator = fc.nat(VALIDATORS - 1);

const steps = fc.record<Step>({
  kind: fc.oneof(
    ...Object.entries(weights).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind as Step['kind']) })),
  ),
  from: fc.constantFrom(...people),
  n: validator,
  to: validator,
  // much and little, and numbers that are not round
  wei: fc.oneof(
    fc.bigInt({ min: 1n, max: 100n }).map((whole) => whole * BNB),
    fc.bigInt({ min: 1n, max: 150n * BNB }),
    fc.bigInt({ min: 1n, max: 10n }),
  ),
  blocks: fc.integer({ min: 1, max: 12 }),
  fraction: fc.bigInt({ min: 1n, max: BNB }),
});

/** All that a delegation is worth. */
function takeAll(world: StakingWorld, from: string, n: number): void {
  const delegation = world.keeper.delegation(pair(from, n));
  const found = world.keeper.validator(operator(n));
  if (!delegation || !found) return;
  world.undelegate(from, n, (delegation.shares * found.tokens) / found.delegator_shares);
}

function cancelNewest(world: StakingWorld, from: string, n: number, wei: bigint): void {
  const entry = world.keeper.unbondings.entries(pair(from, n)).at(-1);
  if (entry) world.cancel(from, n, wei < entry.balance ? wei : entry.balance, entry.creation_height);
}

/** For a deed some blocks ago. */
function slashSince(world: StakingWorld, { n, blocks, fraction }: Step): void {
  const found = world.keeper.validator(operator(n));
  if (!found || found.status === staking.BondStatus.BOND_STATUS_UNBONDED) return;
  const height = world.ctx.height - BigInt(blocks);
  world.slash(n, height > 0n ? height : 1n, powerOf(found), fraction);
}

/** Takes a step. What a message refuses is no news; anything else that is thrown is. */
function attempt(world: StakingWorld, step: Step): boolean {
  try {
    kinds[step.kind](world, step);
    return true;
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    return false;
  }
}

/** Four validators, one too many, with delegations of all. */
function started(params: Partial<staking.Params> = {}): StakingWorld {
  const world = new StakingWorld(params);
  for (const n of [0, 1, 2, 3]) {
    world.create(n);
    for (const [index, from] of people.entries()) world.delegate(from, n, BigInt(index + n + 1) * 10n * BNB + 7n);
  }
  world.nextBlock();
  return world;
}

const POOLS = ['bonded_tokens_pool', 'not_bonded_tokens_pool'].map((name) => addressKey(moduleAddress(name)));

/** Wei in the two pools. */
const held = (world: StakingWorld): bigint =>
  [...world.bank.owners()].filter(([key]) => POOLS.includes(key)).reduce((total, [, wei]) => total + wei, 0n);

test('pools hold what is at stake, shares sum up, and the set follows power', () => {
  const done = new Set<string>();
  fc.assert(
    fc.property(fc.array(steps, { minLength: 20, maxLength: 120 }), (plan) => {
      const world = started();
      for (const step of plan) {
        if (attempt(world, step)) done.add(step.kind);
        const findings = auditStaking(world.keeper);
        // the set is looked at when a block ends
        assert.deepEqual(step.kind === 'wait' ? findings : findings.filter((text) => !/in the set/.test(text)), []);
      }
      world.nextBlock();
      assert.deepEqual(auditStaking(world.keeper), []);
    }),
    { numRuns: 60 },
  );
  assert.deepEqual([...done].sort(), Object.keys(kinds).sort());
});

test('when all take all back, what is left is worth nothing to anybody', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 5, maxLength: 60 }), (plan) => {
      const world = started({ max_entries: 1000 });
      for (const step of plan) attempt(world, step);
      for (const from of people) {
        for (let n = 0; n < VALIDATORS; n++) attempt(world, { ...plan[0]!, kind: 'leave', from, n });
      }
      world.nextBlock(25);
      const left = Array.from(world.keeper.validators.table.range(), ([, { tokens }]) => tokens);
      assert.equal(
        held(world),
        left.reduce((total, tokens) => total + tokens, 0n),
      );
      for (const tokens of left) assert.ok(tokens <= BigInt(people.length), `${tokens} wei are left`);
    }),
    { numRuns: 60 },
  );
});
