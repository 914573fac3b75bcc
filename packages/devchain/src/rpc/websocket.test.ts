/** The port over WebSocket: methods, subscriptions and their limits. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { cosmosBankV1beta1 as bank, txHash } from '@prairie/chain';
import WebSocket from 'ws';
import { coin } from '../coins.ts';
import type { DevChain } from '../devchain.ts';
import { testChain, testKey } from '../testing/network.ts';
import { msg, signed } from '../testing/sender.ts';
import { RpcServer } from './server.ts';

interface Frame {
  id?: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many methods
  result?: any;
  error?: { code: number; message: string; data?: string };
}

let devchain: DevChain;
before(async () => {
  devchain = await testChain();
});
after(() => devchain.close());

/** A connection whose frames are read one after the other. */
class Peer {
  readonly socket: WebSocket;
  private readonly frames: Frame[] = [];
  private wake: () => void = () => {};

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      this.frames.push(JSON.parse(data.toString()) as Frame);
      this.wake();
    });
  }

  static async open(rpcUrl: string): Promise<Peer> {
    const peer = new Peer(new WebSocket(`${rpcUrl.replace('http', 'ws')}/websocket`));
    await once(peer.socket, 'open');
    return peer;
  }

  async next(): Promise<Frame> {
    while (this.frames.length === 0) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.frames.shift()!;
  }

  async call(method: string, params: unknown = {}, id: unknown = 1): Promise<Frame> {
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return this.next();
  }
}

async function withPeer(work: (peer: Peer) => Promise<void>, rpcUrl = devchain.rpcUrl): Promise<void> {
  const peer = await Peer.open(rpcUrl);
  try {
    await work(peer);
  } finally {
    peer.socket.terminate();
  }
}

const alice = testKey('alice');
const transfer = () =>
  signed(devchain, alice, [
    msg(bank.MsgSend, { from_address: alice.address, to_address: testKey('bob').address, amount: [coin(7n)] }),
  ]);

test('methods answer in order, those of wallets do not, and notifications are silent', () =>
  withPeer(async (peer) => {
    assert.deepEqual(await peer.call('health', {}, 'x'), { jsonrpc: '2.0', id: 'x', result: {} });
    assert.equal((await peer.call('block', ['1'])).result.block.header.height, '1');
    assert.equal((await peer.call('eth_chainId', [])).error?.code, -32601);
    peer.socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'health' }));
    assert.equal((await peer.call('status', {}, 2)).id, 2);
    peer.socket.send('{');
    const { id, error } = await peer.next();
    assert.deepEqual([id, error?.code], [undefined, -32700]);
    peer.socket.send('[]');
    assert.equal((await peer.next()).error?.code, -32600);
  }));

test('events come with the id and the query of their subscription', () =>
  withPeer(async (peer) => {
    const queries = {
      block: "tm.event='NewBlock'",
      header: "tm.event='NewBlockHeader'",
      tx: "tm.event='Tx'",
      mine: `transfer.recipient='${testKey('bob').address}' AND transfer.amount CONTAINS '7BNB'`,
      other: "tm.event='Tx' AND transfer.sender='nobody'",
    };
    for (const [id, query] of Object.entries(queries))
      assert.deepEqual((await peer.call('subscribe', { query }, id)).result, {});
    const tx = transfer();
    devchain.chain.submit(tx);
    const record = devchain.produceBlock();
    const seen: Record<string, Frame['result']> = {};
    for (let i = 0; i < 4; i++) {
      const { id, result } = await peer.next();
      seen[String(id)] = result;
      assert.equal(result.query, queries[id as keyof typeof queries]);
    }
    assert.equal(seen.block.data.type, 'tendermint/event/NewBlock');
    assert.deepEqual(seen.block.data.value.block, record.block.block);
    assert.ok(seen.block.data.value.result_begin_block.events.length > 0);
    assert.deepEqual(seen.header.data.value.header, record.block.block.header);
    assert.equal(seen.header.data.value.num_txs, '1');
    const { TxResult } = seen.tx.data.value;
    assert.deepEqual([TxResult.height, TxResult.index, TxResult.tx], [String(record.height), 0, tx.toString('base64')]);
    assert.deepEqual(TxResult.result, record.results.txs_results![0]);
    assert.deepEqual(seen.tx.events['tx.hash'], [txHash(tx)]);
    assert.deepEqual(seen.mine.data, seen.tx.data);
    const keys = Object.keys(seen.tx.events);
    assert.deepEqual(keys, keys.toSorted());
  }));

