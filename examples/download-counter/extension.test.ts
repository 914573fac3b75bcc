import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserClient } from '@prairie/client';
import { Devnet, defaultOptions } from '@prairie/devnet';
import { silentLogger } from '@prairie/gfsp';
import { TestAccount } from '../../test/support/account.ts';
import { contentOf, inChunks, readObject } from '../../test/support/uploads.ts';

const PORT = 19_140;
process.env.DOWNLOAD_COUNTER_PORT = String(PORT);
const { extension } = await import('./extension.ts');

test('downloads are counted, refused ones are not', async (t) => {
  const options = { ...defaultOptions, providers: 7, blockTimeMs: 100, rpcPort: 0, spPort: 0 };
  const devnet = await Devnet.start(options, { logger: silentLogger, extensions: { 1: [extension] } });
  t.after(() => devnet.stop());
  const owner = new TestAccount(devnet.summary);
  t.after(() => owner.close());
  const endpoint = devnet.summary.sps[0]!.endpoint;
  const client = new UserClient({ endpoint, privateKey: owner.privateKey });
  t.after(() => client.close());
  const content = contentOf(100_000, 1);
  await owner.createBucket('counted');
  await owner.createObjects('counted', new Map([['object', content]]));
  await client.putObject({ bucket: 'counted', object: 'object', size: content.length, body: inChunks(content) });
  await owner.sealed('counted', 'object');

  for (let i = 0; i < 3; i++) assert.ok((await readObject(client, 'counted', 'object')).equals(content));
  await assert.rejects(readObject(client, 'counted', 'absent'));

  const shown = await fetch(`http://127.0.0.1:${PORT}/`);
  assert.deepEqual(await shown.json(), { counted: 3 });
});
