/** What a provider tells the unmodified JavaScript SDK of buckets, quotas, groups, permissions and payment accounts. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type DevnetProcess, startDevnet } from '../support/devnet-process.ts';
import { contentOf } from '../support/uploads.ts';
import { sdk } from './sdk.ts';
import {
  createBucket,
  createObject,
  download,
  eventually,
  sealed,
  send,
  sendAsWallet,
  type User,
  upload,
  user,
} from './support.ts';

const { Long } = sdk;

const bucketName = 'sdk-accounts';
const otherBucket = 'sdk-accounts-open';
const groupName = 'sdk-group';
const SIZE = 3000;
/** As in the suite of transactions: milliseconds make the SDK's signature and the node's reading of it agree. */
const LATER = { seconds: Long.fromNumber(4_000_000_000), nanos: 123_000_000 };

describe('buckets and accounts with the JavaScript SDK', () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: User;
  let friend: User;
  let me: string;
  let other: string;
  let endpoint: string;
  let groupId: number;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-sdk-'));
    devnet = await startDevnet(['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0', '--block-time', '200']);
    owner = user(devnet.rpc, devnet.evmChainId, devnet.accounts[0]!);
    friend = user(devnet.rpc, devnet.evmChainId, devnet.accounts[1]!);
    [me, other] = [owner.identity.address, friend.identity.address];
    endpoint = devnet.sps[0]!.endpoint;
    await createBucket(owner, bucketName, devnet.sps[0]!.operatorAddress);
    await createBucket(owner, otherBucket, devnet.sps[0]!.operatorAddress, true);
    const content = contentOf(SIZE, 1);
    await upload(owner, bucketName, 'read.bin', content, await createObject(owner, bucketName, 'read.bin', content));
    await sealed(owner, bucketName, 'read.bin');
    await makeGroup();
  });

  after(async () => {
    await devnet?.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function makeGroup(): Promise<void> {
    await send(owner, await owner.client.group.createGroup({ creator: me, groupName, extra: 'extra' }));
    const update = await owner.client.group.updateGroupMember({
      operator: me,
      groupOwner: me,
      groupName,
      membersToAdd: [{ member: other, expirationTime: LATER }],
      membersToDelete: [],
    } as never);
    await sendAsWallet(owner, update);
    groupId = Number((await owner.client.group.headGroup(groupName, me)).groupInfo!.id);
  }

  const bucketIdOf = async (name: string) => (await owner.client.bucket.headBucket(name)).bucketInfo!.id;

  /** The provider's tables are behind the chain by a block or two. */
  const known = <T>(what: string, ask: () => Promise<T | undefined>) => eventually(what, 20, ask);

  it('lists the buckets of an account, newest first', async () => {
    const buckets = await known('both buckets', async () => {
      const answer = await owner.client.bucket.listBuckets({ address: me, endpoint });
      assert.equal(answer.code, 0, answer.message);
      return answer.body!.length === 2 ? answer.body! : undefined;
    });
    assert.deepEqual(
      buckets.map(({ BucketInfo }) => BucketInfo.BucketName),
      [otherBucket, bucketName],
    );
    assert.equal(Number(buckets[0]!.Vgf.PrimarySpId), 1);
    const none = await owner.client.bucket.listBuckets({ address: devnet.accounts[5]!.address, endpoint });
    assert.deepEqual([none.code, none.body], [0, []]);
  });

  it('tells what it knows of a bucket, by name and by id', async () => {
    const id = await bucketIdOf(bucketName);
    const meta = await owner.client.bucket.getBucketMeta({ bucketName, endpoint });
    const { Bucket } = meta.body!.GfSpGetBucketMetaResponse;
    assert.deepEqual([Bucket.BucketInfo.BucketName, String(Bucket.BucketInfo.Id)], [bucketName, id]);
    assert.equal(Bucket.BucketInfo.Owner.toLowerCase(), me.toLowerCase());
    const byIds = await owner.client.bucket.listBucketsByIds({ ids: [id] });
    const [entry] = [byIds.body!.GfSpListBucketsByIDsResponse.BucketEntry].flat();
    assert.equal(entry!.Value.BucketInfo.BucketName, bucketName);
    await assert.rejects(owner.client.bucket.getBucketMeta({ bucketName: 'no-such-bucket', endpoint }), {
      code: '90008',
      statusCode: 404,
    });
  });

  it('lists buckets by the account that pays, and the accounts of a payer', async () => {
    await send(owner, await owner.client.account.createPaymentAccount({ creator: me }));
    const { paymentAccounts } = await owner.client.account.getPaymentAccountsByOwner(me);
    const paying = paymentAccounts.at(-1)!;
    await send(owner, await owner.client.payment.deposit({ creator: me, to: paying, amount: '1000000000000000000' }));
    const buckets = await known('the buckets', async () => {
      const answer = await owner.client.bucket.listBucketsByPaymentAccount({ paymentAccount: me, endpoint });
      assert.equal(answer.code, 0, answer.message);
      const found = answer.body!.GfSpListPaymentAccountStreamsResponse.Buckets;
      return found.length === 2 ? found : undefined;
    });
    assert.deepEqual(buckets.map(({ BucketInfo }) => BucketInfo.BucketName).sort(), [bucketName, otherBucket]);
    const accounts = await known('the payment account', async () => {
      const answer = await owner.client.payment.listUserPaymentAccounts({ account: me }, owner.auth, { endpoint });
      assert.equal(answer.code, 0, answer.message);
      const found = [answer.body!.GfSpListUserPaymentAccountsResponse.PaymentAccounts].flat();
      return found.length > 0 ? found : undefined;
    });
    assert.equal(accounts[0]!.PaymentAccount.Address.toLowerCase(), paying.toLowerCase());
  });

  it('counts what is read, and records it', async () => {
    const quotaOf = async () => {
      const answer = await owner.client.bucket.getBucketReadQuota({ bucketName, endpoint }, owner.auth);
      assert.equal(answer.code, 0, answer.message);
      return answer.body!;
    };
    const before = await quotaOf();
    await download(owner, bucketName, 'read.bin');
    const used = (quota: typeof before) =>
      Number(quota.consumedQuota) + Number(quota.freeConsumedSize) + Number(quota.monthlyQuotaConsumedSize);
    const after = await known('the quota to be charged', async () => {
      const quota = await quotaOf();
      return used(quota) > used(before) ? quota : undefined;
    });
    assert.equal(used(after) - used(before), SIZE);
    const now = new Date();
    const month = { year: now.getUTCFullYear(), month: now.getUTCMonth() + 1 };
    const sameMonth = await owner.client.bucket.getBucketReadQuota({ bucketName, endpoint, ...month }, owner.auth);
    assert.equal(used(sameMonth.body!), used(after));
    const records = await owner.client.bucket.listBucketReadRecords(
      {
        bucketName,
        endpoint,
        startTimeStamp: (Date.now() - 3_600_000) * 1000,
        endTimeStamp: (Date.now() + 3_600_000) * 1000,
        maxRecords: 10,
      },
      owner.auth,
    );
    // the SDK looks for `ReadRecords`, the network says `ReadRecord`: what it can show is that it was answered
    assert.equal(records.code, 0, records.message);
    assert.ok(Number(records.body!.GetBucketReadQuotaResult.NextStartTimestampUs) > 0);
  });

  it('approves of a migration to itself', async () => {
    const destination = devnet.sps[1]!;
    const answer = await owner.client.bucket.getMigrateBucketApproval(
      { operator: me, bucketName: otherBucket, dstPrimarySpId: destination.id, endpoint: destination.endpoint },
      owner.auth,
    );
    assert.equal(answer.code, 0, answer.message);
    const { dst_primary_sp_approval: approval } = answer.signedMsg as {
      dst_primary_sp_approval: { expired_height: string; sig: string };
    };
    assert.ok(Number(approval.expired_height) > 0);
    assert.equal(Buffer.from(approval.sig, 'base64').length, 65);
    const migration = await owner.client.bucket.migrateBucket(
      { operator: me, bucketName: otherBucket, dstPrimarySpId: destination.id, endpoint: destination.endpoint },
      owner.auth,
    );
    assert.ok((await migration.simulate({ denom: 'BNB' })).gasLimit > 0n, 'the chain accepts the signature');
  });

  it('lists groups by name, their members, and the groups that one is in or owns', async () => {
    const groups = await known('the group', async () => {
      const answer = await owner.client.sp.listGroups({ name: 'group', prefix: 'sdk-', limit: 10, offset: 0 });
      assert.equal(answer.code, 0, answer.message);
      const found = answer.body!.GfSpGetGroupListResponse;
      return found.Groups.length > 0 ? found : undefined;
    });
    assert.deepEqual([groups.Groups[0]!.Group.GroupName, Number(groups.Count)], [groupName, 1]);
    const members = await known('the member', async () => {
      const answer = await owner.client.sp.listGroupsMembers({ groupId, limit: 10 });
      assert.equal(answer.code, 0, answer.message);
      const found = [answer.body!.GfSpGetGroupMembersResponse.Groups].flat();
      return found.length > 0 ? found : undefined;
    });
    assert.equal(members[0]!.AccountId.toLowerCase(), other.toLowerCase());
    const joined = await owner.client.sp.listUserGroups({ address: other, limit: 10 });
    assert.equal(
      [joined.body!.GfSpGetUserGroupsResponse.Groups].flat()[0]?.Group.GroupName,
      groupName,
      String(joined.message),
    );
    const owned = await owner.client.sp.listUserOwnedGroups({ address: me, limit: 10 });
    assert.equal(
      [owned.body!.GfSpGetUserOwnedGroupsResponse.Groups].flat()[0]?.Group.GroupName,
      groupName,
      String(owned.message),
    );
  });

  it('tells who may do what', async () => {
    const effectOf = async (operator: string, bucket: string) => {
      const answer = await owner.client.sp.verifyPermission({
        operator,
        bucketName: bucket,
        ...(bucket === bucketName ? { objectName: 'read.bin' } : {}),
        action: 'ACTION_GET_OBJECT',
      });
      assert.equal(answer.code, 0, answer.message);
      return Number(answer.body!.QueryVerifyPermissionResponse.Effect);
    };
    const [ALLOW, DENY] = [1, 2];
    assert.equal(await effectOf(me, bucketName), ALLOW);
    assert.equal(await effectOf(other, bucketName), DENY);
    assert.equal(await effectOf(other, otherBucket), ALLOW);
  });

  it('finds providers, on the chain and by their buckets', async () => {
    const [first] = devnet.sps;
    const { sp } = owner.client;
    const all = await sp.getStorageProviders();
    assert.deepEqual(all.map(({ endpoint }) => endpoint).sort(), devnet.sps.map(({ endpoint }) => endpoint).sort());
    assert.equal(await sp.getSPUrlById(first!.id), first!.endpoint);
    assert.equal(await sp.getSPUrlByBucket(bucketName), first!.endpoint);
    assert.equal(await sp.getSPUrlByPrimaryAddr(first!.operatorAddress), first!.endpoint);
    assert.equal((await sp.getStorageProviderInfo(first!.id))?.operatorAddress, first!.operatorAddress);
  });
});
