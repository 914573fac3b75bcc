import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blsProof, type Init, moduleAddress, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import { coin } from '../../coins.ts';
import { testBls } from '../../testing/network.ts';
import { address, chainError } from '../payment/test-support.ts';
import { BNB, consensusKey, creation, delegator, operator, ownDelegator, pair, StakingWorld } from './test-support.ts';

const gov = moduleAddress('gov');

/** With two bonded validators of a hundred BNB. */
function world(params: Partial<staking.Params> = {}): StakingWorld {
  const made = new StakingWorld(params);
  made.create(0);
  made.create(1);
  made.nextBlock();
  return made;
}

test('governance creates a validator with the stake that a delegator has granted', () => {
  const made = new StakingWorld();
  const events = made.create(2);
  const use = { granter: ownDelegator(2), grantee: gov, validator: operator(2), amount: 100n * BNB };
  assert.deepEqual(made.granted, [use]);
  assert.deepEqual(events.create_validator, { validator: operator(2), amount: `${100n * BNB}BNB` });
  const { status, tokens, delegator_shares, commission, self_del_address, jailed } = made.validator(2);
  assert.deepEqual([status, jailed, tokens], [staking.BondStatus.BOND_STATUS_UNBONDED, false, 100n * BNB]);
  assert.deepEqual([delegator_shares, self_del_address], [100n * BNB * BNB, ownDelegator(2)]);
  assert.deepEqual(commission, {
    commission_rates: { rate: BNB / 10n, max_rate: BNB / 2n, max_change_rate: BNB / 100n },
    update_time: made.ctx.time,
  });
});

test('without the grant nothing is created, and no coins move', () => {
  const made = new StakingWorld();
  made.granted.push = () => {
    throw Object.assign(new Error('no grant'), { name: 'ChainError', codespace: 'authz', code: 2 });
  };
  assert.throws(() => made.create(0), chainError('authz', 2));
  assert.equal(made.validator(0), undefined);
  assert.equal(made.bank.balance(ownDelegator(0)), 1_000_000n * BNB);
});

const rates = (rate: bigint, max_rate: bigint, max_change_rate: bigint) => ({
  commission: { rate, max_rate, max_change_rate },
});

const foreignKey = { type_url: '/cosmos.crypto.secp256k1.PubKey', value: Buffer.alloc(35) };
const wrongProof = blsProof(testBls('somebody else').secret).toString('hex');
const description = (moniker: string) => ({
  description: { moniker, identity: '', website: '', security_contact: '', details: '' },
});

/** What of a creation does not do, and what it fails with. Validator 0 is there. */
const refusedCreations: [string, Init<staking.MsgCreateValidator>, string, number][] = [
  ['by anybody but governance', { from: ownDelegator(2) }, 'gov', 13],
  ['of an operator that is one already', { validator_address: operator(0) }, 'staking', 4],
  ['with the consensus key of another', { pubkey: consensusKey(0) }, 'staking', 5],
  ['with the relayer of another', { relayer_address: creation(0).relayer_address! }, 'staking', 101],
  ['with the challenger of another', { challenger_address: creation(0).challenger_address! }, 'staking', 102],
  [
    'with the BLS key of another, in other letters',
    { bls_key: creation(0).bls_key!.toUpperCase(), bls_proof: creation(0).bls_proof! },
    'staking',
    103,
  ],
  ['with a proof by another key', { bls_proof: wrongProof }, 'staking', 104],
  ['with half a BLS key', { bls_key: creation(2).bls_key!.slice(48) }, 'staking', 104],
  ['without a consensus key', { pubkey: undefined as never }, 'staking', 39],
  ['with a consensus key of another kind', { pubkey: foreignKey }, 'staking', 6],
  ['with a key that is too short', { pubkey: { ...consensusKey(2), value: Buffer.of(10, 1, 7) } }, 'sdk', 8],
  ['with bytes that are no key', { pubkey: { ...consensusKey(2), value: Buffer.of(255) } }, 'sdk', 8],
  ['without stake', { value: coin(0n) }, 'sdk', 18],
  ['with other coins', { value: { denom: 'atom', amount: 100n * BNB } }, 'sdk', 18],
  ['with more than there is', { value: coin(10n ** 30n) }, 'sdk', 5],
  ['that says nothing of itself', description(''), 'sdk', 18],
  ['that says too much of itself', description('x'.repeat(71)), 'sdk', 18],
  ['at a negative commission', rates(-1n, BNB, 0n), 'staking', 9],
  ['at more than all', rates(0n, BNB + 1n, 0n), 'staking', 10],
  ['at more than its maximum', rates(6n, 5n, 0n), 'staking', 11],
  ['that might change by less than nothing', rates(1n, 5n, -1n), 'staking', 14 - 1],
  ['that might change by more than its maximum', rates(1n, 5n, 6n), 'staking', 14],
  ['at less than the minimum commission', rates(BNB / 50n - 1n, BNB, 0n), 'staking', 40],
  ['that promises nothing', { min_self_delegation: 0n }, 'sdk', 18],
  ['that promises less than it has to', { min_self_delegation: BNB - 1n }, 'staking', 16],
  ['that promises more than it brings', { min_self_delegation: 101n * BNB }, 'staking', 16],
  ['with an address that is none', { relayer_address: '0x1' }, 'sdk', 7],
];

