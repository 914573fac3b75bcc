/** A bucket that is to move: what its owner and the two providers say to each other, and what the chain says to it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  blsVerify,
  migrationDocDigest,
  signDigest,
  type greenfieldStorage as storage,
  taskDigest,
} from '@prairie/chain';
import { SpClient, UserClient } from '@prairie/client';
import { providerKeys } from '@prairie/devnet';
import { BucketMigrationInfo, GfSpError, nowSeconds } from '@prairie/gfsp';
import { TestAccount } from '../support/account.ts';
import { type DevnetProcess, startDevnet } from '../support/devnet-process.ts';

const bucket_name = 'moving-bucket';
const content = Buffer.alloc(100_000, 7);

describe('the migration of a bucket', () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: TestAccount;
  let destination: UserClient;
  const providers = new SpClient({ retry: { attempts: 1 } });

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-migration-'));
    devnet = await startDevnet(['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0', '--block-time', '200']);
    owner = new TestAccount(devnet, 0);
    const { privateKey } = owner;
    destination = new UserClient({ endpoint: devnet.sps[1]!.endpoint, privateKey });
    await owner.createBucket(bucket_name);
    await owner.createObjects(bucket_name, new Map([['a.bin', content]]));
    const source = new UserClient({ endpoint: devnet.sps[0]!.endpoint, privateKey });
    const body = async function* () {
      yield content;
    };
    await source.putObject({ bucket: bucket_name, object: 'a.bin', size: content.length, body: body() });
    await owner.sealed(bucket_name, 'a.bin');
    source.close();
  });

  after(async () => {
    destination?.close();
    providers.close();
    owner?.close();
    await devnet?.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const message = (fields: Partial<storage.MsgMigrateBucket> = {}) => ({
    ...{ operator: owner.address, bucket_name, dst_primary_sp_id: 2, dst_primary_sp_approval: {} },
    ...fields,
  });

  it('is approved by its destination only, with the same answer while it lives', async () => {
    const first = await destination.migrateBucketApproval(message());
    assert.equal(first.dst_primary_sp_approval!.sig.length, 65);
    assert.deepEqual(await destination.migrateBucketApproval(message()), first);
    await assert.rejects(destination.migrateBucketApproval(message({ dst_primary_sp_id: 3 })), {
      innerCode: 999999,
      message: /current SP is not the correct one/,
    });
    await assert.rejects(destination.migrateBucketApproval(message({ bucket_name: 'nobodys' })), { innerCode: 20007 });
  });

  const OPERATOR_KEY = providerKeys(1).operator.privateKey;

  async function ask(question: 'quota' | 'enough' | 'pre' | 'post', key = OPERATOR_KEY) {
    const { id: bucket_id } = (await owner.chain.bucket(bucket_name))!.bucket_info;
    const info = BucketMigrationInfo.create({ bucket_id, expire_time: nowSeconds() + 3600n });
    const signature = signDigest(key, taskDigest(BucketMigrationInfo, info));
    return providers.askBucketQuota(devnet.sps[0]!.endpoint, question, { ...info, signature });
  }

  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 0,
      (error) => GfSpError.from(error).innerCode,
    );

  it('the source answers to operators of providers only, and takes nothing before the bucket moves', async () => {
    const quota = await ask('enough');
    assert.equal(quota?.allow_migrate, true);
    for (const question of ['quota', 'enough', 'pre', 'post'] as const) {
      assert.equal(await codeOf(ask(question, owner.privateKey)), 50004, question);
    }
    for (const question of ['pre', 'post'] as const) assert.equal(await codeOf(ask(question)), 50004, question);
  });

  it('the chain takes the approval; the quota is taken once, and given back after a cancel', async () => {
    const consumed = async () => {
      const { read_consumed_size, free_quota_consumed_size } = (await ask('quota'))!;
      return read_consumed_size + free_quota_consumed_size;
    };
    await owner.migrateBucket(await destination.migrateBucketApproval(message()));
    assert.ok(await ask('pre'));
    assert.equal(await ask('pre'), undefined);
    assert.equal(await consumed(), BigInt(content.length));
    await owner.cancelMigration(bucket_name);
    assert.ok(await ask('post'));
    assert.equal(await consumed(), 0n);
    assert.equal(await codeOf(ask('post')), 999999, 'it is over');
  });

  it('secondaries sign for the move, with the key that the chain knows', async () => {
    const doc = {
      ...{ chain_id: devnet.chainId, dst_primary_sp_id: 2, bucket_id: '1' },
      ...{ src_global_virtual_group_id: 1, dst_global_virtual_group_id: 2 },
    };
    const answer = await fetch(`${devnet.sps[0]!.endpoint}/greenfield/migrate/v1/migration-bucket-approval`, {
      headers: { 'X-Gnfd-Secondary-Migration-Bucket-Msg': Buffer.from(JSON.stringify(doc)).toString('hex') },
    });
    assert.equal(answer.status, 200, await answer.text());
    const signature = Buffer.from(answer.headers.get('X-Gnfd-Secondary-Migration-Bucket-Approval')!, 'hex');
    const digest = migrationDocDigest({
      ...{ chainId: devnet.chainId, dstPrimarySpId: 2, bucketId: 1n },
      ...{ srcGlobalVirtualGroupId: 1, dstGlobalVirtualGroupId: 2 },
    });
    assert.ok(blsVerify((await owner.chain.spById(1))!.bls_key, digest, signature));
  });
});
