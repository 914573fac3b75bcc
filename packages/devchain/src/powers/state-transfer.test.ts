/** Dump and load of a state: over the port, and from a file at the start. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cosmosBankV1beta1 as bank } from '@prairie/chain';
import { parseTime } from '../chain/block-types.ts';
import { stateLines } from '../chain/state-dump.ts';
import { openStateFile } from '../chain/state-file.ts';
import { coin } from '../coins.ts';
import { DevChain, type DevChainOptions } from '../devchain.ts';
import { testChain, testGenesis, testKey } from '../testing/network.ts';
import { rpcCall } from '../testing/rpc-call.ts';
import { scratchFolder } from '../testing/scratch.ts';
import { deliver, msg, signed } from '../testing/sender.ts';

const alice = testKey('alice');
const carol = testKey('carol').address;

const send = (amount: bigint) =>
  msg(bank.MsgSend, { from_address: alice.address, to_address: carol, amount: [coin(amount)] });

async function start(t: TestContext, options: Partial<DevChainOptions> = {}): Promise<DevChain> {
  const devchain = await testChain({ powers: true, ...options });
  t.after(() => devchain.close());
  return devchain;
}

/** All lines over the port. */
async function dump(devchain: DevChain, height?: number): Promise<string[]> {
  const lines: string[] = [];
  let params: object = { height };
  for (;;) {
    const { result, error } = await rpcCall(devchain, 'dev_dumpState', params);
    assert.equal(error, undefined, error?.data);
    lines.push(...result.lines);
    if (result.next === null) return lines;
    params = { cursor: result.next };
  }
}

/** In parts of as many lines. */
async function load(devchain: DevChain, lines: readonly string[], part: number) {
  let upload: string | undefined;
  for (let at = 0; ; at += part) {
    const answer = await rpcCall(devchain, 'dev_loadState', { upload, lines: lines.slice(at, at + part) });
    if (answer.error || at + part >= lines.length) return answer;
    assert.equal(answer.result.loaded, false);
    upload = answer.result.upload;
  }
}

/** Both chains go on alike: same transaction, same time, same block. */
function assertSameFuture(a: DevChain, b: DevChain): void {
  const time = { seconds: parseTime(a.chain.lastBlock!.block.block.header.time).seconds + 5n, nanos: 1 };
  const txs = [signed(a, alice, [send(9n)])];
  const [one, other] = [a, b].map((devchain) => devchain.chain.executeBlock({ time, txs }));
  assert.deepEqual(one, other);
  assert.equal(one!.results.txs_results![0]!.code, 0);
}

test('a dump that is loaded gives the same dump and the same chain from there on', async (t) => {
  const a = await start(t);
  deliver(a, alice, [send(3n)]);
  const lines = await dump(a);
  assert.deepEqual([...stateLines(a.chain)], lines);
  const header = JSON.parse(lines[0]!);
  assert.deepEqual([header.height, header.app_hash], [a.height, a.chain.appHash]);

  const b = await start(t);
  deliver(b, alice, [send(100n)]);
  await rpcCall(b, 'dev_snapshot');
  for (let i = 0; i < 3; i++) b.produceBlock();
  const { result } = await load(b, lines, 100);
  assert.deepEqual([result.loaded, result.height], [true, String(a.height)]);
  assert.equal(b.keepers.bank.balance(carol), 3n);
  assert.deepEqual(await dump(b), lines);
  assert.deepEqual(b.chain.snapshots, []);
  assertSameFuture(a, b);
});