for (const [what, over, codespace, code] of refusedCreations) {
  test(`no validator is created ${what}`, () => {
    const made = new StakingWorld({ min_commission_rate: BNB / 50n, min_self_delegation: BNB });
    made.create(0);
    assert.throws(() => made.create(2, over), chainError(codespace, code));
    assert.equal(made.validator(2), undefined);
    assert.deepEqual(made.findings(), []);
  });
}

test('stake is delegated, taken back and paid out in time', () => {
  const made = world();
  const { delegate } = made.delegate(delegator(0), 0, 7n * BNB);
  const new_shares = `${7n * BNB}.000000000000000000`;
  assert.deepEqual(delegate, { validator: operator(0), amount: `${7n * BNB}BNB`, new_shares });
  const { unbond } = made.undelegate(delegator(0), 0, 3n * BNB);
  const completion_time = new Date(Number(made.ctx.now + 100n) * 1000).toISOString().replace('.000Z', 'Z');
  assert.deepEqual(unbond, { validator: operator(0), amount: `${3n * BNB}BNB`, completion_time });
  assert.equal(made.bank.balance(delegator(0)), 999_993n * BNB);
  assert.equal(made.bank.balance(moduleAddress('not_bonded_tokens_pool')), 3n * BNB);
  made.nextBlock(10);
  const events = made.nextBlock();
  assert.deepEqual(
    events.map(({ type }) => type),
    ['coin_spent', 'coin_received', 'complete_unbonding'],
  );
  assert.equal(made.bank.balance(delegator(0)), 999_996n * BNB);
  assert.equal(made.keeper.delegation(pair(delegator(0), 0))!.shares, 4n * BNB * BNB);
});

test('delegating and undelegating are no transfers', () => {
  const made = world();
  assert.deepEqual(Object.keys(made.delegate(delegator(0), 0, BNB)), ['coin_spent', 'coin_received', 'delegate']);
});

test('what is taken back in one block is one entry, and there are only so many', () => {
  const made = world({ max_entries: 2 });
  made.delegate(delegator(0), 0, 10n * BNB);
  made.undelegate(delegator(0), 0, BNB);
  made.undelegate(delegator(0), 0, 2n * BNB);
  const [entry, ...others] = made.keeper.unbondings.entries(pair(delegator(0), 0));
  assert.deepEqual([entry!.balance, entry!.initial_balance, others.length], [3n * BNB, 3n * BNB, 0]);
  made.nextBlock();
  made.undelegate(delegator(0), 0, BNB);
  assert.throws(() => made.undelegate(delegator(0), 0, BNB), chainError('staking', 27));
});

