/** Each power over the port, with real sockets. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { cosmosBankV1beta1 as bank } from '@prairie/chain';
import { parseTime } from '../chain/block-types.ts';
import { coin } from '../coins.ts';
import type { DevChain, DevChainOptions } from '../devchain.ts';
import { testChain, testKey } from '../testing/network.ts';
import { rpcCall } from '../testing/rpc-call.ts';
import { scratchFolder } from '../testing/scratch.ts';
import { deliver, msg, signed } from '../testing/sender.ts';

const alice = testKey('alice');
const carol = testKey('carol').address;

async function start(t: TestContext, options: Partial<DevChainOptions> = {}): Promise<DevChain> {
  const devchain = await testChain({ powers: true, ...options });
  t.after(() => devchain.close());
  return devchain;
}

async function power(devchain: DevChain, method: string, params: unknown = {}) {
  const { result, error } = await rpcCall(devchain, method, params);
  assert.equal(error, undefined, error?.data);
  return result;
}

async function refusal(devchain: DevChain, method: string, params: unknown = {}): Promise<string> {
  const { error } = await rpcCall(devchain, method, params);
  assert.equal(error?.code, -32602, JSON.stringify(error));
  return error!.data!;
}

const send = (amount: bigint) =>
  msg(bank.MsgSend, { from_address: alice.address, to_address: carol, amount: [coin(amount)] });

const seconds = (time: string): number => Number(parseTime(time).seconds);

test('without the option there is no power', async (t) => {
  const devchain = await start(t, { powers: false });
  for (const method of ['dev_status', 'dev_mine', 'dev_impersonate']) {
    assert.equal((await rpcCall(devchain, method)).error?.code, -32601);
  }
  assert.equal((await fetch(`${devchain.rpcUrl}/dev_snapshot`)).status, 404);
});

test('revert brings back state, blocks, what waited, and the clock', async (t) => {
  const devchain = await start(t);
  const balance = () => devchain.keepers.bank.balance(carol);
  const waiting = signed(devchain, alice, [send(1n)]);
  devchain.chain.submit(waiting);
  const { id, height } = await power(devchain, 'dev_snapshot');
  assert.equal(height, String(devchain.height));
  await power(devchain, 'dev_increaseTime', { seconds: 3600 });
  devchain.produceBlock();
  deliver(devchain, alice, [send(10n)]);
  assert.equal(balance(), 11n);
  assert.deepEqual(await power(devchain, 'dev_revert', { id }), { id, height, reverted_blocks: '2' });
  assert.equal(balance(), 0n);
  assert.equal(devchain.chain.clock.setting.offset, 0);
  assert.equal((await rpcCall(devchain, 'block', { height: String(Number(height) + 1) })).error?.code, -32603);
  assert.equal(devchain.chain.mempool.count, 1);
  devchain.produceBlock();
  assert.equal(balance(), 1n);
  assert.deepEqual(await power(devchain, 'dev_snapshots'), { snapshots: [{ id, height }] });
  await power(devchain, 'dev_dropSnapshot', { id });
  assert.match(await refusal(devchain, 'dev_revert', { id }), /no snapshot 1/);
  assert.match(await refusal(devchain, 'dev_revert', { id: 0 }), /id: a whole number from 1 to \d+ expected, got 0/);
});

test('there is an end to the number of snapshots', async (t) => {
  const devchain = await start(t);
  for (let i = 0; i < 64; i++) await power(devchain, 'dev_snapshot');
  assert.match(await refusal(devchain, 'dev_snapshot'), /64 snapshots already/);
});

test('mining makes as many blocks as asked for, at the distance asked for, and others get their turn', async (t) => {
  const devchain = await start(t);
  const before = devchain.height;
  const time = seconds((await power(devchain, 'dev_status')).time);
  const mined = power(devchain, 'dev_mine', { blocks: 300, seconds_between: 10 });
  const { height } = await power(devchain, 'dev_status');
  assert.ok(Number(height) < before + 300, 'the status waits for nobody');
  let answered = 0;
  const asking = async () => {
    while ((await rpcCall(devchain, 'status')).result.sync_info.latest_block_height < before + 300) answered++;
  };
  const [result] = await Promise.all([mined, asking()]);
  assert.equal(result.height, String(before + 300));
  assert.equal(seconds(result.time), time + 3000);
  assert.ok(answered > 1, 'nobody was answered while blocks were made');
  assert.equal(seconds(devchain.produceBlock().block.block.header.time) >= time + 3000, true);
  assert.equal((await power(devchain, 'dev_mine')).height, String(before + 302));
  for (const blocks of [0, 100_001, -1]) {
    assert.match(await refusal(devchain, 'dev_mine', { blocks }), /blocks: a whole number from 1 to 100000/);
  }
  assert.match(await refusal(devchain, 'dev_mine', { blocks: 1, seconds_between: 0 }), /seconds_between: a whole/);
  const tooFar = { blocks: 100_000, seconds_between: 31_536_000 };
  assert.match(await refusal(devchain, 'dev_mine', tooFar), /a time up to 9000-01-01T00:00:00Z/);
});

test('closing ends a long mining', async () => {
  const devchain = await testChain({ powers: true });
  const mining = rpcCall(devchain, 'dev_mine', { blocks: 100_000 }).catch(() => 'cut off');
  const { height } = devchain;
  while (devchain.height < height + 5) await new Promise((resolve) => setImmediate(resolve));
  await devchain.close();
  await mining;
  assert.ok(devchain.height < height + 100_000);
});

test('the clock goes forward only, and is where it was after a restart', async (t) => {
  const dataDir = scratchFolder(t);
  const first = await testChain({ powers: true, dataDir });
  await power(first, 'dev_increaseTime', { seconds: 86_400 });
  const dayLater = seconds(first.produceBlock().block.block.header.time);
  assert.ok(dayLater >= Math.floor(Date.now() / 1000) + 86_390);
  const { time } = await power(first, 'dev_setNextBlockTime', { time: '2200-01-02T03:04:05.5Z' });
  assert.equal((await power(first, 'dev_status')).next_block_time, time);
  await first.close();

  const second = await start(t, { dataDir });
  assert.equal(second.produceBlock().block.block.header.time, '2200-01-02T03:04:05.5Z');
  assert.match(second.produceBlock().block.block.header.time, /^2200-01-02T03:04:/);
  assert.equal((await power(second, 'dev_status')).next_block_time, null);
  const past = await refusal(second, 'dev_setNextBlockTime', { time: '1000000000' });
  assert.match(past, /one after the last block's, 2200-.*got 2001-09-09T01:46:40Z/);
  assert.match(await refusal(second, 'dev_setNextBlockTime', { time: 'soon' }), /RFC 3339 .* got "soon"/);
  assert.match(await refusal(second, 'dev_setNextBlockTime', { time: '9999-01-01T00:00:00Z' }), /up to 9000/);
  assert.match(await refusal(second, 'dev_increaseTime', { seconds: -5 }), /seconds: a whole number from 1/);
});

test('a balance is set in a block of its own, the supply follows, and the books stay in order', async (t) => {
  const devchain = await start(t);
  const { bank: keeper } = devchain.keepers;
  const supply = keeper.supply;
  devchain.chain.submit(signed(devchain, alice, [send(5n)]));
  const set = (amount: string, address: string = carol) => power(devchain, 'dev_setBalance', { address, amount });
  const { height } = await set('1000');
  assert.equal(height, String(devchain.height));
  assert.deepEqual([keeper.balance(carol), keeper.supply - supply], [1000n, 1000n]);
  assert.equal(devchain.chain.mempool.count, 1);
  const events = devchain.chain.lastBlock!.results.begin_block_events!.map(({ type }) => type);
  assert.ok(events.includes('coinbase'));
  await set('10');
  assert.deepEqual([keeper.balance(carol), keeper.supply - supply], [10n, 10n]);
  await set('0');
  assert.equal(keeper.supply, supply);
  assert.equal((await power(devchain, 'dev_audit')).sound, true);
  const gov = devchain.keepers.accounts.moduleAddress('gov');
  assert.match(await refusal(devchain, 'dev_setBalance', { address: gov, amount: '1' }), /is that of module gov/);
  for (const amount of ['-1', '1.5', '', 'x', (2n ** 255n).toString(), undefined]) {
    assert.match(await refusal(devchain, 'dev_setBalance', { address: carol, amount }), /amount of wei below/);
  }
  assert.match(
    await refusal(devchain, 'dev_setBalance', { address: '0x12', amount: '1' }),
    /address: an address of 40/,
  );
});

test('without a pause in between no block comes by itself; only mining makes one', async (t) => {
  const devchain = await start(t, { autoBlocks: true, blockTimeMs: 0 });
  assert.deepEqual(await power(devchain, 'dev_pause'), { paused: true, block_time_ms: 0 });
  const { height } = devchain;
  devchain.chain.submit(signed(devchain, alice, [send(5n)]));
  for (let turn = 0; turn < 50; turn++) await rpcCall(devchain, 'health');
  assert.equal(devchain.height, height);
  await power(devchain, 'dev_mine', { blocks: 1 });
  assert.equal(devchain.height, height + 1);
  assert.equal(devchain.keepers.bank.balance(carol), 5n);
  devchain.chain.submit(signed(devchain, alice, [send(5n)]));
  const made = new Promise((resolve) => devchain.onBlock(resolve));
  assert.deepEqual(await power(devchain, 'dev_resume'), { paused: false, block_time_ms: 0 });
  await made;
  assert.equal(devchain.keepers.bank.balance(carol), 10n);
  assert.deepEqual(await power(devchain, 'dev_setBlockTime', { milliseconds: 5 }), { paused: false, block_time_ms: 5 });
  await new Promise((resolve) => devchain.onBlock(resolve));
  assert.match(await refusal(devchain, 'dev_setBlockTime', { milliseconds: 60_001 }), /from 0 to 60000/);
});

test('the status says where the chain stands', async (t) => {
  const devchain = await start(t);
  await power(devchain, 'dev_impersonate', { address: carol });
  await power(devchain, 'dev_snapshot');
  const status = await power(devchain, 'dev_status');
  const { height, app_hash, paused, impersonated, snapshots, mempool, data_dir } = status;
  assert.deepEqual(
    { height, app_hash, paused, impersonated, snapshots, mempool, data_dir },
    {
      ...{ height: String(devchain.height), app_hash: devchain.chain.appHash, paused: true },
      ...{ impersonated: 1, snapshots: 1, mempool: { txs: 0, bytes: 0 }, data_dir: null },
    },
  );
});

test('an audit finds a balance that came from nowhere', async (t) => {
  const devchain = await start(t);
  const { bank: keeper } = devchain.keepers;
  const audit = await power(devchain, 'dev_audit');
  assert.deepEqual([audit.sound, audit.total, audit.height], [true, 0, String(devchain.height)]);
  const edit = (ctx: Parameters<typeof keeper.receive>[0]) => keeper.receive(ctx, carol, 7n);
  devchain.chain.executeBlock({ time: devchain.chain.nextTime(), txs: [], edit });
  const { sound, findings } = await power(devchain, 'dev_audit');
  assert.equal(sound, false);
  assert.equal(findings[0].audit, 'supply');
});
