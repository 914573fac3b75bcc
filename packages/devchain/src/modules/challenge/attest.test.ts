import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldChallenge as challenge, decode, encode, type MessageType, moduleAddress } from '@prairie/chain';
import fc from 'fast-check';
import { attributesOf } from '../payment/test-support.ts';
import { auditProviders } from '../sp/audit.ts';
import { alice, bob, providerAddress } from '../storage/testing/scenario.ts';
import { ChallengeWorld, DEPOSIT } from './test-support.ts';

const code = (number: number) => ({ codespace: 'challenge', code: number });
const { CHALLENGE_FAILED, CHALLENGE_SUCCEED } = challenge.VoteResult;
const AMOUNT = 10n ** 16n;

/** One sealed object, challenged. */
function challenged(options: ConstructorParameters<typeof ChallengeWorld>[0] = {}): ChallengeWorld {
  const world = new ChallengeWorld(options);
  world.sealedObject('a');
  world.submit();
  return world;
}

const attested = (world: ChallengeWorld, id: bigint) => world.challenge.store.attestation(id)?.result;

test('validators slash a provider, and share what it loses', () => {
  const world = challenged({ validators: 3 });
  const { events } = world.attest({ voters: [0, 1, 2] });
  const submitter = world.challenge.turn(world.context()).voter.challenger_address;
  assert.equal(events.at(-1)!.type, 'greenfield.challenge.EventAttestChallenge');
  assert.deepEqual(attributesOf(events.at(-1)!), {
    challenge_id: '"1"',
    challenger_address: '""',
    challenger_reward_amount: '"0"',
    result: '"CHALLENGE_SUCCEED"',
    slash_amount: `"${AMOUNT}"`,
    sp_id: '1',
    submitter_address: JSON.stringify(submitter),
    submitter_reward_amount: `"${10n ** 13n}"`,
    validator_reward_amount: `"${999n * 10n ** 13n}"`,
  });
  assert.equal(world.deposit(1), DEPOSIT - AMOUNT);
  assert.equal(world.bank.balance(submitter), 10n ** 13n);
  for (const { self_del_address } of world.validators) {
    assert.equal(world.bank.balance(self_del_address), 333n * 10n ** 13n);
  }
  assert.equal(attested(world, 1n), CHALLENGE_SUCCEED);
  assert.deepEqual(auditProviders(world.sp), []);
});

test('who asked for the challenge has a part of it', () => {
  const world = challenged({ validators: 3 });
  const before = world.bank.balance(alice);
  const { events } = world.attest({ challenger_address: alice.toLowerCase(), voters: [0, 1, 2] });
  const { challenger_address, challenger_reward_amount } = attributesOf(events.at(-1)!);
  const reward = 999n * 10n ** 12n;
  assert.equal(challenger_address, JSON.stringify(alice));
  assert.equal(challenger_reward_amount, `"${reward}"`);
  assert.equal(world.bank.balance(alice) - before, reward);
});

test('a slash counts once per object and provider, until it has cooled off', () => {
  const world = challenged();
  world.attest();
  assert.throws(() => world.attest(), code(12));
  assert.throws(() => world.submit(), code(6));
  world.attest({ sp_operator_address: providerAddress(2, 'operator') });
  const slashed = world.height;
  world.height = slashed + 300n;
  world.beginBlock();
  assert.throws(() => world.submit(), code(6));
  world.height = slashed + 301n;
  world.beginBlock();
  world.submit();
  world.attest();
  assert.equal(world.deposit(1), DEPOSIT - 2n * AMOUNT);
});

test('a provider loses only so much within a window', () => {
  const world = challenged({ params: { sp_slash_max_amount: AMOUNT * 2n, sp_slash_counting_window: 100n } });
  for (const name of ['b', 'c', 'd']) world.sealedObject(name);
  for (const object_id of [1n, 2n, 3n]) world.attest({ object_id });
  assert.equal(world.deposit(1), DEPOSIT - 2n * AMOUNT, 'the third cost nothing');
  assert.throws(() => world.attest({ object_id: 3n }), code(12), 'but is on record');
  world.height = 100n;
  world.beginBlock();
  world.submit({ object_name: 'd' });
  world.attest({ object_id: 4n });
  assert.equal(world.deposit(1), DEPOSIT - 3n * AMOUNT);
});

