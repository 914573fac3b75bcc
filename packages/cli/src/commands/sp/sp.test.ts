import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Modules, silentLogger } from '@prairie/gfsp';
import { RpcServer } from '@prairie/rpc';
import { Command } from 'commander';
import { skipWithoutS3, startS3 } from '../../../../../test/support/s3-server.ts';
import { runCli, startCli } from '../../testing/run-cli.ts';
import { spCommand } from './index.ts';

const fixture = fileURLToPath(new URL('../../../../../test/fixtures/config/config.toml', import.meta.url));

/** Of a command and those below it. */
function helps(command: Command, name: string): [name: string, help: string][] {
  if (command.commands.length > 0) return command.commands.flatMap((each) => helps(each, `${name} ${each.name()}`));
  let help = '';
  const writeOut = (text: string) => {
    help += text;
  };
  command.configureOutput({ writeOut }).outputHelp();
  return [[name, help]];
}

test('every verb has help with an example, and --json', () => {
  const program = new Command('prairie');
  spCommand(program);
  const found = helps(program, 'prairie');
  assert.ok(found.length >= 13, `${found.length} verbs`);
  for (const [name, help] of found) {
    assert.match(help, new RegExp(`\\nExample:\\n {2}${name}`));
    assert.match(help, /--json/, name);
  }
});

