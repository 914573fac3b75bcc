import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ChainClient } from '../client.ts';
import { IMPATIENT } from '../testing/fake-account-chain.ts';
import { FakeNode } from '../testing/fake-node.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function pair(feed: { stallMs?: number } = {}) {
  const first = new FakeNode();
  const second = new FakeNode(first);
  const rpcUrl = [await first.start(), await second.start()];
  const options = { ...IMPATIENT, timeoutMs: 60, feed: { pollMs: 5, ...feed } };
  const client = new ChainClient({ ...options, rpcUrl, chainId: first.chainId });
  cleanups.push(
    () => first.stop(),
    () => second.stop(),
    () => client.close(),
  );
  first.addBlock();
  return { first, second, client };
}

test('blocks go on when the node that pushes them goes away', async () => {
  const { first, second, client } = await pair();
  const reached = client.waitForHeight(2n);
  await first.subscribed();
  first.addBlock();
  assert.equal(await reached, 2n);
  await first.stop();
  const next = client.waitForHeight(3n);
  await second.subscribed();
  second.addBlock();
  assert.equal(await next, 3n);
  await first.start();
});

test('a node that keeps the socket up and says nothing is left', async () => {
  const { first, second, client } = await pair({ stallMs: 40 });
  const reached = client.waitForHeight(3n);
  await first.subscribed();
  first.addBlock();
  // it answers no more, nor does it push
  first.trouble = 'hang';
  second.addBlock();
  assert.equal(await reached, 3n);
  const going = setInterval(() => second.addBlock(), 20);
  await second.subscribed();
  clearInterval(going);
});

test('the height never goes back, whoever tells it', async () => {
  const { first, second, client } = await pair();
  for (let i = 0; i < 8; i++) first.addBlock();
  for (const node of [first, second]) {
    node.handlers.set('abci_info', () => ({ response: { last_block_height: String(node.height) } }));
  }
  assert.equal(await client.currentHeight(), 9n);
  second.behind = 4;
  await first.stop();
  assert.equal(await client.currentHeight(), 9n);
  assert.equal(await client.waitForHeight(6n), 9n);
  await first.start();
});

test('blocks of another chain are not believed', async () => {
  const { first, client } = await pair();
  const stranger = new FakeNode();
  // what it says of itself is a lie, and its blocks tell
  const lied = await stranger.start();
  stranger.chainId = 'greenfield_5600-1';
  for (let i = 0; i < 5; i++) stranger.addBlock();
  const status = { node_info: { network: first.chainId }, sync_info: { latest_block_height: '5' } };
  stranger.handlers.set('status', () => status);
  const other = new ChainClient({ ...IMPATIENT, rpcUrl: lied, chainId: first.chainId, feed: { pollMs: 100_000 } });
  cleanups.push(
    () => stranger.stop(),
    () => other.close(),
  );
  const stop = new AbortController();
  const refused = assert.rejects(other.waitForHeight(6n, stop.signal), /in vain/);
  await stranger.subscribed();
  stranger.addBlock();
  setTimeout(() => stop.abort(new Error('in vain')), 200);
  await refused;
  client.close();
});

test('closing ends every wait', async () => {
  const { client } = await pair();
  const waits = [
    client.waitForHeight(99n),
    client.waitForTx('AB'),
    client.subscribeBlocks(99n, new AbortController().signal).next(),
  ];
  await new Promise((resolve) => setTimeout(resolve, 10));
  client.close();
  for (const wait of waits) await assert.rejects(wait, /was closed/);
});