test('a slash beyond the deposit is refused', () => {
  const world = challenged();
  world.sp.set({ ...world.sp.byId(1)!, total_deposit: AMOUNT - 1n });
  assert.throws(() => world.attest(), { codespace: 'sp', code: 4 });
});

test('two thirds of the votes are too few', () => {
  const world = challenged({ validators: 6 });
  assert.throws(() => world.attest({ voters: [0, 1, 2, 3] }), code(14));
  assert.throws(() => world.attest({ voters: [] }), code(14));
  world.attest({ voters: [0, 1, 2, 3, 5] });
});

test('only the challenger in turn hands votes in', () => {
  const world = challenged({ validators: 3 });
  const others = world.validators.filter(
    ({ challenger_address }) => challenger_address !== world.challenge.turn(world.context()).voter.challenger_address,
  );
  for (const { challenger_address } of others) {
    assert.throws(() => world.attest({ submitter: challenger_address }), code(16));
  }
  assert.throws(() => world.attest({ submitter: bob }), code(15));
  world.time = { seconds: world.time.seconds + 10n, nanos: 0 };
  world.attest();
});

test('a signature is over exactly these votes and this claim', () => {
  const world = challenged({ validators: 4 });
  const set = (bits: bigint) => ({ vote_validator_set: [bits] });
  assert.throws(() => world.attest({ ...set(0b1111n), voters: [0, 1, 2] }), code(11));
  assert.throws(() => world.attest({ ...set(0b0111n) }), code(11));
  assert.throws(() => world.attest({ ...set(0b11111n) }), code(10));
  assert.throws(() => world.attest({ vote_validator_set: [] }), code(10));
  assert.throws(() => world.attest({ vote_agg_signature: new Uint8Array(96) }), code(11));
  assert.throws(() => world.attest({ vote_agg_signature: new Uint8Array(95) }), code(11));
  assert.throws(() => world.attest({ vote_result: 2 }), code(9));
  world.validators[0]!.bls_key = new Uint8Array(47);
  assert.throws(() => world.attest(), code(13));
});

test('provider, challenge and object must be there, and belong together', () => {
  const world = challenged();
  assert.throws(() => world.attest({ sp_operator_address: bob }), code(1));
  assert.throws(() => world.attest({ challenge_id: 2n }), code(8));
  assert.throws(() => world.attest({ object_id: 9n }), code(2));
  world.sp.set({ ...world.sp.byId(7)!, id: 8, operator_address: bob });
  assert.throws(() => world.attest({ sp_operator_address: bob }), code(5));
  world.height += 10n;
  world.beginBlock();
  assert.throws(() => world.attest({ challenge_id: 1n }), code(8), 'it is over');
});

function heartbeat(tax: bigint): ChallengeWorld {
  const world = challenged({ validators: 2 });
  const { payment, bank } = world;
  bank.endow(payment.moduleAddress, tax);
  if (tax > 0n) payment.updateStream(world.context(), payment.taxPoolAddress, { static: tax });
  world.challenge.setLastId(99n);
  world.submit();
  return world;
}