describe('prairie sp config', () => {
  it('checks', async () => {
    const { code, stdout } = await runCli(['sp', 'config', 'check', '-c', fixture]);
    assert.equal(code, 0);
    assert.match(stdout, /^warning: Server: there is no p2p module/);
    assert.match(stdout, /The configuration is good: .*gateway.* of 0x19E7\w+ on greenfield_5600-1\.\n$/);
  });

  it('tells all faults, and what to do', async () => {
    const set = ['--set', 'Log.Level=loud', '--set', 'Chain.SealGasLimit=-1'];
    const { code, stdout, stderr } = await runCli(['sp', 'config', 'check', '-c', fixture, ...set]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /Chain\.SealGasLimit \(from --set\): expected .*\n.*Log\.Level \(from --set\)/);
    assert.match(stderr, /next: correct .*config\.toml; docs\/configuration\.md/);
  });

  it('lists faults for programs too', async () => {
    const { code, stderr } = await runCli(['sp', 'config', 'check', '--json']);
    assert.equal(code, 2);
    const { problems } = JSON.parse(stderr) as { problems: string[] };
    assert.match(problems[0] ?? '', /^SpAccount\.SpOperatorAddress: missing/);
  });

  it('dumps what counts, secrets only when asked', async () => {
    const env = { SIGNER_SEAL_PRIV_KEY: 'ab'.repeat(32), BUCKET_URL: '/elsewhere' };
    const hidden = await runCli(['sp', 'config', 'dump', '-c', fixture], env);
    assert.match(hidden.stdout, /^BucketURL = "\/elsewhere"$/m);
    assert.match(hidden.stdout, /^# SealPrivateKey is set, and not shown$/m);
    const shown = await runCli(['sp', 'config', 'dump', '-c', fixture, '--show-secrets', '--json'], env);
    assert.equal(JSON.parse(shown.stdout).SpAccount.SealPrivateKey, env.SIGNER_SEAL_PRIV_KEY);
    assert.equal(shown.stdout.trimEnd().split('\n').length, 1);
  });

  it('prints a file to begin with', async () => {
    const { code, stdout } = await runCli(['sp', 'config', 'default']);
    assert.equal(code, 0);
    assert.match(stdout, /^\[SpAccount\]$/m);
    assert.match(stdout, /^# Tasks at a time\.\nMaxExecuteNumber = 64$/m);
  });
});

describe('prairie sp start', () => {
  it('runs the chosen modules until a signal', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prairie-cli-sp-'));
    const chain = await startCli(['chain', 'start', '--rpc-port', '0']);
    try {
      const keys = { 'Chain.ChainAddress': chain.summary.rpc, 'Chain.ChainID': chain.summary.chainId };
      const off = { 'Monitor.DisableMetrics': 'true', 'Monitor.DisableProbe': 'true' };
      const set = Object.entries({ ...keys, ...off }).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
      const places = ['--data-dir', folder, '--grpc-address', '127.0.0.1:0', '--log-std'];
      const services = ['--services', 'signer,blocksyncer'];
      const running = await startCli(['sp', 'start', '-c', fixture, ...services, ...places, ...set]);
      assert.deepEqual(running.summary.services.toSorted(), ['blocksyncer', 'signer']);
      assert.equal(running.summary.operatorAddress, '0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A');
      assert.ok(existsSync(join(folder, 'bs.db')), 'the tables are in the data folder');
      assert.equal(await running.end(), 0);
    } finally {
      await chain.end();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('has its pieces in several buckets', { skip: skipWithoutS3() }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'prairie-cli-sp-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const server = await startS3();
    t.after(() => server.remove());
    const keys = {
      'PieceStore.Shards': '2',
      'PieceStore.Store.Storage': 's3',
      'PieceStore.Store.IAMType': 'AKSK',
      'PieceStore.Store.BucketURL': `${server.endpoint}/pieces-%d`,
      ...{ 'Monitor.DisableMetrics': 'true', 'Monitor.DisableProbe': 'true' },
    };
    const set = Object.entries(keys).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    const places = ['--data-dir', folder, '--grpc-address', '127.0.0.1:0', '--log-std'];
    const command = ['sp', 'start', '-c', fixture, '--services', 'downloader', ...places, ...set];
    const running = await startCli(command, server.env);
    assert.deepEqual(
      [0, 1].map((shard) => existsSync(server.folderOf(`pieces-${shard}`))),
      [true, true],
    );
    assert.equal(await running.end(), 0);
  });

  it('does not start without what it needs', async () => {
    const { code, stdout, stderr } = await runCli(['sp', 'start', '--services', 'signer']);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /SpAccount\.SpOperatorAddress: missing.*\n.*BlsPrivateKey: missing, and the signer runs here/);
  });

  it('refuses modules and levels that are not there, by the option that named them', async () => {
    const { code, stderr } = await runCli(['sp', 'start', '--services', 'gatewya', '--log-level', 'loud']);
    assert.equal(code, 2);
    assert.match(stderr, /unknown module "gatewya", did you mean gateway\?/);
    assert.match(stderr, /Log\.Level \(from --log-level\): expected one of debug/);
  });
});

describe('prairie sp tasks', () => {
  const asked: string[] = [];
  let server: RpcServer;
  let endpoint: string;

  before(async () => {
    const queryTasks = async (filter: string) => {
      asked.push(filter);
      return filter === '42' ? ['gnfd-seal/42 sealing', 'gnfd-replicate/42 waiting'] : [];
    };
    const approvals = async (filter: string) => (filter === 'photos' ? ['CreateBucketApproval-bucket:photos'] : []);
    const modules = { manager: { queryTasks }, approver: { queryTasks: approvals } } as unknown as Partial<Modules>;
    server = new RpcServer({ address: '127.0.0.1:0' }, { modules, logger: silentLogger });
    await server.start();
    endpoint = server.address;
  });
  after(() => server?.stop());

  it('asks the manager', async () => {
    const { code, stdout, stderr } = await runCli(['sp', 'tasks', '42', '--endpoint', endpoint]);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'gnfd-seal/42 sealing\ngnfd-replicate/42 waiting\n');
  });

  it('asks the approver', async () => {
    const { stdout, stderr } = await runCli(['sp', 'tasks', 'photos', '--endpoint', endpoint, '--json']);
    assert.equal(stdout, '["CreateBucketApproval-bucket:photos"]\n', stderr);
  });

  it('is content with one of the two at an address that is named', async (t) => {
    const queryTasks = async () => ['CreateBucketApproval-bucket:photos'];
    const modules = { approver: { queryTasks } } as unknown as Partial<Modules>;
    const alone = new RpcServer({ address: '127.0.0.1:0' }, { modules, logger: silentLogger });
    await alone.start();
    t.after(() => alone.stop());
    const { code, stdout, stderr } = await runCli(['sp', 'tasks', 'photos', '--endpoint', alone.address]);
    assert.deepEqual([code, stdout], [0, 'CreateBucketApproval-bucket:photos\n']);
    assert.match(stderr, /^note: not everything is shown: module manager does not run/);
  });

  it('finds it by the configuration', async () => {
    const set = ['Manager', 'Approver'].flatMap((name) => ['--set', `Endpoint.${name}Endpoint=${endpoint}`]);
    const { stdout, stderr } = await runCli(['sp', 'tasks', 'nothing', ...set, '--json']);
    assert.equal(stdout, '[]\n', stderr);
    assert.equal(asked.at(-1), 'nothing');
  });

  it('says what to do when nobody answers', async () => {
    const { code, stderr } = await runCli(['sp', 'tasks', '42', '--endpoint', '127.0.0.1:1']);
    assert.equal(code, 1);
    assert.match(stderr, /error: the manager at 127\.0\.0\.1:1 does not answer: /);
    assert.match(stderr, /next: check that it runs, and name its gRPC address with --endpoint/);
  });
});

describe('prairie sp modules and errors', () => {
  it('lists the modules by name', async () => {
    const { stdout, stderr } = await runCli(['sp', 'modules']);
    const names = stdout.trim().split('\n');
    assert.ok(names.length >= 11, stderr);
    assert.deepEqual(names, names.toSorted());
    assert.match(stdout, /^gateway {13}Answers HTTP requests/m);
  });

  it('lists the modules of plugins, and says which plugin has one of ours replaced', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'prairie-modules-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const create = "create: () => { throw new Error('a list makes no module'); }";
    writeFileSync(
      join(folder, 'mine.mjs'),
      `export const extension = { modules: [
        { name: 'heartbeat', description: 'Beats.', ${create} },
        { name: 'approver', serves: 'approver', description: 'Mine.', ${create} },
      ] };`,
    );
    const config = join(folder, 'config.toml');
    writeFileSync(config, '[Prairie]\nPlugins = ["./mine.mjs"]\n');
    const { stdout, stderr } = await runCli(['sp', 'modules', '--config', config]);
    assert.match(stdout, /^approver {12}Mine\. \(\.\/mine\.mjs\)$/m, stderr);
    assert.match(stdout, /^heartbeat {11}Beats\. \(\.\/mine\.mjs\)$/m);
    const listed = JSON.parse((await runCli(['sp', 'modules', '--config', config, '--json'])).stdout) as unknown[];
    assert.equal(listed.length, 12);
    assert.deepEqual(listed[0], { name: 'approver', description: 'Mine.', plugin: './mine.mjs' });

    writeFileSync(config, '[Prairie]\nPlugins = ["./nothing.mjs"]\n');
    const missing = await runCli(['sp', 'modules', '--config', config]);
    assert.notEqual(missing.code, 0);
    assert.match(missing.stderr, /the plugin \.\/nothing\.mjs could not be loaded/);
  });

  it('lists errors by code, also those that share one', async () => {
    const { stdout, stderr } = await runCli(['sp', 'errors', '--json']);
    assert.notEqual(stdout, '', stderr);
    const errors = JSON.parse(stdout) as { inner_code: number; code_space: string }[];
    const codes = errors.map((error) => error.inner_code);
    assert.deepEqual(
      codes,
      codes.toSorted((a, b) => a - b),
    );
    for (const code of [50_001, 60_003, 110_004, 970_001]) assert.ok(codes.includes(code), String(code));
    assert.match(
      (await runCli(['sp', 'errors'])).stdout,
      /^code_space:"\w+" http_status_code:\d+ inner_code:\d+ description:"/,
    );
  });
});
