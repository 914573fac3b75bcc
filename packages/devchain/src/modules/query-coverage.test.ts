/** Every method of the node's query services has an answer here, but for those that are left out on purpose. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { services } from '@prairie/chain';
import type { DevChain } from '../devchain.ts';
import { testChain } from '../testing/network.ts';

const LEFT_OUT: Readonly<Record<string, string>> = {
  '/cosmos.tx.v1beta1.Service/BroadcastTx': 'refused by a node too: transactions are sent by other methods',
  '/cosmos.params.v1beta1.Query/Params': 'every module keeps its parameters itself',
  '/cosmos.params.v1beta1.Query/Subspaces': 'every module keeps its parameters itself',
  '/cosmos.tx.v1beta1.Service/TxEncodeAmino': 'amino is not used on this network',
  '/cosmos.tx.v1beta1.Service/TxDecodeAmino': 'amino is not used on this network',
};

/** Methods of a node that the tables of the services lack. */
const BESIDES = new Set(['/cosmos.upgrade.v1beta1.Query/Authority']);

let devchain: DevChain;
before(async () => {
  devchain = await testChain();
});
after(() => devchain.close());

const methods = Object.values(services).flatMap((service) => Object.values(service));

for (const { path, request, response } of methods) {
  if (path in LEFT_OUT) continue;
  test(path, () => {
    const types = devchain.chain.queries.typesOf(path);
    assert.ok(types, 'no module answers it');
    assert.deepEqual([types.request.name, types.response.name], [request.name, response.name]);
    const answer = devchain.chain.queries.query(path, new Uint8Array(0), 0);
    assert.doesNotMatch(answer.log, /^panic/, answer.log);
  });
}

test('what is left out is known, and not there', () => {
  const known = new Set<string>(methods.map(({ path }) => path));
  for (const path of Object.keys(LEFT_OUT)) {
    assert.ok(known.has(path), path);
    assert.equal(devchain.chain.queries.typesOf(path), undefined, path);
  }
});

test('nothing is answered that the services do not have', () => {
  const known = new Set<string>(methods.map(({ path }) => path));
  assert.deepEqual(
    devchain.chain.queries.paths.filter((path) => !known.has(path) && !BESIDES.has(path)),
    [],
  );
});
