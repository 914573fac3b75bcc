import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cosmosAuthV1beta1 as auth, encode, cosmosBaseTendermintV1beta1 as tendermint } from '@prairie/chain';
import type { DevChain } from '../devchain.ts';
import { testChain, testGenesis, testKey } from '../testing/network.ts';
import { ChainStore } from './chain-store.ts';
import { openChain } from './open.ts';

let devchain: DevChain;
before(async () => {
  devchain = await testChain();
  devchain.produceBlock();
});
after(() => devchain.close());

const NOTHING = new Uint8Array(0);
const ask = (path: string, options: { data?: Uint8Array; height?: number; prove?: boolean } = {}) => {
  const { data = NOTHING, height = 0, prove = false } = options;
  return devchain.chain.queries.query(path, data, height, prove);
};

test('paths that are no methods say so in the words of the node', () => {
  const texts: [string, number, string][] = [
    ['', 6, 'no query path provided: unknown request'],
    ['/nothing', 6, 'unknown query path: unknown request'],
    ['/app', 6, "Expected second parameter to be either 'simulate' or 'version', neither was present: unknown request"],
    ['/app/nothing', 6, 'unknown query: nothing: unknown request'],
    ['/store/bank', 6, 'invalid path: /bank: unknown request'],
    ['/store/nothing/key', 6, 'no such store: nothing: unknown request'],
    ['/store/bank/key', 2, 'query cannot be zero length: tx parse error'],
    ['/p2p/filter', 6, 'path should be p2p filter <addr|id> <parameter>: unknown request'],
    ['/cosmos.tx.v1beta1.Service/BroadcastTx', 18, "can't route a broadcast tx message: invalid request"],
  ];
  for (const [path, code, log] of texts) {
    const answer = ask(path);
    assert.deepEqual([answer.code, answer.log, answer.codespace], [code, log, 'sdk'], path);
  }
  const other = ask('/store/bank/nothing', { data: Buffer.of(1) });
  assert.equal(other.log, 'unexpected query path: /nothing: unknown request');
  const failing = ask('/app/simulate', { data: Buffer.of(0) });
  assert.equal(failing.code, 2);
  assert.match(failing.log, /^failed to simulate tx: .*tx parse error$/);
});

test('stores, peers and version answer, with an empty list of proofs where one was asked for', () => {
  const data = Buffer.of(7);
  const key = ask('/store/bank/key', { data, prove: true });
  assert.deepEqual([key.code, key.key, key.value, key.proven, key.height], [0, data, null, true, 3]);
  assert.equal(ask('/store/bank/key', { data }).proven, false);
  assert.deepEqual(ask('/store/bank/subspace', { data }).value, NOTHING);
  assert.equal(ask('/p2p/filter/id/abc').code, 0);
  assert.deepEqual([ask('/app/version').code, ask('/app/version').codespace], [0, 'sdk']);
});

test('heights: 0 is the latest, and none beyond it; a proof needs a second block', () => {
  const path = '/cosmos.auth.v1beta1.Query/Params';
  assert.equal(ask(path).height, 3);
  assert.equal(ask(path, { height: 2 }).height, 2);
  assert.equal(ask(path, { height: 4 }).code, 26);
  assert.equal(
    ask(path, { height: -1 }).log,
    'cannot query with height < 0; please provide a valid height: invalid request',
  );
  assert.equal(ask(path, { height: 1, prove: true }).code, 18);
  assert.equal(ask(path, { height: 2, prove: true }).code, 0);
});

test('a state that is not kept any more is an invalid request', () => {
  const store = new ChainStore({ historyBlocks: 2 });
  const { chain } = openChain(store, { genesis: testGenesis(), identity: () => assert.fail('not asked') });
  while (chain.height < 5) chain.produceBlock();
  const { code, log } = chain.queries.query('/cosmos.auth.v1beta1.Query/Params', NOTHING, 1);
  const text = 'failed to load state at height 1; version does not exist (latest height: 5)';
  assert.deepEqual([code, log], [18, `${text}: invalid request`]);
  store.close();
});

test('a call gives the message and its height, and throws what the handler threw', () => {
  const { address } = testKey('alice');
  const path = '/cosmos.auth.v1beta1.Query/Account';
  const { response, height } = devchain.chain.queries.call(path, { address }, 0);
  assert.equal(height, 3);
  assert.equal(response.account.type_url, auth.BaseAccount.typeUrl);
  const nobody = { address: `0x${'00'.repeat(19)}aa` };
  assert.throws(() => devchain.chain.queries.call(path, nobody, 0), { name: 'StatusError', status: 'NotFound' });
  assert.throws(() => devchain.chain.queries.call(path, { address }, 99), { name: 'ChainError', code: 26 });
  assert.throws(() => devchain.chain.queries.call('/nothing', {}, 0), { name: 'ChainError', code: 6 });
});

test('the tendermint service passes node paths on, and no others', () => {
  const path = '/cosmos.base.tendermint.v1beta1.Service/ABCIQuery';
  const call = (request: object) =>
    devchain.chain.queries.call(path, tendermint.ABCIQueryRequest.create(request) as never, 0).response;
  assert.equal(call({ path: '/store/bank/key', data: Buffer.of(1), prove: true }).proof_ops.ops.length, 0);
  assert.throws(() => call({ path: '/cosmos.auth.v1beta1.Query/Params' }), /unsupported ABCI query path/);
  assert.throws(() => call({}), /no ABCI query path/);
  assert.ok(encode(tendermint.ABCIQueryResponse, call({ path: '/app/version' })).length > 0);
});
