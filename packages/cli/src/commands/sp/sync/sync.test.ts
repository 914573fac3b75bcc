import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCli, startCli } from '../../../testing/run-cli.ts';

const fixture = fileURLToPath(new URL('../../../../../../test/fixtures/config/config.toml', import.meta.url));

describe('prairie sp sync', () => {
  const folder = mkdtempSync(join(tmpdir(), 'prairie-cli-sync-'));
  let chain: Awaited<ReturnType<typeof startCli>>;
  let provider: Awaited<ReturnType<typeof startCli>> | undefined;
  let options: string[];

  before(async () => {
    chain = await startCli(['chain', 'start', '--rpc-port', '0', '--block-time', '100']);
    const keys = {
      'Chain.ChainAddress': chain.summary.rpc,
      'Chain.ChainID': chain.summary.chainId,
      'Prairie.DataDir': folder,
      'Monitor.DisableMetrics': 'true',
      'Monitor.DisableProbe': 'true',
    };
    options = ['-c', fixture, ...Object.entries(keys).flatMap(([key, value]) => ['--set', `${key}=${value}`])];
  });
  after(async () => {
    await provider?.end();
    await chain?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says when there are no tables', async () => {
    const { code, stderr } = await runCli(['sp', 'sync', 'status', ...options]);
    assert.equal(code, 1);
    assert.match(stderr, /there are no tables in .*bs\.db: a provider that runs makes them/);
  });

  it('builds them anew while a provider goes on', async () => {
    const address = ['--grpc-address', '127.0.0.1:0', '--log-std', '--services', 'blocksyncer'];
    provider = await startCli(['sp', 'start', ...options, ...address]);
    const rebuilt = await runCli(['sp', 'sync', 'rebuild', ...options]);
    assert.equal(rebuilt.code, 0, rebuilt.stderr);
    assert.match(rebuilt.stdout, /the tables in .*bs-standby\.db are in use, at block \d+; left: .*bs\.db\n$/);
    const height = BigInt(/at block (\d+)/.exec(rebuilt.stdout)![1]!);
    // the provider writes to the new ones
    for (let reached = 0n; reached <= height; ) {
      const { stdout, stderr } = await runCli(['sp', 'sync', 'status', ...options, '--json']);
      const status = JSON.parse(stdout) as Record<string, string>;
      assert.match(status.location!, /bs-standby\.db$/, stderr);
      assert.equal(status.chainId, chain.summary.chainId);
      reached = BigInt(status.height!);
    }
  });

  it('goes on from a copy only where the copy ends', async () => {
    const { code, stderr } = await runCli(['sp', 'sync', 'rebuild', ...options, '--from', '3']);
    assert.equal(code, 1);
    assert.match(stderr, /to go on from block 3, .*bs\.db must have the tables as of block 2, and it is at block \d+/);
    const wrong = await runCli(['sp', 'sync', 'rebuild', ...options, '--from', 'now']);
    assert.deepEqual([wrong.code, /expected a height/.test(wrong.stderr)], [2, true]);
  });

  it('puts payment accounts right', async () => {
    const { stdout, stderr } = await runCli(['sp', 'sync', 'fix-payment', ...options, '--json']);
    assert.equal(stdout, '{"checked":0,"fixed":[]}\n', stderr);
  });
});