test('unbonding is taken back as long as it is on its way', () => {
  const made = world();
  made.delegate(delegator(0), 0, 10n * BNB);
  made.undelegate(delegator(0), 0, 8n * BNB);
  const { height } = made.ctx;
  made.nextBlock();
  const cancel = (amount: bigint, at = height, n = 0) => made.cancel(delegator(0), n, amount, at);
  const { cancel_unbonding_delegation } = cancel(5n * BNB);
  const expected = { amount: `${5n * BNB}BNB`, validator: operator(0), delegator: delegator(0) };
  assert.deepEqual(cancel_unbonding_delegation, { ...expected, creation_height: String(height) });
  const [left] = made.keeper.unbondings.entries(pair(delegator(0), 0));
  assert.deepEqual([left!.balance, left!.initial_balance], [3n * BNB, 3n * BNB]);
  assert.throws(() => cancel(4n * BNB), chainError('sdk', 18));
  assert.throws(() => cancel(1n, height + 1n), chainError('sdk', 38));
  assert.throws(() => cancel(1n, 0n), chainError('sdk', 18));
  assert.throws(() => cancel(1n, height, 1), chainError('undefined', 1, /NotFound/));
  made.keeper.jail(operator(0));
  assert.throws(() => cancel(1n), chainError('staking', 7));
  made.keeper.unjail(operator(0));
  cancel(3n * BNB);
  assert.throws(() => cancel(1n), chainError('undefined', 1, /NotFound/));
  assert.equal(made.validator(0).tokens, 110n * BNB);
  made.nextBlock(15);
  assert.equal(made.bank.balance(delegator(0)), 999_990n * BNB);
  assert.deepEqual(made.findings(), []);
});

test('stake moves to another validator at once, and not on from there until its time is over', () => {
  const made = world();
  made.create(2);
  made.delegate(delegator(0), 0, 10n * BNB);
  const { redelegate } = made.redelegate(delegator(0), 0, 1, 4n * BNB);
  assert.deepEqual([redelegate!.source_validator, redelegate!.destination_validator], [operator(0), operator(1)]);
  assert.deepEqual([made.validator(0).tokens, made.validator(1).tokens], [106n * BNB, 104n * BNB]);
  assert.throws(() => made.redelegate(delegator(0), 1, 2, BNB), chainError('staking', 32));
  assert.throws(() => made.redelegate(delegator(0), 0, 0, BNB), chainError('staking', 29));
  assert.throws(() => made.redelegate(delegator(0), 0, 5, BNB), chainError('staking', 31));
  made.nextBlock(10);
  const [event] = made.nextBlock();
  assert.equal(event!.type, 'complete_redelegation');
  made.redelegate(delegator(0), 1, 2, BNB);
  assert.deepEqual(made.findings(), []);
});

test('there are only so many redelegations between the same three', () => {
  const made = world({ max_entries: 2 });
  made.delegate(delegator(0), 0, 10n * BNB);
  for (let n = 0; n < 2; n++) made.redelegate(delegator(0), 0, 1, BNB);
  assert.throws(() => made.redelegate(delegator(0), 0, 1, BNB), chainError('staking', 33));
});

test('stake of a validator that is no longer bonded has begun its time with it', () => {
  const made = world();
  made.delegate(delegator(0), 0, 10n * BNB);
  made.keeper.jail(operator(0));
  made.nextBlock(4);
  const { unbonding_height, unbonding_time } = made.validator(0);
  made.redelegate(delegator(0), 0, 1, BNB);
  const move = {
    delegator_address: delegator(0),
    validator_src_address: operator(0),
    validator_dst_address: operator(1),
  };
  const [entry] = made.keeper.redelegations.get(move)!.entries;
  assert.deepEqual([entry!.creation_height, entry!.completion_time], [unbonding_height, unbonding_time]);
  made.nextBlock(10);
  assert.equal(made.keeper.redelegations.get(move), undefined);
  made.redelegate(delegator(0), 0, 1, BNB);
  assert.equal(made.keeper.redelegations.get(move), undefined);
  assert.deepEqual(made.findings(), []);
});

test('nobody takes what is not there', () => {
  const made = world();
  assert.throws(() => made.delegate(delegator(0), 5, BNB), chainError('staking', 3));
  assert.throws(() => made.delegate(delegator(0), 0, 0n), chainError('sdk', 18));
  assert.throws(() => made.delegate(address(9), 0, 1n), chainError('sdk', 5));
  assert.throws(() => made.undelegate(delegator(0), 0, 1n), chainError('staking', 19));
  made.delegate(delegator(0), 0, 5n);
  assert.throws(() => made.undelegate(delegator(0), 0, 6n), chainError('sdk', 18));
  assert.throws(() => made.undelegate(delegator(0), 5, 1n), chainError('staking', 3));
});

