import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ChainClient, type ChainClientOptions, TxTimeoutError } from '../client.ts';
import { FakeNode } from '../testing/fake-node.ts';
import { txHash } from '../tx.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function pair(options: Partial<ChainClientOptions> = {}) {
  const node = new FakeNode();
  const rpcUrl = await node.start();
  node.handlers.set('broadcast_tx_sync', () => ({ code: 0, log: '', codespace: '', data: '', hash: '' }));
  const client = new ChainClient({ rpcUrl, chainId: node.chainId, ...options });
  cleanups.push(
    () => node.stop(),
    () => client.close(),
  );
  return { node, client };
}

/** A client that hears of blocks. */
async function livePair() {
  const { node, client } = await pair();
  node.addBlock();
  const ready = client.waitForHeight(2n);
  await node.subscribed();
  node.addBlock();
  await ready;
  return { node, client };
}

const txs = Array.from({ length: 20 }, (_, i) => Buffer.from(`transaction ${i}`));

test('transactions of one block are settled by one call', async () => {
  const { node, client } = await livePair();
  const hashes = await Promise.all(txs.map((tx) => client.broadcastTx(tx)));
  assert.deepEqual(hashes, txs.map(txHash));
  const waits = hashes.map((hash) => client.waitForTx(hash));
  node.addBlock(txs);
  const results = await Promise.all(waits);
  assert.deepEqual(
    results.map((r) => [r.hash, r.height, r.code, r.gasUsed]),
    hashes.map((hash) => [hash, 3n, 0, 1200n]),
  );
  assert.equal(node.count('block_results'), 1);
  assert.equal(node.count('tx'), 0);
});

test('a block that came between broadcast and wait is remembered', async () => {
  const { node, client } = await livePair();
  const hash = await client.broadcastTx(txs[0]!);
  node.addBlock([txs[0]!], { code: 5 });
  await client.waitForHeight(3n);
  const result = await client.waitForTx(hash.toLowerCase());
  assert.equal(result.code, 5);
  assert.equal(result.height, 3n);
});

test('a transaction of long ago is found in the index', async () => {
  const { node, client } = await pair();
  node.addBlock([txs[0]!]);
  node.addBlock();
  assert.equal((await client.waitForTx(txHash(txs[0]!))).height, 1n);
});

test('without a socket it is found by polling', async () => {
  const { node, client } = await pair({ feed: { pollMs: 10 } });
  node.acceptSockets = false;
  node.addBlock();
  const wait = client.waitForTx(txHash(txs[1]!));
  setTimeout(() => node.addBlock([txs[1]!]), 30);
  assert.equal((await wait).height, 2n);
});

test('a wait ends at its deadline or when aborted', async () => {
  const { client } = await livePair();
  await assert.rejects(client.waitForTx('AB', { timeoutMs: 20 }), TxTimeoutError);
  const reason = new Error('enough');
  const stop = new AbortController();
  const wait = client.waitForTx('AB', { signal: stop.signal });
  stop.abort(reason);
  await assert.rejects(wait, reason);
});
