import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  addressOf,
  approvalDigest,
  blsPublicKey,
  blsVerify,
  ChainClient,
  migrationDocDigest,
  recoverAddress,
  greenfieldStorage as storage,
} from '@prairie/chain';
import { silentLogger } from '@prairie/gfsp';
import { SignerModule } from '@prairie/sp';

const SIGNER = fileURLToPath(new URL('signer.ts', import.meta.url));
const names = ['operator', 'seal', 'approval', 'gc', 'bls'] as const;
const secretOf = (name: (typeof names)[number]): Buffer => Buffer.alloc(32, names.indexOf(name) + 1);

test('a provider whose keys are in another program', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'external-signer-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'keys.json');
  writeFileSync(file, JSON.stringify(Object.fromEntries(names.map((name) => [name, secretOf(name).toString('hex')]))));

  const command = [process.execPath, SIGNER, file];
  const source = { command };
  const keys = { operator: source, seal: source, approval: source, gc: source, bls: source };
  const chain = new ChainClient({ rpcUrl: 'http://127.0.0.1:1', chainId: 'greenfield_9000-121' });
  const signer = new SignerModule({ keys }, { chain, logger: silentLogger });
  t.after(() => chain.close());
  await signer.start();
  t.after(() => signer.stop());
  assert.equal(signer.operatorAddress, addressOf(secretOf('operator')));

  const msg = storage.MsgCreateBucket.create({ bucket_name: 'photos', primary_sp_approval: { expired_height: 9n } });
  const approved = await signer.sign('create_bucket_info', msg);
  assert.equal(recoverAddress(approvalDigest(storage.MsgCreateBucket, msg), approved), addressOf(secretOf('approval')));

  const doc = storage.SecondarySpMigrationBucketSignDoc.create({ chain_id: chain.chainId, bucket_id: 7n });
  const signature = await signer.sign('sign_secondary_sp_migration_bucket', doc);
  const ids = { dstPrimarySpId: 0, srcGlobalVirtualGroupId: 0, dstGlobalVirtualGroupId: 0, bucketId: 7n };
  const digest = migrationDocDigest({ chainId: chain.chainId, ...ids });
  assert.ok(blsVerify(blsPublicKey(secretOf('bls')), digest, signature));
});
