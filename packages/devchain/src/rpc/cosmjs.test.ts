/** cosmjs as a client: every method it has, over HTTP, in batches, and over WebSocket with subscriptions. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpBatchClient, Tendermint37Client, WebsocketClient } from '@cosmjs/tendermint-rpc';
import { cosmosBankV1beta1 as bank, txHash } from '@prairie/chain';
import { coin } from '../coins.ts';
import type { DevChain } from '../devchain.ts';
import { testChain, testKey } from '../testing/network.ts';
import { msg, signed } from '../testing/sender.ts';

let devchain: DevChain;
before(async () => {
  devchain = await testChain();
});
after(() => devchain.close());

const [alice, bob] = [testKey('alice'), testKey('bob')];

const transfer = () =>
  signed(devchain, alice, [
    msg(bank.MsgSend, { from_address: alice.address, to_address: bob.address, amount: [coin(1n)] }),
  ]);

/** The first value of a cosmjs stream, asked for while `work` runs. */
async function firstOf<T>(
  stream: { subscribe(listener: { next(value: T): void; error(error: unknown): void }): { unsubscribe(): void } },
  work: () => unknown,
): Promise<T> {
  const value = Promise.withResolvers<T>();
  const subscription = stream.subscribe({ next: value.resolve, error: value.reject });
  // the subscription is a request of its own: what it is told of comes after it
  while (devchain.subscribers === 0) await new Promise((resolve) => setImmediate(resolve));
  work();
  const first = await value.promise;
  subscription.unsubscribe();
  while (devchain.subscribers > 0) await new Promise((resolve) => setImmediate(resolve));
  return first;
}

async function overWebSocket(): Promise<Tendermint37Client> {
  const client = new WebsocketClient(devchain.rpcUrl.replace('http', 'ws'));
  // it connects again after it was told to disconnect, for ever, and keeps the process alive
  const { socket } = (client as unknown as { socket: { socket: { reconnect(): void } } }).socket;
  socket.reconnect = () => {};
  return Tendermint37Client.create(client);
}

async function withClient(client: Tendermint37Client, work: (client: Tendermint37Client) => Promise<void>) {
  try {
    await work(client);
  } finally {
    client.disconnect();
  }
}

async function everyMethod(client: Tendermint37Client): Promise<void> {
  const tx = transfer();
  const sent = await client.broadcastTxSync({ tx });
  assert.deepEqual([sent.code, Buffer.from(sent.hash).toString('hex').toUpperCase()], [0, txHash(tx)]);
  assert.equal((await client.numUnconfirmedTxs()).total, 1);
  const { height } = devchain.produceBlock();
  assert.equal((await client.status()).syncInfo.latestBlockHeight, height);
  const found = await client.tx({ hash: sent.hash, prove: true });
  assert.deepEqual([found.height, found.index, found.proof?.proof.total], [height, 0, 1]);
  const search = await client.txSearchAll({ query: `transfer.recipient='${bob.address}'`, per_page: 2 });
  assert.equal(search.txs.at(-1)?.height, height);
  assert.equal((await client.blockSearchAll({ query: 'block.height>=1' })).blocks.length, height);
  const { block, blockId } = await client.block(height);
  assert.deepEqual(block.txs, [new Uint8Array(tx)]);
  assert.equal((await client.commit(height)).commit.height, height);
  assert.equal((await client.blockResults(height)).results[0]?.code, 0);
  const metas = (await client.blockchain(1, height)).blockMetas;
  assert.deepEqual(metas[0]?.blockId.hash, blockId.hash);
  assert.equal((await client.validatorsAll(height)).count, 1);
  assert.equal((await client.genesis()).chainId, devchain.chainId);
  assert.equal((await client.abciInfo()).lastBlockHeight, height);
  await client.health();
  const query = await client.abciQuery({ path: '/store/bank/key', data: Buffer.of(1), prove: true });
  assert.deepEqual([query.code, query.proof?.ops], [0, []]);
  const async = await client.broadcastTxAsync({ tx: transfer() });
  assert.equal(async.hash.length, 32);
  devchain.produceBlock();
  await assert.rejects(client.broadcastTxSync({ tx }), /tx already exists in cache/);
  await assert.rejects(client.block(99_999), /must be less than or equal to the current blockchain height/);
  await assert.rejects(client.tx({ hash: Buffer.alloc(32) }), /not found/);
}

test('over HTTP', async () => withClient(await Tendermint37Client.connect(devchain.rpcUrl), everyMethod));

test('over WebSocket', async () => withClient(await overWebSocket(), everyMethod));

test('in batches', async () =>
  withClient(
    await Tendermint37Client.create(new HttpBatchClient(devchain.rpcUrl, { dispatchInterval: 10 })),
    async (client) => {
      const [one, status, two] = await Promise.all([client.block(1), client.status(), client.block(2)]);
      assert.deepEqual([one.block.header.height, two.block.header.height], [1, 2]);
      assert.equal(status.nodeInfo.network, devchain.chainId);
    },
  ));

test('subscriptions', async () => {
  await withClient(await overWebSocket(), async (client) => {
    const block = await firstOf(client.subscribeNewBlock(), () => devchain.produceBlock());
    assert.equal(block.header.height, devchain.height);
    const header = await firstOf(client.subscribeNewBlockHeader(), () => devchain.produceBlock());
    assert.equal(header.height, devchain.height);
    const tx = transfer();
    const event = await firstOf(client.subscribeTx(`transfer.sender='${alice.address}'`), () => {
      devchain.chain.submit(tx);
      devchain.produceBlock();
    });
    assert.deepEqual([event.height, event.result.code], [devchain.height, 0]);
    assert.deepEqual(event.tx, new Uint8Array(tx));
  });
});