test('a chain begins with the dump in a file, and goes on by itself after a restart', async (t) => {
  const folder = scratchFolder(t);
  const state = join(folder, 'state.jsonl');
  const dataDir = join(folder, 'chain');
  const a = await start(t);
  deliver(a, alice, [send(3n)]);
  a.chain.clock.advance(1_000_000);
  a.produceBlock();
  writeFileSync(state, `${[...stateLines(a.chain)].join('\n')}\n`);
  const open = (options: DevChainOptions) => DevChain.create({ autoBlocks: false, port: 0, dataDir, ...options });
  const b = await open({ state });
  assertSameFuture(a, b);
  await b.close();
  const c = await open({});
  t.after(() => c.close());
  assert.equal(c.height, a.height);
  assertSameFuture(a, c);
  assert.ok(parseTime(c.produceBlock().block.block.header.time).seconds >= c.chain.clock.now.seconds - 10n);
});

test('the state of an older block is dumped while the chain goes on', async (t) => {
  const devchain = await start(t);
  deliver(devchain, alice, [send(3n)]);
  const { height } = devchain;
  const then = [...stateLines(devchain.chain)];
  deliver(devchain, alice, [send(3n)]);
  assert.deepEqual(await dump(devchain, height), then);
});

test('pages that are asked for after the chain went back are refused', async (t) => {
  const genesis = testGenesis();
  const denom = (i: number) => ({ base: `D${i}`, denom_units: [], description: 'x'.repeat(300) });
  genesis.app_state.bank.denom_metadata.push(...Array.from({ length: 1500 }, (_, i) => denom(i)));
  const devchain = await start(t, { genesis });
  await rpcCall(devchain, 'dev_snapshot');
  devchain.produceBlock();
  const { result } = await rpcCall(devchain, 'dev_dumpState');
  assert.equal(typeof result.next, 'string');
  devchain.chain.revert(1);
  devchain.chain.produceBlock(parseTime('2100-01-01T00:00:00Z'));
  const { error } = await rpcCall(devchain, 'dev_dumpState', { cursor: result.next });
  assert.match(error!.data!, /not the one that this dump began with/);
});

test('what is damaged or does not fit is refused, and changes nothing', async (t) => {
  const a = await start(t);
  const lines = await dump(a);
  const before = a.chain.appHash;
  const swapped = lines.map((line) =>
    line.includes('"bank/supply"') ? line.replace(/"value":"../, '"value":"AA') : line,
  );
  const other = lines.with(0, lines[0]!.replace('greenfield_9000-121', 'greenfield_1-1'));
  for (const [wrong, expected] of [
    [swapped, /it is damaged/],
    [lines.toSpliced(5, 1), /it is damaged/],
    [other, /it is damaged/],
    [[...lines.slice(0, -1), '{"end":1}'], /no number of entries/],
    [[lines.at(-1)!], /a dump of format prairie-state\/1 expected/],
    [['{', lines.at(-1)!], /line 1: /],
  ] as const) {
    const { error } = await load(a, wrong, 1000);
    assert.match(error!.data!, expected);
    assert.match(error!.data!, /^nothing was loaded: the upload/);
  }
  assert.equal(a.chain.appHash, before);
  a.produceBlock();

  const b = await start(t, { genesis: testGenesis({ chainId: 'greenfield_5000-1' }) });
  assert.match((await load(b, lines, 1000)).error!.data!, /this chain's chain id is "greenfield_5000-1"/);
  for (const params of [{}, { lines: [] }, { lines: ['a\nb'] }, { lines: 'x' }]) {
    assert.match((await rpcCall(b, 'dev_loadState', params)).error!.data!, /a list of 1 to \d+ lines/);
  }
  assert.match((await rpcCall(b, 'dev_loadState', { upload: 'x', lines: ['{}'] })).error!.data!, /no such upload/);
  assert.match((await rpcCall(b, 'dev_dumpState', { cursor: 'x' })).error!.data!, /cursor: what an earlier answer/);
  assert.match((await rpcCall(b, 'dev_dumpState', { height: 99 })).error!.data!, /a whole number from 1 to 2/);
});

test('a file that ends too early is no state', (t) => {
  const path = join(scratchFolder(t), 'state.jsonl');
  writeFileSync(path, '');
  assert.throws(() => openStateFile(path), /ends too early/);
});
