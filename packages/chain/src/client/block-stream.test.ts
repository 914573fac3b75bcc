import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { ChainBlock } from '../block.ts';
import { ChainClient, type ChainClientOptions } from '../client.ts';
import { FakeNode, FakeRpcError } from '../testing/fake-node.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function pair(options: Partial<ChainClientOptions> = {}) {
  const node = new FakeNode();
  const rpcUrl = await node.start();
  const client = new ChainClient({ rpcUrl, chainId: node.chainId, ...options });
  cleanups.push(
    () => node.stop(),
    () => client.close(),
  );
  return { node, client };
}

/** Collects blocks until the one at `last`. */
async function collect(client: ChainClient, from: bigint, last: bigint, seen: (b: ChainBlock) => void = () => {}) {
  const blocks: ChainBlock[] = [];
  for await (const block of client.subscribeBlocks(from, AbortSignal.timeout(10_000))) {
    blocks.push(block);
    seen(block);
    if (block.height === last) return blocks;
  }
  return blocks;
}

const heights = (blocks: ChainBlock[]) => blocks.map((b) => Number(b.height));
const upTo = (n: number, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => i + from);

test('history is fetched ahead, in order', async () => {
  const { node, client } = await pair({ prefetch: 5 });
  for (let i = 1; i <= 40; i++) node.addBlock(i % 3 === 0 ? [Buffer.from(`tx${i}`)] : []);
  const blocks = await collect(client, 3n, 40n);
  assert.deepEqual(heights(blocks), upTo(40, 3));
  assert.deepEqual(blocks[0]!.txs, [Buffer.from('tx3')]);
  assert.equal(blocks[0]!.txsResults[0]!.code, 0);
  assert.equal(blocks[0]!.hash, '3'.padStart(64, 'A'));
  assert.equal(blocks[1]!.beginBlockEvents[0]!.attributes[0]!.value, '4');
});

test('live blocks cost no call when empty, one when they carry transactions', async () => {
  const { node, client } = await pair();
  node.addBlock();
  const reading = collect(client, 1n, 11n, (block) => {
    if (block.height < 11n) node.addBlock(block.height === 5n ? [Buffer.from('tx')] : []);
  });
  await node.subscribed();
  const blocks = await reading;
  assert.deepEqual(heights(blocks), upTo(11));
  assert.deepEqual(blocks[5]!.txs, [Buffer.from('tx')]);
  assert.equal(blocks[9]!.beginBlockEvents[0]!.attributes[0]!.value, '10');
  assert.match(blocks[9]!.hash, /^[0-9A-F]{64}$/);
  assert.ok(node.count('block') <= 2, `blocks asked for: ${node.count('block')}`);
  assert.ok(node.count('block_results') <= 3, `results asked for: ${node.count('block_results')}`);
});

test('blocks made while the socket is down are not missed', async () => {
  const { node, client } = await pair({ feed: { pollMs: 20 } });
  node.addBlock();
  const reading = collect(client, 1n, 9n, (block) => {
    if (block.height === 2n) {
      node.dropSockets();
      for (let i = 0; i < 5; i++) node.addBlock([], { push: false });
    }
    if (block.height === 7n) void node.subscribed().then(() => [node.addBlock(), node.addBlock()]);
  });
  await node.subscribed();
  node.addBlock();
  assert.deepEqual(heights(await reading), upTo(9));
});

test('without a socket the node is polled', async () => {
  const { node, client } = await pair({ feed: { pollMs: 10 } });
  node.acceptSockets = false;
  node.addBlock();
  const blocks = await collect(client, 1n, 6n, (block) => {
    if (block.height < 6n) node.addBlock();
  });
  assert.deepEqual(heights(blocks), upTo(6));
});

test('results that lag behind their block are waited for', async () => {
  const { node, client } = await pair();
  for (let i = 0; i < 3; i++) node.addBlock();
  let refused = 0;
  node.handlers.set('block_results', ({ height }) => {
    if (height === '2' && refused++ < 2) throw new FakeRpcError('could not find results for height #2');
    return { height, txs_results: null, begin_block_events: null, end_block_events: null };
  });
  assert.deepEqual(heights(await collect(client, 1n, 3n)), upTo(3));
  assert.equal(refused, 3);
});

test('a pruned block ends the stream with an error, an abort with its reason', async () => {
  const { node, client } = await pair();
  for (let i = 0; i < 3; i++) node.addBlock();
  node.handlers.set('block', () => {
    throw new FakeRpcError('height 1 is not available, lowest height is 2');
  });
  await assert.rejects(collect(client, 1n, 3n), /lowest height is 2/);
  const stop = new AbortController();
  const reason = new Error('enough');
  const next = client.subscribeBlocks(4n, stop.signal)[Symbol.asyncIterator]().next();
  stop.abort(reason);
  await assert.rejects(next, reason);
});
