import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ChainClient } from '../client.ts';
import { FakeNode, FakeRpcError } from '../testing/fake-node.ts';

async function pair(t: TestContext) {
  const node = new FakeNode();
  const client = new ChainClient({ rpcUrl: await node.start(), chainId: node.chainId });
  t.after(async () => {
    client.close();
    await node.stop();
  });
  const genesis = { chain_id: node.chainId, genesis_time: '2026-11-21T00:00:00Z', initial_height: '1', app_state: {} };
  return { node, client, genesis };
}

test('the genesis file comes whole, or in parts', async (t) => {
  const { node, client, genesis } = await pair(t);
  node.handlers.set('genesis', () => ({ genesis }));
  assert.deepEqual(await client.genesis(), genesis);
  const bytes = Buffer.from(JSON.stringify(genesis));
  node.handlers.set('genesis', () => {
    throw new FakeRpcError('genesis response is large, please use the genesis_chunked API instead');
  });
  node.handlers.set('genesis_chunked', ({ chunk }) => {
    const data = bytes.subarray(Number(chunk) * 50, (Number(chunk) + 1) * 50).toString('base64');
    return { chunk, total: String(Math.ceil(bytes.length / 50)), data };
  });
  assert.deepEqual(await client.genesis(), genesis);
});

test('the genesis of another chain, and one that is too large, are refused', async (t) => {
  const { node, client, genesis } = await pair(t);
  node.handlers.set('genesis', () => ({ genesis: { ...genesis, chain_id: 'other_1-1' } }));
  await assert.rejects(client.genesis(), /expected the genesis of .*, the node gave that of other_1-1/);
  node.handlers.set('genesis', () => {
    throw new FakeRpcError('please use the genesis_chunked API instead');
  });
  const data = Buffer.alloc(30 << 20).toString('base64');
  node.handlers.set('genesis_chunked', ({ chunk }) => ({ chunk, total: '1000', data }));
  await assert.rejects(client.genesis(), /too large: \d+ bytes after part 9 of 1000/);
});
