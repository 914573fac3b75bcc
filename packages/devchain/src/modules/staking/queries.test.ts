import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { cosmosStakingV1beta1 as staking } from '@prairie/chain';
import { BNB, delegator, numberOf, operator, ownDelegator, StakingWorld, statusError } from './test-support.ts';

const own = BNB * 100n;
let world: StakingWorld;

/** Validators 0 to 2 are bonded, 3 is not, 4 is on its way out; one account has something of everything. */
beforeEach(() => {
  world = new StakingWorld();
  for (let n = 0; n < 5; n++) world.create(n);
  world.delegate(delegator(0), 0, 20n * BNB);
  world.delegate(delegator(0), 1, 10n * BNB);
  world.delegate(delegator(0), 4, 90n * BNB);
  world.nextBlock();
  world.undelegate(delegator(0), 0, 5n * BNB);
  world.redelegate(delegator(0), 0, 1, 3n * BNB);
  world.redelegate(delegator(0), 4, 2, 90n * BNB);
  world.nextBlock();
});

test('validators are listed by operator, of one status if that is wanted, in pages', () => {
  const list = (request: object) =>
    world.ask<staking.QueryValidatorsRequest, staking.QueryValidatorsResponse>(
      'Validators',
      staking.QueryValidatorsRequest,
      request,
    );
  const numbers = (request: object) => list(request).validators.map(numberOf);
  assert.deepEqual(numbers({}), [0, 1, 2, 3, 4]);
  assert.deepEqual(numbers({ status: 'BOND_STATUS_BONDED' }), [0, 1, 2]);
  assert.deepEqual(numbers({ status: 'BOND_STATUS_UNBONDING' }), [4]);
  assert.deepEqual(numbers({ status: 'BOND_STATUS_UNBONDED' }), [3]);
  assert.equal(list({ status: 'BOND_STATUS_BONDED' }).pagination!.total, 3n);
  const first = list({ pagination: { limit: 2n } });
  assert.deepEqual(first.validators.map(numberOf), [0, 1]);
  assert.deepEqual(numbers({ pagination: { key: first.pagination!.next_key } }), [2, 3, 4]);
  for (const status of ['BONDED', 'BOND_STATUS_UNSPECIFIED', 'toString']) {
    assert.throws(() => list({ status }), statusError('InvalidArgument', /invalid validator status/));
  }
});

test('a validator is found by its operator in any letters', () => {
  const one = (validator_addr: string) =>
    world.ask<staking.QueryValidatorRequest, staking.QueryValidatorResponse>(
      'Validator',
      staking.QueryValidatorRequest,
      {
        validator_addr,
      },
    );
  assert.equal(one(operator(3).toLowerCase()).validator!.operator_address, operator(3));
  assert.throws(() => one(''), statusError('InvalidArgument', /cannot be empty/));
  assert.throws(() => one('0x12'), statusError('InvalidArgument'));
  assert.throws(() => one(delegator(0)), statusError('NotFound', /not found/));
});

test('pools are those of the bonded, and of all else', () => {
  const { pool } = world.ask<object, staking.QueryPoolResponse>('Pool', staking.QueryPoolRequest, {});
  const bonded = 3n * own + (20n + 10n + 90n - 5n) * BNB;
  assert.deepEqual(pool, { bonded_tokens: String(bonded), not_bonded_tokens: String(2n * own + 5n * BNB) });
});

const pairOf = (delegator_addr: string, n: number) => ({ delegator_addr, validator_addr: operator(n) });

test('one delegation, with what it is worth', () => {
  const one = (request: object) =>
    world.ask<staking.QueryDelegationRequest, staking.QueryDelegationResponse>(
      'Delegation',
      staking.QueryDelegationRequest,
      request,
    );
  const { delegation, balance } = one(pairOf(delegator(0), 0)).delegation_response!;
  assert.deepEqual([delegation!.shares, balance], [12n * BNB * BNB, { denom: 'BNB', amount: 12n * BNB }]);
  assert.throws(() => one(pairOf(delegator(0), 3)), statusError('NotFound', /delegation with delegator .* not found/));
  assert.throws(() => one({ validator_addr: operator(0) }), statusError('InvalidArgument', /delegator address/));
});

