/** The streams under what may happen to nodes and connections: nothing is left out, nothing comes twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ChainClient } from '../client.ts';
import { IMPATIENT } from '../testing/fake-account-chain.ts';
import { FakeNode, fakeResult } from '../testing/fake-node.ts';
import { txHash } from '../tx.ts';

const STEPS = [
  'block',
  'block',
  'full block',
  'unannounced',
  'drop sockets',
  'trouble',
  'mend',
  'behind',
  'wait',
] as const;

function step(nodes: FakeNode[], what: (typeof STEPS)[number], which: number): void {
  const node = nodes[which % nodes.length]!;
  const number = node.blocks.length;
  const tx = Buffer.from(`tx ${number}`);
  const event = { type: 'seen', attributes: [{ key: 'number', value: String(number) }] };
  if (what === 'block') node.addBlock();
  else if (what === 'full block') node.addBlock([tx], { results: [{ ...fakeResult(0), events: [event] }] });
  else if (what === 'unannounced') node.addBlock([], { push: false });
  else if (what === 'drop sockets') node.dropSockets();
  else if (what === 'trouble') node.trouble = which % 2 ? 'drop' : 'http-500';
  else if (what === 'behind') node.behind = which % 4;
  else if (what === 'mend') for (const each of nodes) Object.assign(each, { trouble: 'none', behind: 0 });
}

const MAKES_BLOCK: ReadonlySet<string> = new Set(['block', 'full block', 'unannounced']);

async function blocksUntil(client: ChainClient, last: number, pauseMs: number): Promise<number[]> {
  const heights: number[] = [];
  for await (const block of client.subscribeBlocks(2n, AbortSignal.timeout(20_000))) {
    heights.push(Number(block.height));
    if (pauseMs) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (block.height >= BigInt(last)) break;
  }
  return heights;
}

async function eventsUntil(client: ChainClient, last: number): Promise<string[]> {
  const numbers: string[] = [];
  for await (const { event, tx, phase } of client.subscribeEvents(
    { types: ['seen'] },
    2n,
    AbortSignal.timeout(20_000),
  )) {
    const number = event.attributes[0]!.value;
    assert.equal(phase, 'tx');
    assert.equal(tx?.hash, txHash(Buffer.from(`tx ${number}`)));
    numbers.push(number);
    if (Number(number) >= last - 1) break;
  }
  return numbers;
}

const anyScript = fc.record({
  steps: fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.nat({ max: 7 })), { maxLength: 40 }),
  count: fc.integer({ min: 1, max: 3 }),
  prefetch: fc.integer({ min: 1, max: 8 }),
  slow: fc.boolean(),
});

test('every block and every event once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(anyScript, async ({ steps, count, prefetch, slow }) => {
      const first = new FakeNode();
      const nodes = [first, ...Array.from({ length: count - 1 }, () => new FakeNode(first))];
      for (let i = 0; i < 5; i++) first.addBlock();
      const rpcUrl = await Promise.all(nodes.map((node) => node.start()));
      const client = new ChainClient({ ...IMPATIENT, rpcUrl, chainId: first.chainId, prefetch, probeMs: 10 });
      try {
        const script = (async () => {
          for (const [what, which] of steps) {
            step(nodes, what, which);
            await new Promise((resolve) => setTimeout(resolve, which));
          }
          step(nodes, 'mend', 0);
          step(nodes, 'full block', 0);
        })();
        const last = 6 + steps.filter(([what]) => MAKES_BLOCK.has(what)).length;
        const [blocks, events] = await Promise.all([
          blocksUntil(client, last, slow ? 2 : 0),
          eventsUntil(client, last),
          script,
        ]);
        assert.deepEqual(
          blocks,
          first.blocks.slice(1).map((_, i) => i + 2),
        );
        const full = first.blocks.flatMap(({ txs }, i) => (txs.length > 0 ? [String(i)] : []));
        assert.deepEqual(events, full);
      } finally {
        client.close();
        await Promise.all(nodes.map((node) => node.stop()));
      }
    }),
    { numRuns: 25 },
  );
});

test('a slow consumer slows the fetching', async () => {
  const node = new FakeNode();
  for (let i = 0; i < 200; i++) node.addBlock();
  const client = new ChainClient({ ...IMPATIENT, rpcUrl: await node.start(), chainId: node.chainId, prefetch: 4 });
  try {
    const blocks = client.subscribeBlocks(1n, AbortSignal.timeout(10_000));
    for (let i = 0; i < 3; i++) await blocks.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(node.count('block') <= 3 + 4, `blocks asked for: ${node.count('block')}`);
    await blocks.return();
  } finally {
    client.close();
    await node.stop();
  }
});

test('a chain that was rewritten ends the stream', async () => {
  const node = new FakeNode();
  for (let i = 0; i < 3; i++) node.addBlock();
  node.blocks[1]!.header.last_block_id = { ...node.blocks[1]!.header.last_block_id, hash: '1'.padStart(64, 'A') };
  node.blocks[2]!.header.last_block_id = { ...node.blocks[2]!.header.last_block_id, hash: 'FF'.repeat(32) };
  const client = new ChainClient({ ...IMPATIENT, rpcUrl: await node.start(), chainId: node.chainId });
  try {
    const blocks = client.subscribeBlocks(1n, AbortSignal.timeout(10_000));
    assert.equal((await blocks.next()).value?.height, 1n);
    assert.equal((await blocks.next()).value?.height, 2n);
    await assert.rejects(blocks.next(), /block 3 follows FFFF.*the chain was rewritten/);
  } finally {
    client.close();
    await node.stop();
  }
});
