/** A group that is nearly full gets a deposit before the chain refuses to seal in it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { TxSender, txMessage, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import { UserClient } from '@prairie/client';
import { providerKeys } from '@prairie/devnet/accounts';
import { TestAccount } from '../support/account.ts';
import { startDevnet } from '../support/devnet-process.ts';
import { contentOf, inChunks } from '../support/uploads.ts';

const BUCKET = 'full-bucket';
const GIB = 1n << 30n;

test('a group that is nearly full gets a deposit, and uploads go on in it', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'prairie-deposits-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const devnet = await startDevnet(['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0', '--block-time', '100']);
  t.after(() => devnet.end());
  const owner = new TestAccount(devnet);
  t.after(() => owner.close());
  const { chain } = owner;
  const client = new UserClient({ endpoint: devnet.sps[0]!.endpoint, privateKey: owner.privateKey });
  t.after(() => client.close());

  const contents = new Map(['first', 'second'].map((name, salt) => [name, contentOf(100_000, salt)]));
  await owner.createBucket(BUCKET);
  await owner.createObjects(BUCKET, contents);
  const put = async (object: string) => {
    const content = contents.get(object)!;
    await client.putObject({ bucket: BUCKET, object, size: content.length, body: inChunks(content) });
    await owner.sealed(BUCKET, object);
    return (await chain.object(BUCKET, object))!.global_virtual_group!;
  };
  const { id, family_id } = await put('first');

  // what is left of the stake pays for 2,000 bytes more
  const { gvg_staking_per_bytes: price } = await chain.virtualGroupParams();
  const { total_deposit, stored_size } = (await chain.gvg(id))!;
  const left = price * (stored_size + 2000n);
  const funding = new TxSender({ privateKey: providerKeys(0).funding.privateKey }, { client: chain });
  const withdraw = { denom: 'BNB', amount: total_deposit - left };
  await funding.sendAndWait([
    txMessage(virtualgroup.MsgWithdraw, {
      ...{ storage_provider: funding.address, global_virtual_group_id: id, withdraw },
    }),
  ]);

  const groups = (await chain.gvgsOfFamily(family_id)).length;
  assert.equal((await put('second')).id, id);
  assert.equal((await chain.gvg(id))!.total_deposit, left + price * 512n * GIB);
  assert.equal((await chain.gvgsOfFamily(family_id)).length, groups, 'no group was made instead');
});
