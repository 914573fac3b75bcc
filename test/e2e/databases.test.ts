/** The same network with its providers' tables on PostgreSQL and on MariaDB: uploads, listings, quota, a restart. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DatabaseServers } from '@prairie/store/testing';
import { expectSealed } from '../support/sealed.ts';
import { contentOf, inChunks } from '../support/uploads.ts';
import { startUsedDevnet, stopUsedDevnet, type UsedDevnet } from '../support/used-devnet.ts';

const bucket = 'tables-elsewhere';
/** One byte, small, two segments. */
const SIZES = [1, 65_536, 17_000_000];

for (const engine of ['postgres', 'mysql'] as const) {
  const servers = new DatabaseServers();
  const { skip, fresh } = servers.engines.find((one) => one.engine === engine)!;
  describe(`a network on ${engine}`, { skip }, () => {
    it('keeps what it was given, through a stop and a kill', async (t) => {
      const dataDir = mkdtempSync(join(tmpdir(), 'prairie-databases-'));
      t.after(() => rmSync(dataDir, { recursive: true, force: true }));
      t.after(() => servers.close());
      const server = await fresh();
      assert.notEqual(server.engine, 'sqlite');
      const { user, password, host, port } = server as Extract<typeof server, { host: string }>;
      const url = `${engine}://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}`;
      const contents = new Map(SIZES.map((size) => [`folder/${size}`, contentOf(size, size)]));

      let network: UsedDevnet | undefined;
      t.after(() => network && stopUsedDevnet(network, 'SIGKILL'));
      const start = async () => {
        network = await startUsedDevnet(dataDir, ['--database', url]);
        return { ...network, bucket, dataDir, log: network.devnet.log };
      };

      const first = await start();
      await first.owner.createBucket(bucket);
      await first.owner.createObjects(bucket, contents);
      for (const [object, content] of contents) {
        await first.client.putObject({ bucket, object, size: content.length, body: inChunks(content) });
      }
      await expectSealed(first, contents);
      assert.equal(await stopUsedDevnet(first, 'SIGTERM'), 0);

      const second = await start();
      await expectSealed(second, contents);
      const { commonPrefixes } = await second.client.listObjects({ bucket, prefix: '', delimiter: '/' });
      assert.deepEqual(commonPrefixes, ['folder/']);
      assert.equal(await stopUsedDevnet(second, 'SIGKILL'), null);

      await expectSealed(await start(), contents);
    });
  });
}
