/** Several nodes of one chain, on real sockets, and what may happen to them. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { RpcClient, type RpcClientOptions, RpcError, RpcTransportError, WrongChainError } from '../rpc.ts';
import { FakeNode } from '../testing/fake-node.ts';

const CHAIN = 'greenfield_9000-121';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function nodes(count: number, options: Partial<RpcClientOptions> = {}) {
  const first = new FakeNode();
  const all = [first, ...Array.from({ length: count - 1 }, () => new FakeNode(first))];
  for (let i = 0; i < 30; i++) first.addBlock();
  const urls: string[] = [];
  for (const node of all) {
    urls.push(await node.start());
    node.handlers.set('who', () => all.indexOf(node));
    cleanups.push(() => node.stop());
  }
  const rpc = new RpcClient({ url: urls, chainId: CHAIN, retryMs: 2, probeMs: 10, ...options });
  cleanups.push(() => rpc.close());
  return { all, urls, rpc, who: () => rpc.read<number>('who') };
}

const until = async (check: () => Promise<boolean>) => {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('several nodes', () => {
  it('uses the first that is healthy, and stays with it', async () => {
    const { who, all } = await nodes(3);
    assert.equal(await who(), 0);
    all[0]!.trouble = 'drop';
    assert.equal(await who(), 1);
    all[0]!.trouble = 'none';
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(await who(), 1, 'what works is kept');
  });

  for (const trouble of ['drop', 'hang', 'http-500'] as const) {
    it(`reads elsewhere when a node fails (${trouble})`, async () => {
      // long enough for a healthy node on a busy machine
      const { who, all } = await nodes(2, { timeoutMs: 1000 });
      assert.equal(await who(), 0);
      all[0]!.trouble = trouble;
      assert.deepEqual(await Promise.all([who(), who(), who()]), [1, 1, 1]);
    });
  }

  it('does not repeat a broadcast by itself, but leaves the node', async () => {
    const { who, all, rpc } = await nodes(2);
    for (const node of all) node.handlers.set('broadcast_tx_sync', () => ({ code: 0, hash: '' }));
    assert.equal(await who(), 0);
    all[0]!.trouble = 'drop';
    await assert.rejects(rpc.broadcastTxSync(Buffer.of(1)), RpcTransportError);
    assert.equal(all[1]!.count('broadcast_tx_sync'), 0);
    await rpc.broadcastTxSync(Buffer.of(1));
    assert.equal(all[1]!.count('broadcast_tx_sync'), 1);
  });

  it('leaves a node that falls behind, and one that catches up', async () => {
    const { who, all } = await nodes(2, { maxLag: 5 });
    assert.equal(await who(), 0);
    all[0]!.behind = 5;
    await new Promise((resolve) => setTimeout(resolve, 40));
    assert.equal(await who(), 0, 'so far behind is allowed');
    all[0]!.behind = 6;
    await until(async () => (await who()) === 1);
    all[0]!.behind = 0;
    all[1]!.catchingUp = true;
    await until(async () => (await who()) === 0);
    all[0]!.catchingUp = true;
    assert.ok([0, 1].includes(await who()), 'better than none');
  });

  it('refuses a node of another chain, clearly', async () => {
    const { who, all, urls, rpc } = await nodes(2);
    all[0]!.network = 'greenfield_1017-1';
    assert.equal(await who(), 1);
    assert.equal(all[0]!.count('who'), 0, 'it was asked for its chain only');
    const alone = new RpcClient({ url: urls[0]!, chainId: CHAIN });
    cleanups.push(() => alone.close());
    await assert.rejects(alone.read('who'), (error: unknown) => {
      assert.ok(error instanceof WrongChainError);
      assert.match(error.message, /is of chain greenfield_1017-1, expected greenfield_9000-121: check the RPC address/);
      return true;
    });
    assert.equal(rpc.url, urls[1]);
  });

  it('asks elsewhere for what a node has not', async () => {
    const { all, rpc, who } = await nodes(3, { maxLag: 100 });
    assert.equal(await who(), 0);
    await until(async () => all.every((node) => node.count('status') > 1));
    all[0]!.behind = 20;
    assert.equal((await rpc.block(25)).block.header.height, '25');
    for (const node of all) node.behind = 20;
    await assert.rejects(rpc.block(25), (error: unknown) => error instanceof RpcError && /less than/.test(error.data));
  });

  it('gives no answer that is older than asked for', async () => {
    const { all, rpc } = await nodes(2, { maxLag: 100 });
    for (const node of all) {
      node.handlers.set('abci_query', () => ({ response: { code: 0, value: null, height: String(node.height) } }));
    }
    all[0]!.behind = 3;
    const answer = await rpc.abciQuery('/x', Buffer.alloc(0), { minHeight: 30n });
    assert.equal(answer.height, '30');
    all[1]!.behind = 3;
    await assert.rejects(
      rpc.abciQuery('/x', Buffer.alloc(0), { minHeight: 30n, timeoutMs: 500 }),
      /the nodes are behind, at height 27 of 30/,
    );
  });

  it('gives up when all are away, and comes back with the first that does', async () => {
    const { all, who } = await nodes(2);
    for (const node of all) node.trouble = 'drop';
    await assert.rejects(who(), RpcTransportError);
    const asked = all[0]!.count('status') + all[1]!.count('status');
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.ok(all[0]!.count('status') + all[1]!.count('status') < asked + 20, 'nodes that fail rest longer and longer');
    all[1]!.trouble = 'none';
    await until(async () => (await who().catch(() => -1)) === 1);
  });

  it('ends calls and looks when closed', async () => {
    const { all, rpc } = await nodes(2);
    all[0]!.trouble = 'hang';
    const call = rpc.read('who', {}, { timeoutMs: 5000 });
    await until(async () => all[0]!.count('status') > 0);
    rpc.close();
    await assert.rejects(call);
    const asked = all[1]!.count('status');
    await new Promise((resolve) => setTimeout(resolve, 40));
    assert.equal(all[1]!.count('status'), asked);
    await assert.rejects(rpc.read('who'), /was closed/);
  });
});