const KEEP = '[do-not-modify]';
const unchanged = { moniker: KEEP, identity: KEEP, website: KEEP, security_contact: KEEP, details: KEEP };

function edit(made: StakingWorld, over: Init<staking.MsgEditValidator>) {
  const msg = { description: unchanged, validator_address: operator(0), ...over };
  return made.send(staking.MsgEditValidator, msg).edit_validator;
}

test('a validator changes what it says, promises and signs with', () => {
  const made = world();
  const { blsKey, blsProof: proof } = testBls('new');
  const event = edit(made, {
    description: { ...unchanged, moniker: 'new', details: '' },
    min_self_delegation: 2n * BNB,
    relayer_address: address(0x7a),
    bls_key: blsKey.toString('hex'),
    bls_proof: proof.toString('hex'),
  });
  assert.deepEqual(event, { commission_rate: '0.100000000000000000', min_self_delegation: String(2n * BNB) });
  const { description, relayer_address, challenger_address, bls_key } = made.validator(0);
  assert.equal(description!.moniker, 'new');
  assert.deepEqual([relayer_address, challenger_address], [address(0x7a), address(0x40)]);
  assert.deepEqual(Buffer.from(bls_key), blsKey);
  edit(made, { validator_address: operator(1), relayer_address: address(0x30) });
  assert.throws(() => edit(made, { relayer_address: address(0x30) }), chainError('staking', 101));
});

test('its commission changes once a day, a little, and within its bounds', () => {
  const made = world();
  const day = { description: unchanged, validator_address: operator(0) };
  const rate = (commission_rate: bigint) => edit(made, { ...day, commission_rate });
  assert.throws(() => rate(BNB / 10n + 1n), chainError('staking', 12));
  made.nextBlock(8640);
  assert.throws(() => rate(BNB / 2n + 1n), chainError('staking', 11));
  assert.throws(() => rate(BNB / 10n + BNB / 100n + 1n), chainError('staking', 15));
  assert.equal(rate(BNB / 10n + BNB / 100n)!.commission_rate, '0.110000000000000000');
  assert.throws(() => rate(BNB / 100n), chainError('staking', 12));
  made.nextBlock(8640);
  assert.equal(rate(BNB / 100n)!.commission_rate, '0.010000000000000000');
});

test('what an edit may not say is refused', () => {
  const made = world();
  const refused = (over: Init<staking.MsgEditValidator>, codespace: string, code: number) =>
    assert.throws(() => edit(made, over), chainError(codespace, code));
  refused({ validator_address: operator(5) }, 'staking', 3);
  refused({ description: {} as never }, 'sdk', 18);
  refused({ description: { ...unchanged, website: 'x'.repeat(141) } }, 'sdk', 18);
  refused({ min_self_delegation: BNB }, 'staking', 17);
  refused({ min_self_delegation: 101n * BNB }, 'staking', 16);
  refused({ min_self_delegation: -1n }, 'sdk', 18);
  refused({ commission_rate: BNB + 1n }, 'sdk', 18);
  refused({ challenger_address: 'me' }, 'sdk', 7);
  refused({ challenger_address: address(0x41) }, 'staking', 102);
  refused({ bls_key: testBls('new').blsKey.toString('hex'), bls_proof: wrongProof }, 'staking', 104);
});

test('parameters have bounds', () => {
  const made = world();
  const update = (over: Partial<staking.Params>, authority = gov) =>
    made.send(staking.MsgUpdateParams, { authority, params: { ...made.keeper.params(), ...over } });
  update({ max_validators: 1 });
  made.nextBlock();
  assert.deepEqual(made.bonded(), [0]);
  assert.throws(() => update({}, delegator(0)), chainError('gov', 13));
  const wrong: Partial<staking.Params>[] = [
    { unbonding_time: { seconds: 0n, nanos: 0 } },
    { max_validators: 0 },
    { max_entries: 0 },
    { bond_denom: 'atom' },
    { min_commission_rate: BNB + 1n },
    { min_self_delegation: 0n },
  ];
  for (const over of wrong) assert.throws(() => update(over), chainError('undefined', 1), Object.keys(over)[0]);
});
