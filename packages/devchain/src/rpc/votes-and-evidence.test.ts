import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { blsPublicKey, blsSign } from '@prairie/chain';
import { timeText } from '../chain/block-types.ts';
import { upperHex, voteSignBytes } from '../chain/hashes.ts';
import type { DevChain } from '../devchain.ts';
import { testBls, testChain } from '../testing/network.ts';
import { rpcCall } from '../testing/rpc-call.ts';
import { VotePool } from './vote-pool.ts';

let devchain: DevChain;
before(async () => {
  devchain = await testChain();
});
after(() => devchain.close());

const { secret } = testBls('validator');
const event = (label: number) => Buffer.alloc(32, label);

const vote = (label: number, changes: object = {}) => ({
  pub_key: blsPublicKey(secret).toString('base64'),
  signature: blsSign(secret, event(label)).toString('base64'),
  event_type: 3,
  event_hash: event(label).toString('base64'),
  ...changes,
});

test('votes of the validator are kept, once, and found by type and event', async () => {
  for (const label of [1, 2, 1]) {
    assert.deepEqual((await rpcCall(devchain, 'broadcast_vote', { vote: vote(label) })).result, {});
  }
  const query = async (event_type: unknown, event_hash: string) =>
    (await rpcCall(devchain, 'query_vote', { event_type, event_hash })).result.votes;
  assert.deepEqual(await query('3', vote(2).event_hash), [vote(2)]);
  assert.deepEqual(await query(3, ''), [vote(1), vote(2)]);
  assert.deepEqual(await query('1', ''), []);
});

test('other votes are refused', async () => {
  const stranger = testBls('stranger').secret;
  const faults: [unknown, RegExp][] = [
    [undefined, /an object expected/],
    ['x', /an object expected/],
    [vote(3, { event_type: 4 }), /event_type is one of 1, 2, 3, got 4/],
    [vote(3, { event_hash: 'AAAA' }), /event_hash must be 32 bytes/],
    [vote(3, { pub_key: 5 }), /pub_key must be 48 bytes/],
    [vote(3, { signature: vote(1).signature }), /signature does not verify/],
    [vote(3, { pub_key: blsPublicKey(stranger).toString('base64') }), /no bonded validator/],
  ];
  for (const [value, text] of faults) {
    const { error } = await rpcCall(devchain, 'broadcast_vote', { vote: value });
    assert.equal(error?.code, -32603);
    assert.match(error.data!, text);
  }
});

test('votes expire, and the pool is bounded', () => {
  let now = 0;
  const pool = new VotePool(devchain.chain, { now: () => now, capacity: 2 });
  const count = () => pool.query(3, new Uint8Array(0)).length;
  pool.add(vote(1));
  now = 29_999;
  pool.add(vote(2));
  assert.equal(count(), 2);
  assert.throws(() => pool.add(vote(3)), /vote pool is full: 2 votes/);
  now = 30_000;
  assert.equal(count(), 1);
  pool.add(vote(3));
  assert.equal(count(), 2);
});

/** Two precommits of the validator for different blocks of one height. */
function evidence(changes: object = {}, sign = true) {
  const precommit = (label: string) => {
    const block_id = { hash: label.repeat(32), parts: { total: 1, hash: 'AB'.repeat(32) } };
    const timestamp = timeText({ seconds: 1_795_000_000n, nanos: 5 });
    const bytes = voteSignBytes(devchain.chainId, 2n, block_id, timestamp, 1n);
    const signature = sign ? devchain.chain.key.sign(bytes) : Buffer.alloc(64);
    const { address } = devchain.chain.key;
    return {
      ...{ type: 2, height: '2', round: 1, block_id, timestamp, validator_address: address, validator_index: 0 },
      signature: signature.toString('base64'),
    };
  };
  const value = {
    vote_a: precommit('01'),
    vote_b: precommit('02'),
    TotalVotingPower: '10000000',
    ValidatorPower: '10000000',
    Timestamp: '2026-11-21T00:00:00Z',
    ...changes,
  };
  return { type: 'tendermint/DuplicateVoteEvidence', value };
}

test('evidence of two precommits is verified', async () => {
  const answer = (value: unknown) => rpcCall(devchain, 'broadcast_evidence', { evidence: value });
  const { result } = await answer(evidence());
  assert.match(result.hash, /^[0-9A-F]{64}$/);
  const { value } = evidence();
  const { vote_a, vote_b } = value;
  const faults: [unknown, RegExp][] = [
    [undefined, /^no evidence was provided$/],
    [{ type: 'tendermint/LightClientAttackEvidence', value: {} }, /DuplicateVoteEvidence expected/],
    [{ ...evidence(), value: {} }, /ValidateBasic failed: malformed votes/],
    [evidence({ vote_a: vote_b, vote_b: vote_a }), /duplicate votes in invalid order/],
    [evidence({ vote_b: { ...vote_b, height: '3' } }), /different rounds/],
    [evidence({ vote_b: { ...vote_b, validator_address: 'AB'.repeat(20) } }), /different validators/],
    [evidence({}, false), /failed to add evidence: invalid signature/],
    [
      evidence({ vote_a: { ...vote_a, height: '99' }, vote_b: { ...vote_b, height: '99' } }),
      /don't have header at height #99/,
    ],
  ];
  for (const [evil, text] of faults) {
    const { error } = await answer(evil);
    assert.equal(error?.code, -32603);
    assert.match(error.data!, text);
  }
  assert.equal(upperHex(Buffer.from(result.hash, 'hex')), result.hash);
});