test('a heartbeat pays the tax of streams out', () => {
  const tax = 5n * 10n ** 18n;
  const world = heartbeat(tax);
  const pool = world.payment.balanceAt(world.payment.taxPoolAddress, world.time.seconds);
  const { events } = world.attest({ vote_result: CHALLENGE_FAILED });
  const rest = pool - 10n ** 15n;
  const { slash_amount, submitter_reward_amount, validator_reward_amount, result } = attributesOf(events.at(-1)!);
  assert.deepEqual([result, slash_amount], ['"CHALLENGE_FAILED"', '"0"']);
  assert.deepEqual([submitter_reward_amount, validator_reward_amount], [`"${10n ** 15n}"`, `"${rest}"`]);
  assert.equal(world.bank.balance(moduleAddress('distribution')), rest);
  assert.equal(world.payment.balanceAt(world.payment.taxPoolAddress, world.time.seconds), 0n);
  assert.equal(world.deposit(1), DEPOSIT);
  assert.deepEqual(world.audit(), []);
  assert.equal(attested(world, 100n), CHALLENGE_FAILED);
});

test('an empty pool beats too, and other ids do not', () => {
  const world = heartbeat(0n);
  world.attest({ vote_result: CHALLENGE_FAILED });
  world.submit();
  assert.throws(() => world.attest({ vote_result: CHALLENGE_FAILED }), code(8));
  world.attest({ vote_result: CHALLENGE_SUCCEED });
});

test('the latest attestations are kept', () => {
  const world = challenged({ params: { attestation_kept_count: 2n } });
  for (const name of ['b', 'c']) world.sealedObject(name);
  for (const [object_id, object_name] of [
    ['1', 'a'],
    ['2', 'b'],
    ['3', 'c'],
  ] as const) {
    if (object_id !== '1') world.submit({ object_name });
    world.attest({ object_id: BigInt(object_id) });
  }
  assert.deepEqual(
    world.challenge.store.attestations().map(({ id }) => id),
    [2n, 3n],
  );
});

test('what was attested, and whose turn it is, can be asked', () => {
  const world = challenged({ validators: 2 });
  const ask = <R>(name: string, request: Uint8Array, response: MessageType<R>): R =>
    decode(response, world.query(`/greenfield.challenge.Query/${name}`, request));
  const one = encode(challenge.QueryAttestedChallengeRequest, { challenge_id: 1n });
  const none = new Uint8Array(0);
  assert.throws(() => ask('AttestedChallenge', one, challenge.QueryAttestedChallengeResponse), code(8));
  world.attest();
  const attestation = { id: 1n, result: CHALLENGE_SUCCEED };
  assert.deepEqual(ask('AttestedChallenge', one, challenge.QueryAttestedChallengeResponse).challenge, attestation);
  const latest = ask('LatestAttestedChallenges', none, challenge.QueryLatestAttestedChallengesResponse);
  assert.deepEqual(latest.challenges, [attestation]);
  const turn = ask('InturnAttestationSubmitter', none, challenge.QueryInturnAttestationSubmitterResponse);
  const { voter, start } = world.challenge.turn(world.context());
  assert.equal(turn.bls_pub_key, Buffer.from(voter.bls_key).toString('hex'));
  assert.deepEqual(turn.submit_interval, { start, end: start + 10n });
});

test('property: no coin is made or lost by any slash', () => {
  const sets = fc.record({
    validators: fc.integer({ min: 1, max: 5 }),
    challenged: fc.boolean(),
    size: fc.bigInt({ min: 1n, max: 10n ** 10n }),
    ratio: fc.bigInt({ min: 0n, max: 10n ** 18n }),
  });
  fc.assert(
    fc.property(sets, ({ validators, challenged: asked, size, ratio }) => {
      const params = {
        reward_validator_ratio: ratio,
        slash_amount_min: 1n,
        reward_submitter_ratio: 10n ** 18n - ratio,
      };
      const world = new ChallengeWorld({ validators, params });
      const { createObject } = world;
      createObject.call(world, 'bucket', 'a', { payload_size: size });
      world.seal('bucket', 'a');
      world.submit();
      const total = () => [...world.bank.owners()].reduce((sum, [, amount]) => sum + amount, 0n);
      const before = total();
      world.attest({ challenger_address: asked ? alice : '' });
      assert.equal(total(), before);
      assert.deepEqual(auditProviders(world.sp), []);
      assert.ok(world.deposit(1) < DEPOSIT);
    }),
    { numRuns: 25 },
  );
});