test('delegations of a validator, and of a delegator', () => {
  const ofValidator = (validator_addr: string) =>
    world.ask<object, staking.QueryValidatorDelegationsResponse>(
      'ValidatorDelegations',
      staking.QueryValidatorDelegationsRequest,
      { validator_addr } as object,
    ).delegation_responses;
  const ofDelegator = (delegator_addr: string) =>
    world.ask<object, staking.QueryDelegatorDelegationsResponse>(
      'DelegatorDelegations',
      staking.QueryDelegatorDelegationsRequest,
      { delegator_addr } as object,
    ).delegation_responses;
  const parts = (list: staking.DelegationResponse[]) =>
    list.map(({ delegation, balance }) => [
      delegation!.delegator_address,
      delegation!.validator_address,
      balance!.amount / BNB,
    ]);
  assert.deepEqual(parts(ofValidator(operator(1))), [
    [ownDelegator(1), operator(1), 100n],
    [delegator(0), operator(1), 13n],
  ]);
  assert.deepEqual(parts(ofDelegator(delegator(0))), [
    [delegator(0), operator(0), 12n],
    [delegator(0), operator(1), 13n],
    [delegator(0), operator(2), 90n],
  ]);
  assert.throws(() => ofDelegator(''), statusError('InvalidArgument'));
});

test('validators of a delegator', () => {
  const { validators } = world.ask<object, staking.QueryDelegatorValidatorsResponse>(
    'DelegatorValidators',
    staking.QueryDelegatorValidatorsRequest,
    { delegator_addr: delegator(0) } as object,
  );
  assert.deepEqual(validators.map(numberOf), [0, 1, 2]);
  const one = (n: number) =>
    world.ask<object, staking.QueryDelegatorValidatorResponse>(
      'DelegatorValidator',
      staking.QueryDelegatorValidatorRequest,
      pairOf(delegator(0), n) as object,
    ).validator!;
  assert.equal(numberOf(one(2)), 2);
  assert.throws(() => one(3), statusError('Internal', /no delegation/));
});

test('what is on its way back, by pair, validator and delegator', () => {
  const { unbond } = world.ask<object, staking.QueryUnbondingDelegationResponse>(
    'UnbondingDelegation',
    staking.QueryUnbondingDelegationRequest,
    pairOf(delegator(0), 0) as object,
  );
  assert.deepEqual(
    unbond!.entries.map(({ balance, creation_height }) => [balance, creation_height]),
    [[5n * BNB, 2n]],
  );
  const lists = [
    [
      'ValidatorUnbondingDelegations',
      staking.QueryValidatorUnbondingDelegationsRequest,
      { validator_addr: operator(0) },
    ],
    [
      'DelegatorUnbondingDelegations',
      staking.QueryDelegatorUnbondingDelegationsRequest,
      { delegator_addr: delegator(0) },
    ],
  ] as const;
  for (const [name, type, request] of lists) {
    const answer = world.ask<object, { unbonding_responses: unknown[] }>(name, type as never, request);
    assert.deepEqual(answer.unbonding_responses, [unbond], name);
  }
  const missing = () =>
    world.ask('UnbondingDelegation', staking.QueryUnbondingDelegationRequest, pairOf(delegator(0), 1));
  assert.throws(missing, statusError('NotFound', /unbonding delegation with delegator/));
});

test('what has moved: by all three, by delegator, and by the validator that it left', () => {
  const moves = (request: object) =>
    world
      .ask<object, staking.QueryRedelegationsResponse>('Redelegations', staking.QueryRedelegationsRequest, request)
      .redelegation_responses.map(({ redelegation, entries }) => [
        redelegation!.validator_src_address,
        redelegation!.validator_dst_address,
        entries.map(({ balance }) => balance / BNB),
      ]);
  const [small, big] = [
    [operator(0), operator(1), [3n]],
    [operator(4), operator(2), [90n]],
  ];
  const all = { delegator_addr: delegator(0), src_validator_addr: operator(0), dst_validator_addr: operator(1) };
  assert.deepEqual(moves(all), [small]);
  assert.deepEqual(moves({ delegator_addr: delegator(0) }), [small, big]);
  assert.deepEqual(moves({ src_validator_addr: operator(4) }), [big]);
  assert.throws(
    () => moves({ ...all, dst_validator_addr: operator(2) }),
    statusError('NotFound', /redelegation not found/),
  );
  assert.throws(() => moves({}), statusError('InvalidArgument'));
});

test('the record of a past block', () => {
  const at = (height: bigint) =>
    world.ask<object, staking.QueryHistoricalInfoResponse>('HistoricalInfo', staking.QueryHistoricalInfoRequest, {
      height,
    } as object).hist!.valset;
  assert.deepEqual(at(1n), []);
  assert.deepEqual(at(2n).map(numberOf).toSorted(), [0, 1, 4]);
  assert.deepEqual(at(3n).map(numberOf), [2, 1, 0]);
  for (const height of [0n, 4n]) assert.throws(() => at(height), statusError('NotFound', /historical info/));
  assert.throws(() => at(-1n), statusError('InvalidArgument'));
});
