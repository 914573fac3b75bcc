import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Command } from 'commander';
import { type CliRun, type RunningCli, runCli, startCli } from '../../testing/run-cli.ts';
import { chainCommand } from './index.ts';

const USER = '0x76d244CE05c3De4BbC6fDd7F56379B145709ade9';
const GOV = '0x7b5Fe22B5446f7C62Ea27B8BD71CeF94e03f3dF2';

test('every verb has help with an example, and --json', () => {
  const program = new Command('prairie');
  chainCommand(program);
  const { commands } = program.commands[0]!;
  assert.ok(commands.length >= 16);
  for (const command of commands) {
    let help = '';
    const written = (text: string) => {
      help += text;
    };
    command.configureOutput({ writeOut: written }).outputHelp();
    assert.match(help, new RegExp(`\\nExample:\\n {2}prairie chain ${command.name()}`));
    assert.match(help, /--json/, command.name());
  }
});

describe('prairie chain', () => {
  let folder: string;
  let running: RunningCli;
  let env: Record<string, string>;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prairie-cli-chain-'));
    running = await startCli(['chain', 'start', '--rpc-port', '0', '--block-time', '60000']);
    env = { PRAIRIE_RPC: running.summary.rpc };
  });

  after(async () => {
    assert.equal(await running?.end(), 0);
    rmSync(folder, { recursive: true, force: true });
  });

  const chain = (...args: string[]): Promise<CliRun> => runCli(['chain', ...args], env);

  /** The parsed answer of a verb that succeeds. */
  async function answer(...args: string[]) {
    const { code, stdout, stderr } = await chain(...args, '--json');
    assert.equal(code, 0, stderr);
    assert.equal(stdout.trim().split('\n').length, 1, 'one line');
    return JSON.parse(stdout);
  }

  const height = async (): Promise<number> => Number((await answer('status')).height);

  test('blocks are made, and a revert takes them back', async () => {
    const { id, height: marked } = await answer('snapshot');
    assert.deepEqual(await answer('mine', '600'), {
      ...{ blocks: 600, height: String(Number(marked) + 600) },
      time: (await answer('status')).time,
    });
    assert.deepEqual(await answer('snapshots'), [{ id, height: marked }]);
    assert.deepEqual(await answer('revert', String(id)), { id, height: marked, revertedBlocks: 600 });
    const spoken = await chain('mine', '3');
    assert.match(spoken.stdout, /^mine {2}3 blocks made at \d+ blocks\/s; height \d+, /);
    assert.deepEqual(await answer('snapshot', '--drop', String(id)), { id, dropped: true });
    assert.equal((await chain('snapshots')).stdout, 'no snapshots\n');
  });

  test('time goes forward by a span, to a moment, and along with mined blocks', async () => {
    const before = Date.parse((await answer('status')).time);
    const { time } = await answer('time', '--forward', '1d12h');
    assert.ok(Date.parse(time) - before >= 129_600_000, time);
    assert.equal((await answer('time', '--at', '2100-01-01T00:00:00Z')).time, '2100-01-01T00:00:00Z');
    assert.equal((await answer('mine', '2', '--interval', '1h')).time, '2100-01-01T02:00:00Z');
    assert.match((await chain('time')).stdout, /s ahead of this machine; block \d+ had 2100-01-01T02:00:00Z\n$/);
    const planned = await answer('time', '--at', '4102455600', '--no-block');
    assert.equal(planned.time, '2100-01-01T03:00:00Z');
    assert.equal((await answer('time')).nextBlockTime, planned.time);
    const back = await chain('time', '--at', '2027-01-01T00:00:00Z');
    assert.deepEqual([back.code, back.stdout], [2, '']);
    assert.match(back.stderr, /^error: time: one after the last block's, .*\n {2}next: /);
  });

  test('balances are set with their unit, and the audit agrees', async () => {
    assert.equal((await answer('balance', USER, '1.5bnb')).balance, '1500000000000000000');
    assert.equal((await answer('balance', USER)).balance, '1500000000000000000');
    assert.match((await chain('balance', USER, '7wei')).stdout, /has 0\.000000000000000007 BNB since block \d+/);
    assert.equal((await chain('balance', USER, '12')).code, 2);
    const audit = await answer('audit');
    assert.deepEqual([audit.sound, audit.findings], [true, []]);
  });

  test('accounts are impersonated until they are not', async () => {
    assert.equal((await answer('impersonate', GOV)).address, GOV);
    assert.deepEqual(await answer('impersonate'), { addresses: [GOV] });
    assert.match((await chain('status')).stdout, new RegExp(`^impersonated +${GOV}$`, 'm'));
    assert.equal((await answer('stop-impersonating', GOV)).stopped, true);
    assert.equal((await answer('stop-impersonating', GOV)).stopped, false);
    const wrong = await chain('impersonate', '0x1', '--json');
    assert.equal(wrong.code, 2);
    assert.match(JSON.parse(wrong.stderr).error, /an address of 40 hex digits/);
  });

  test('a paused chain makes only what is asked for', async () => {
    assert.equal((await answer('pause')).paused, true);
    assert.deepEqual(await answer('block-time', '30000'), { paused: true, blockTimeMs: 30_000 });
    const before = await height();
    await answer('mine');
    assert.equal(await height(), before + 1);
    assert.equal((await answer('resume')).paused, false);
  });

  test('a dump, plain or packed, brings the state back, here and in a new chain', async () => {
    const [plain, packed] = [join(folder, 'state.jsonl'), join(folder, 'state.jsonl.gz')];
    await answer('balance', USER, '77wei');
    const dumped = await answer('dump', packed);
    assert.ok(dumped.entries > 100 && dumped.size === statSync(packed).size);
    assert.equal((await answer('dump', plain, '--height', dumped.height)).height, dumped.height);
    assert.equal(gunzipSync(readFileSync(packed)).toString(), readFileSync(plain, 'utf8'));
    await answer('balance', USER, '88wei');
    assert.equal((await answer('load', packed)).height, dumped.height);
    assert.equal((await answer('balance', USER)).balance, '77');
    const other = await startCli(['chain', 'start', '--rpc-port', '0', '--block-time', '60000', '--state', packed]);
    assert.equal(String(other.summary.height), dumped.height);
    const there = await runCli(['chain', 'balance', USER, '--rpc', other.summary.rpc, '--json']);
    assert.equal(JSON.parse(there.stdout).balance, '77');
    assert.equal(await other.end(), 0);
  });

  test('what is no dump, or half of one, is refused and changes nothing', async () => {
    const file = join(folder, 'half.jsonl');
    await answer('dump', file);
    const before = await height();
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    for (const [text, expected] of [
      [lines.slice(0, -1).join('\n'), /ends too early/],
      [lines.map((line, i) => (i === 5 ? line.replace(/[a-z]/, '0') : line)).join('\n'), /nothing was loaded/],
      ['', /ends too early/],
    ] as const) {
      writeFileSync(file, text);
      const { code, stderr } = await chain('load', file);
      assert.notEqual(code, 0);
      assert.match(stderr, expected);
    }
    assert.equal(await height(), before);
    assert.equal((await chain('load', join(folder, 'none'))).code, 1);
  });

  test('what the chain refuses is a wrong call; a node without the powers is named', async () => {
    const missing = await chain('revert', '99');
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /^error: no snapshot 99: there are none\n {2}next: prairie chain status/);
    const powerless = await startCli(['chain', 'start', '--rpc-port', '0', '--rest-port', '0', '--no-powers']);
    const rest = await fetch(`${powerless.summary.rest}/cosmos/base/tendermint/v1beta1/syncing`);
    assert.deepEqual(await rest.json(), { syncing: false });
    const refused = await runCli(['chain', 'mine', '--rpc', powerless.summary.rpc]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /gives no developer powers.*\n {2}next: name a devnet with --rpc/);
    await powerless.end();
    const nobody = createServer().listen(0);
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    await new Promise((done) => nobody.close(done));
    const away = await runCli(['chain', 'status', '--rpc', `http://127.0.0.1:${port}`]);
    assert.equal(away.code, 1);
    assert.match(away.stderr, /next: nothing listens there/);
  });
});

describe('prairie chain start --genesis', () => {
  test('forks a network and says what is not taken', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prairie-cli-fork-'));
    try {
      const recorded = new URL('../../../../../test/fixtures/chain/genesis.json.gz', import.meta.url);
      const file = join(folder, 'genesis.json');
      writeFileSync(file, gunzipSync(readFileSync(recorded)));
      const args = ['chain', 'start', '--rpc-port', '0', '--data-dir', join(folder, 'data')];
      const fork = await startCli([...args, '--genesis', file]);
      assert.match(fork.summary.differences.join('\n'), /the consensus key of the validator is one of this chain/);
      assert.equal(await fork.end(), 0);
      const again = await startCli(args);
      assert.equal(again.summary.chainId, fork.summary.chainId);
      assert.ok(again.summary.height >= fork.summary.height);
      await again.end();
      writeFileSync(file, '{}');
      const wrong = await runCli([...args, '--genesis', file]);
      assert.equal(wrong.code, 2);
      assert.match(wrong.stderr, /a genesis file expected.*\n {2}next: check the files of --genesis/);
      const both = await runCli([...args, '--genesis', file, '--state', file]);
      assert.match(both.stderr, /exclude each other/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
