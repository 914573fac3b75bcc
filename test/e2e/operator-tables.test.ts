/** What an operator finds in a provider's tables (features 23.6, 23.7, 23.8, 23.11). */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { sameAddress } from '@prairie/chain';
import { openRaw, type RawRow } from '@prairie/store/testing';
import { expectSealed } from '../support/sealed.ts';
import { contentOf, inChunks } from '../support/uploads.ts';
import { startUsedDevnet, stopUsedDevnet } from '../support/used-devnet.ts';

const bucket = 'operators-look';

async function rowsOf(dataDir: string, provider: string, table: string): Promise<RawRow[]> {
  const raw = await openRaw({ engine: 'sqlite', path: join(dataDir, provider, 'sp.db') });
  return raw.rows(`SELECT * FROM ${table}`).finally(() => raw.close());
}

it('the chain’s providers, the steps of an upload, and what was read', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'prairie-tables-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const network = await startUsedDevnet(dataDir);
  t.after(() => stopUsedDevnet(network, 'SIGKILL'));
  const { owner, client, devnet } = network;
  const contents = new Map([['a.bin', contentOf(5000, 1)]]);
  await owner.createBucket(bucket);
  await owner.createObjects(bucket, contents);
  for (const [object, content] of contents) {
    await client.putObject({ bucket, object, size: content.length, body: inChunks(content) });
  }
  await expectSealed({ ...network, bucket, dataDir, log: devnet.log }, contents);
  const onChain = await owner.chain.listSps();
  assert.equal(await stopUsedDevnet(network, 'SIGTERM'), 0);

  const folders = readdirSync(dataDir).filter((name) => /^sp\d+$/.test(name));
  assert.equal(folders.length, onChain.length);
  const owns: string[] = [];
  for (const provider of folders) {
    const rows = await rowsOf(dataDir, provider, 'sp_info');
    const all = rows.filter(({ is_own }) => is_own === '0');
    const seen = all.map(({ id, endpoint, total_deposit, moniker }) => [Number(id), endpoint, total_deposit, moniker]);
    const told = onChain.map(({ id, endpoint, total_deposit, description }) => [
      ...[id, endpoint, String(total_deposit), description?.moniker],
    ]);
    assert.deepEqual(
      seen.sort(([a], [b]) => Number(a) - Number(b)),
      told.sort(([a], [b]) => Number(a) - Number(b)),
    );
    const own = rows.filter(({ is_own }) => is_own === '1');
    assert.equal(own.length, 1);
    owns.push(own[0]!.operator_address!);
  }
  for (const { operator_address } of onChain) {
    assert.equal(owns.filter((own) => sameAddress(own, operator_address)).length, 1);
  }

  const primary = folders.sort()[0]!;
  const steps = await rowsOf(dataDir, primary, 'put_object_event_log');
  assert.ok(steps.every(({ object }) => object === 'a.bin'));
  assert.deepEqual([steps[0]?.state, steps[0]?.error], ['Upload', '']);
  // in one step, or in two when the first seal failed
  assert.match(steps.at(-1)?.state ?? '', /Seal$/);
  assert.equal(steps.at(-1)?.error, '');
  const ends = ['put_object_success_event_log', 'replicate_timeout_event_log', 'seal_timeout_event_log'];
  assert.equal((await Promise.all(ends.map((log) => rowsOf(dataDir, primary, log)))).flat().length, 1);
  assert.deepEqual(await rowsOf(dataDir, primary, 'upload_object_progress'), []);
  const reads = await rowsOf(dataDir, primary, 'read_record');
  assert.ok(reads.length > 0 && reads.every((row) => row.object_name === 'a.bin' && row.read_size === '5000'));
  const [traffic] = await rowsOf(dataDir, primary, 'bucket_traffic');
  assert.equal(traffic?.bucket_name, bucket);
});
