import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cosmosBankV1beta1 as bank, encode } from '@prairie/chain';
import { WebSocket } from 'ws';
import { parseTime } from './chain/block-types.ts';
import { coin } from './coins.ts';
import { DevChain } from './devchain.ts';
import { TEST_CHAIN_ID, testChain, testGenesis, testKey } from './testing/network.ts';
import { deliver, msg, signed } from './testing/sender.ts';

const alice = testKey('alice');
const bob = testKey('bob');
const send = (amount: bigint) =>
  msg(bank.MsgSend, { from_address: alice.address, to_address: bob.address, amount: [coin(amount)] });

/** What a client reads of the newest block and of accounts, balances and providers. */
const picture = ({ chain }: DevChain) => {
  const ask = (path: string, data: Uint8Array = new Uint8Array(0)) => {
    const { code, value } = chain.queries.query(path, data, 0);
    return [code, Buffer.from(value ?? []).toString('hex')];
  };
  return {
    block: chain.lastBlock,
    accounts: ask('/cosmos.auth.v1beta1.Query/Accounts'),
    owners: ask('/cosmos.bank.v1beta1.Query/DenomOwners', encode(bank.QueryDenomOwnersRequest, { denom: 'BNB' })),
    supply: ask('/cosmos.bank.v1beta1.Query/TotalSupply'),
    providers: ask('/greenfield.sp.Query/StorageProviders'),
  };
};