test('unsubscribing ends it', () =>
  withPeer(async (peer) => {
    const query = "tm.event='NewBlock'";
    await peer.call('subscribe', { query }, 1);
    assert.deepEqual((await peer.call('unsubscribe', [query], 2)).result, {});
    assert.equal((await peer.call('unsubscribe', { query }, 3)).error?.data, 'subscription not found');
    await peer.call('subscribe', { query }, 4);
    assert.deepEqual((await peer.call('unsubscribe_all', {}, 5)).result, {});
    devchain.produceBlock();
    assert.equal((await peer.call('health', {}, 6)).id, 6);
  }));

test('queries are checked: form, length, number, and the same one twice', () =>
  withPeer(async (peer) => {
    const failure = async (params: unknown) => (await peer.call('subscribe', params)).error!;
    assert.match((await failure({ query: 'x' })).data!, /failed to parse query/);
    assert.match((await failure({ query: `a='${'x'.repeat(512)}'` })).data!, /maximum query length exceeded/);
    assert.equal((await failure({})).code, -32602);
    assert.equal((await failure([])).code, -32602);
    assert.equal((await failure('x')).code, -32602);
    const query = (i: number) => ({ query: `a.b='${i}'` });
    for (let i = 0; i < 5; i++) assert.deepEqual((await peer.call('subscribe', query(i))).result, {});
    assert.equal((await failure(query(0))).data, 'already subscribed');
    assert.equal((await failure(query(5))).data, 'max_subscriptions_per_client 5 reached');
  }));

test('a hundred connections may subscribe', async () => {
  const peers = await Promise.all(Array.from({ length: 101 }, () => Peer.open(devchain.rpcUrl)));
  const answers = [];
  for (const peer of peers) answers.push(await peer.call('subscribe', ["tm.event='NewBlock'"]));
  assert.deepEqual(
    answers.slice(0, 100).filter(({ error }) => error),
    [],
  );
  assert.equal(answers[100]?.error?.data, 'max_subscription_clients 100 reached');
  peers[0]!.socket.close();
  await once(peers[0]!.socket, 'close');
  assert.deepEqual((await peers[100]!.call('subscribe', ["tm.event='NewBlock'"])).result, {});
  for (const peer of peers) peer.socket.terminate();
});

/** A second port on the same chain, with limits that a test can reach. */
async function withLimits(limits: object, work: (rpcUrl: string) => Promise<void>): Promise<void> {
  const { chain, keepers } = devchain;
  const deps = { chain, bank: keepers.bank, genesis: '{}', identity: () => assert.fail('not asked') };
  const server = await RpcServer.listen({ port: 0, host: '127.0.0.1', limits }, deps);
  try {
    await work(`http://127.0.0.1:${server.port}`);
  } finally {
    await server.close();
  }
}

test('a subscriber that does not read is cut off', () =>
  withLimits({ buffered: 1000 }, async (rpcUrl) => {
    await withPeer(async (peer) => {
      await peer.call('subscribe', ["tm.event='NewBlock'"]);
      const closed = once(peer.socket, 'close');
      peer.socket.pause();
      const last = devchain.chain.lastBlock!;
      const attributes = [{ key: 'k', value: 'x'.repeat(1_000_000), index: true }];
      const results = { ...last.results, begin_block_events: [{ type: 'large', attributes }] };
      // the kernel's buffers take the first ones
      for (let i = 0; i < 50; i++) {
        devchain.chain.blocks.emit({ ...last, results });
        await new Promise((resolve) => setImmediate(resolve));
      }
      peer.socket.resume();
      await closed;
    }, rpcUrl);
  }));

test('a peer that no longer answers pings is gone', () =>
  withLimits({ pingMs: 25, readDeadlineMs: 500 }, async (rpcUrl) => {
    const silent = new WebSocket(`${rpcUrl.replace('http', 'ws')}/websocket`, { autoPong: false });
    await once(silent, 'open');
    await withPeer(async (peer) => {
      await once(silent, 'close');
      assert.deepEqual((await peer.call('health')).result, {});
    }, rpcUrl);
  }));

test('closing the port ends its connections', async () => {
  let closed: Promise<unknown> | undefined;
  await withLimits({}, async (rpcUrl) => {
    const { socket } = await Peer.open(rpcUrl);
    closed = once(socket, 'close');
  });
  await closed;
});

test('only /websocket is upgraded, for as many as fit', () =>
  withLimits({ connections: 1 }, async (rpcUrl) => {
    const refused = async (path: string) => {
      const socket = new WebSocket(rpcUrl.replace('http', 'ws') + path);
      const [error] = await once(socket, 'error');
      return (error as Error).message;
    };
    assert.match(await refused('/'), /404/);
    await withPeer(async () => assert.match(await refused('/websocket'), /503/), rpcUrl);
  }));
