import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimalText, cosmosGovV1 as gov, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import fc from 'fast-check';
import { divide, ONE } from './decimals.ts';
import { type StakeView, tally } from './tally.ts';
import { wholeVote } from './votes.ts';

const { VOTE_OPTION_YES, VOTE_OPTION_ABSTAIN, VOTE_OPTION_NO, VOTE_OPTION_NO_WITH_VETO } = gov.VoteOption;
const address = (n: number) => `0x${n.toString(16).padStart(40, '0')}`;

const params = (over: Partial<gov.Params> = {}) =>
  gov.Params.create({
    quorum: '0.334',
    threshold: '0.5',
    veto_threshold: '0.334',
    min_initial_deposit_ratio: '0',
    ...over,
  });

interface Delegated {
  delegator: string;
  validator: string;
  tokens: bigint;
}

/** `rate` is tokens per share, as a slashed validator has less than one of. */
function stakeOf(delegated: readonly Delegated[], rate: [bigint, bigint] = [1n, 1n]): StakeView {
  const validators = new Map<string, bigint>();
  for (const { validator, tokens } of delegated) validators.set(validator, (validators.get(validator) ?? 0n) + tokens);
  const worth = (shares: bigint) => (shares * rate[0]) / rate[1];
  return {
    bondedValidators: () =>
      Array.from(validators, ([operator_address, shares]) =>
        staking.Validator.create({ operator_address, tokens: worth(shares), delegator_shares: shares * ONE }),
      ),
    delegationsOf: (delegator) =>
      delegated
        .filter((entry) => entry.delegator === delegator)
        .map(({ validator, tokens }) => ({
          delegator_address: delegator,
          validator_address: validator,
          shares: tokens * ONE,
        })),
    totalBonded: () => [...validators.values()].reduce((sum, shares) => sum + worth(shares), 0n),
  };
}

const ballot = (voter: string, option: gov.VoteOption): gov.Vote =>
  gov.Vote.create({ proposal_id: 1n, voter, options: wholeVote(option) });

/** One validator per entry, who votes with that stake. */
function outcome(stakes: [bigint, gov.VoteOption | undefined][], over: Partial<gov.Params> = {}) {
  const stake = stakeOf(stakes.map(([tokens], n) => ({ delegator: address(n + 100), validator: address(n), tokens })));
  const votes = stakes.flatMap(([, option], n) => (option === undefined ? [] : [ballot(address(n), option)]));
  return tally(votes, stake, params(over));
}

test('a validator votes with all its stake, its delegators take theirs out of it', () => {
  const [validator, own, other] = [address(1), address(2), address(3)];
  const stake = stakeOf([
    { delegator: own, validator, tokens: 60n },
    { delegator: other, validator, tokens: 40n },
  ]);
  const result = (...votes: gov.Vote[]) => Object.values(tally(votes, stake, params()).result);
  assert.deepEqual(result(ballot(validator, VOTE_OPTION_YES)), ['100', '0', '0', '0']);
  assert.deepEqual(result(ballot(own, VOTE_OPTION_YES)), ['60', '0', '0', '0']);
  assert.deepEqual(result(ballot(validator, VOTE_OPTION_YES), ballot(other, VOTE_OPTION_NO)), ['60', '0', '40', '0']);
  assert.deepEqual(result(ballot(validator, VOTE_OPTION_YES), ballot(own, VOTE_OPTION_YES)), ['100', '0', '0', '0']);
  assert.deepEqual(result(ballot(address(9), VOTE_OPTION_YES)), ['0', '0', '0', '0'], 'no stake, no voice');
});

test('shares of a slashed validator count what they are worth, delegations to others nothing', () => {
  const entries = [
    { delegator: address(2), validator: address(1), tokens: 90n },
    { delegator: address(3), validator: address(1), tokens: 10n },
  ];
  const stake = stakeOf(entries, [1n, 2n]);
  const elsewhere = { delegator_address: address(2), validator_address: address(8), shares: 1000n * ONE };
  const view = { ...stake, delegationsOf: (who: string) => [...stake.delegationsOf(who), elsewhere] };
  const { result } = tally([ballot(address(2), VOTE_OPTION_NO)], view, params());
  assert.equal(result.no_count, '45');
});