test('a chain that is opened again goes on where its last block ended', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'devchain-'));
  try {
    const first = await testChain({ dataDir });
    const height = first.height;
    deliver(first, alice, [send(5n)]);
    for (let i = 0; i < 5; i++) first.produceBlock();
    const before = picture(first);
    // nothing that happens after the last commit may be needed: the file is closed under the chain
    await first.close();

    const second = await testChain({ dataDir, genesis: testGenesis({ genesisTime: new Date(0) }) });
    assert.deepEqual(picture(second), before);
    assert.equal(deliver(second, alice, [send(6n)]).code, 0);
    assert.equal(second.chain.store.block(height + 1)?.results.txs_results?.length, 1, 'older blocks are there');
    assert.equal(second.height, before.block!.height + 1);
    await second.close();
    await assert.rejects(
      testChain({ dataDir, genesis: testGenesis({ chainId: 'greenfield_9001-1' }) }),
      /holds chain greenfield_9000-121/,
    );
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('block times grow, the first is that of genesis, hashes chain', async () => {
  const devchain = await testChain();
  for (let i = 0; i < 20; i++) devchain.produceBlock();
  const nanos = (height: number) => {
    const { seconds, nanos } = parseTime(devchain.chain.store.block(height)!.block.block.header.time);
    return seconds * 10n ** 9n + BigInt(nanos);
  };
  assert.equal(devchain.chain.store.block(1)?.block.block.header.time, devchain.chain.genesis.genesis_time);
  for (let height = 2; height <= devchain.height; height++) {
    assert.ok(nanos(height) > nanos(height - 1));
    const [block, previous] = [height, height - 1].map((h) => devchain.chain.store.block(h)!);
    assert.deepEqual(block!.block.block.header.last_block_id, previous!.block.block_id);
    assert.equal(block!.block.block.header.app_hash, previous!.app_hash);
    assert.equal(block!.block.block.header.randao_mix.length, 128);
  }
  await devchain.close();
});

test('with block time 0 a transaction has its block at once', async () => {
  const devchain = await testChain({ autoBlocks: true, blockTimeMs: 0 });
  const { height } = devchain;
  const made = new Promise<number>((resolve) => devchain.onBlock((record) => resolve(record.height)));
  devchain.chain.submit(signed(devchain, alice, [send(1n)]));
  assert.equal(devchain.height, height, 'the sender is answered first');
  assert.equal(await made, height + 1);
  await devchain.close();
});

test('a steady interval makes empty blocks', async () => {
  const devchain = await testChain({ autoBlocks: true, blockTimeMs: 20 });
  const { height } = devchain;
  await new Promise<void>((resolve) => devchain.onBlock((record) => record.height > height + 3 && resolve()));
  await devchain.close();
});

test('a block that fails halts the chain and leaves the state of the block before', async () => {
  const errors: string[] = [];
  let broken = false;
  const devchain = await testChain({
    autoBlocks: true,
    blockTimeMs: 10,
    logger: { error: (message) => errors.push(message) },
    modules: ({ bank: keeper }) => [
      {
        name: 'broken',
        messages: [],
        queries: {},
        endBlock(ctx) {
          keeper.mint(ctx, 'crosschain', 1n);
          if (broken) throw new Error('no');
        },
      },
    ],
  });
  broken = true;
  const { height } = devchain;
  const { supply } = devchain.keepers.bank;
  while (!devchain.halted) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(devchain.height >= height);
  assert.equal(devchain.keepers.bank.supply, supply + BigInt(devchain.height - height));
  assert.match(errors[0]!, /chain halted/);
  await devchain.close();
});

/** A frame from the node; tests look at the parts that it must have. */
// biome-ignore lint/suspicious/noExplicitAny: any method's answer
type Frame = any;

async function opened(devchain: DevChain): Promise<{ ws: WebSocket; next: () => Promise<Frame> }> {
  const ws = new WebSocket(`${devchain.rpcUrl.replace('http', 'ws')}/websocket`);
  const queue: string[] = [];
  let wake = () => {};
  ws.on('message', (data) => {
    queue.push(String(data));
    wake();
  });
  await new Promise((resolve) => ws.once('open', resolve));
  const next = async () => {
    while (queue.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return JSON.parse(queue.shift()!);
  };
  return { ws, next };
}

test('subscribers get blocks and transactions, and the same methods answer', async () => {
  const devchain = await testChain();
  const { ws, next } = await opened(devchain);
  const ask = (id: number | string, method: string, params: unknown) =>
    ws.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
  ask('b', 'subscribe', { query: "tm.event='NewBlock'" });
  assert.deepEqual(await next(), { jsonrpc: '2.0', id: 'b', result: {} });
  ask(2, 'subscribe', { query: `tm.event='Tx' AND transfer.recipient='${bob.address}'` });
  await next();
  ask(3, 'subscribe', { query: "tm.event='NewBlock'" });
  assert.equal((await next()).error.data, 'already subscribed');
  ask(4, 'status', {});
  assert.equal((await next()).result.node_info.network, TEST_CHAIN_ID);
  ask(5, 'eth_chainId', []);
  assert.equal((await next()).error.code, -32601);

  deliver(devchain, alice, [send(3n)]);
  const messages = [await next(), await next()];
  const block = messages.find(({ id }) => id === 'b')!.result;
  assert.equal(block.data.type, 'tendermint/event/NewBlock');
  assert.deepEqual(Object.keys(block.data.value), ['block', 'result_begin_block', 'result_end_block']);
  const tx = messages.find(({ id }) => id === 2)!.result;
  assert.equal(tx.data.type, 'tendermint/event/Tx');
  assert.deepEqual(tx.events['tx.height'], [String(devchain.height)]);
  // with a socket still open
  await devchain.close();
});

test('HTTP: batches, notifications, limits, wallets and browsers', async () => {
  const devchain = await testChain();
  const post = (body: string, path = '/') => fetch(devchain.rpcUrl + path, { method: 'POST', body });
  const call = (id: unknown, method: string, params: unknown = {}) => ({ jsonrpc: '2.0', id, method, params });
  const batch = await (await post(JSON.stringify([call(123456789012, 'health'), call('x', 'abci_info')]))).json();
  assert.deepEqual(
    (batch as { id: unknown }[]).map(({ id }) => id),
    [123456789012, 'x'],
  );
  const single = await (await post(JSON.stringify([call(1, 'health'), { method: 'health' }]))).json();
  assert.deepEqual(single, { jsonrpc: '2.0', id: 1, result: {} });
  assert.equal(await (await post(JSON.stringify({ method: 'health' }))).text(), '');
  const broken = await post('{');
  assert.equal(broken.status, 500);
  assert.equal(((await broken.json()) as { error: { code: number } }).error.code, -32700);
  assert.equal((await post('{}', '/elsewhere')).status, 404);
  assert.match(await (await post('')).text(), /Available endpoints/);
  assert.equal((await post(' '.repeat(1_000_001))).status, 400);
  const positional = await (await post(JSON.stringify(call(1, 'block', ['2'])))).json();
  assert.equal((positional as { result: { block: { header: { height: string } } } }).result.block.header.height, '2');

  const eth = async (method: string, params: unknown[] = []) =>
    ((await (await post(JSON.stringify(call(1, method, params)))).json()) as { result: string }).result;
  assert.equal(await eth('eth_chainId'), '0x2328');
  assert.equal(await eth('net_version'), '9000');
  assert.equal(BigInt(await eth('eth_getBalance', [bob.address])), devchain.keepers.bank.balance(bob.address));

  const options = await fetch(devchain.rpcUrl, { method: 'OPTIONS' });
  assert.equal(options.status, 204);
  assert.equal(options.headers.get('access-control-allow-origin'), '*');
  const block = await fetch(`${devchain.rpcUrl}/block?height=1`);
  assert.equal(block.headers.get('cache-control'), 'public, max-age=86400');
  assert.ok(block.headers.get('x-server-time'));
  await devchain.close();
});

test('options that make no sense are refused', async () => {
  const params = { storage: { no_such_param: 1 } };
  assert.throws(() => testGenesis({ params }), /parameter no_such_param does not exist/);
  await assert.rejects(
    DevChain.create({ genesis: { ...testGenesis(), app_state: {} }, port: 0 }),
    /MsgCreateValidator/,
  );
});
