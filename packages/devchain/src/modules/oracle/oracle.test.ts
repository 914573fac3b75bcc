import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cosmosOracleV1 as oracle } from '@prairie/chain';
import { ChainState } from '../../state/index.ts';
import { address, at, chainError, deliver } from '../payment/test-support.ts';
import { createOracleModule } from './index.ts';

const relayers = [1, 2, 3].map((byte) => ({
  operator_address: address(byte),
  self_del_address: address(byte),
  challenger_address: address(byte),
  bls_key: Buffer.alloc(48, byte),
}));

const { module } = createOracleModule({ state: new ChainState(), relayers: () => relayers });

test('relayers take turns of ten minutes', () => {
  const query = module.queries['/cosmos.oracle.v1.Query/InturnRelayer']!;
  const turn = (now: bigint) => {
    const { bls_pub_key, relay_interval } = query.handle(at(now), oracle.QueryInturnRelayerRequest.create());
    return [bls_pub_key.slice(0, 2), relay_interval.start, relay_interval.end];
  };
  assert.deepEqual(turn(0n), ['01', 0n, 600n]);
  assert.deepEqual(turn(1799n), ['03', 1200n, 1800n]);
  assert.deepEqual(turn(1800n), ['01', 1800n, 2400n]);
});

test('claims are refused before they cost anything, and in proposals too', () => {
  const claim = module.messages.find(({ type }) => type.name === oracle.MsgClaim.name)!;
  const msg = oracle.MsgClaim.create({ from_address: address(1) });
  assert.deepEqual(claim.signers(msg), [address(1)]);
  assert.throws(() => claim.validateBasic!(msg), chainError('sdk', 37, /no relayers/));
  assert.throws(() => claim.handle(at(1n), msg), chainError('sdk', 37, /no relayers/));
});

test('a turn has a length, and a share is at most the whole', () => {
  const valid = { relayer_timeout: 1n, relayer_interval: 1n, relayer_reward_share: 100 };
  const update = (params: Partial<oracle.Params>) => () =>
    deliver({ state: new ChainState() }, module.messages, at(1n), oracle.MsgUpdateParams, {
      authority: address(1),
      params: { ...valid, ...params },
    });
  assert.throws(update({}), chainError('gov', 13));
  for (const wrong of [{ relayer_timeout: 0n }, { relayer_interval: 0n }, { relayer_reward_share: 101 }]) {
    assert.throws(update(wrong), chainError('sdk', 18));
  }
});