test('the quorum is reached exactly', () => {
  assert.equal(
    outcome([
      [334n, VOTE_OPTION_YES],
      [666n, undefined],
    ]).passes,
    true,
  );
  const below = outcome(
    [
      [333n, VOTE_OPTION_YES],
      [667n, undefined],
    ],
    { burn_vote_quorum: true },
  );
  assert.deepEqual([below.passes, below.burns], [false, true]);
  assert.equal(
    outcome([
      [333n, VOTE_OPTION_YES],
      [667n, undefined],
    ]).burns,
    false,
  );
});

test('more than the threshold of what is not abstained must say yes', () => {
  assert.equal(
    outcome([
      [500n, VOTE_OPTION_YES],
      [500n, VOTE_OPTION_NO],
    ]).passes,
    false,
  );
  assert.equal(
    outcome([
      [501n, VOTE_OPTION_YES],
      [499n, VOTE_OPTION_NO],
    ]).passes,
    true,
  );
  assert.equal(
    outcome([
      [26n, VOTE_OPTION_YES],
      [25n, VOTE_OPTION_NO],
      [949n, VOTE_OPTION_ABSTAIN],
    ]).passes,
    true,
  );
  const abstained = outcome([[1000n, VOTE_OPTION_ABSTAIN]], { burn_vote_quorum: true, burn_vote_veto: true });
  assert.deepEqual([abstained.passes, abstained.burns], [false, false]);
});

test('more than the veto threshold of all votes burns the deposit', () => {
  const veto = (tokens: bigint, burn_vote_veto = true) =>
    outcome(
      [
        [1000n - tokens, VOTE_OPTION_YES],
        [tokens, VOTE_OPTION_NO_WITH_VETO],
      ],
      { burn_vote_veto },
    );
  assert.deepEqual([veto(334n).passes, veto(334n).burns], [true, false]);
  assert.deepEqual([veto(335n).passes, veto(335n).burns], [false, true]);
  assert.equal(veto(335n, false).burns, false);
});

test('nothing passes on a chain without stake', () => {
  assert.deepEqual(
    { ...tally([], stakeOf([]), params({ quorum: '0' })), result: undefined },
    {
      passes: false,
      burns: false,
      result: undefined,
    },
  );
});

test('quotients round half to even at the eighteenth digit', () => {
  assert.equal(divide(1n, 2n * ONE), 0n);
  assert.equal(divide(3n, 2n * ONE), 2n);
  assert.equal(divide(5n, 2n * ONE), 2n);
  assert.equal(divide(2n * ONE, 3n * ONE), 666_666_666_666_666_667n);
});

/** Weights of up to four options that sum up to one. */
const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }).map((parts) => {
  const total = BigInt(parts.reduce((a, b) => a + b, 0));
  const atomics = parts.map((part) => (BigInt(part) * ONE) / total);
  atomics[0]! += ONE - atomics.reduce((a, b) => a + b, 0n);
  return atomics.map((weight, n) => ({ option: n + 1, weight: decimalText(weight) }));
});

const scenario = fc.record({
  delegated: fc.array(
    fc.record({
      delegator: fc.integer({ min: 10, max: 20 }).map(address),
      validator: fc.integer({ min: 1, max: 4 }).map(address),
      tokens: fc.bigInt(1n, 10n ** 26n),
    }),
    { minLength: 1, maxLength: 30 },
  ),
  voters: fc.uniqueArray(fc.integer({ min: 1, max: 25 }).map(address), { maxLength: 15 }),
  options: fc.array(weights, { minLength: 15, maxLength: 15 }),
  rate: fc.tuple(fc.bigInt(1n, 99n), fc.constant(100n)),
});

test('the order of votes does not matter, and nobody’s stake counts twice', () => {
  fc.assert(
    fc.property(scenario, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (given, dice) => {
      const { delegated, voters, options, rate } = given;
      const unique = [...new Map(delegated.map((entry) => [entry.delegator + entry.validator, entry])).values()];
      const stake = stakeOf(unique, rate);
      const votes = voters.map((voter, n) => gov.Vote.create({ proposal_id: 1n, voter, options: options[n]! }));
      const shuffled = votes.map((entry) => ({ entry, rank: dice.next().value })).sort((a, b) => a.rank - b.rank);
      const straight = tally(votes, stake, params());
      assert.deepEqual(
        tally(
          shuffled.map(({ entry }) => entry),
          stake,
          params(),
        ),
        straight,
      );
      const counted = Object.values(straight.result).reduce((sum, text) => sum + BigInt(text), 0n);
      assert.ok(counted <= stake.totalBonded() + 1n, `${counted} of ${stake.totalBonded()}`);
    }),
  );
});
