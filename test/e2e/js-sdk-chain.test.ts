/**
 * The chain through the unmodified JavaScript SDK: each transaction that it can build besides uploads, and what the
 * queries say afterwards.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type DevnetProcess, startDevnet } from '../support/devnet-process.ts';
import { sdk } from './sdk.ts';
import { createBucket, send, sendAsWallet, type User, user } from './support.ts';

const { GRNToString, Long, newBucketGRN, PermissionTypes, VisibilityType } = sdk;

const bucketName = 'chain-bucket';
const groupName = 'chain-group';
const BNB = 10n ** 18n;
/** The SDK signs whole seconds as `…:40.000Z`, which no node prints: milliseconds make the two agree. */
const LATER = { seconds: Long.fromNumber(4_000_000_000), nanos: 123_000_000 };

describe('transactions of the JavaScript SDK', () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: User;
  let friend: User;
  let me: string;
  let other: string;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-sdk-'));
    devnet = await startDevnet(['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0']);
    owner = user(devnet.rpc, devnet.evmChainId, devnet.accounts[0]!);
    friend = user(devnet.rpc, devnet.evmChainId, devnet.accounts[1]!);
    me = owner.identity.address;
    other = friend.identity.address;
  });

  after(async () => {
    await devnet?.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const balanceOf = async (address: string) =>
    BigInt((await owner.client.account.getAccountBalance({ address, denom: 'BNB' })).balance!.amount);

  it('transfers to one and to many', async () => {
    const before = await balanceOf(other);
    const coins = (amount: string) => [{ denom: 'BNB', amount }];
    await send(owner, await owner.client.account.transfer({ fromAddress: me, toAddress: other, amount: coins('7') }));
    const third = devnet.accounts[2]!.address;
    const thirdBefore = await balanceOf(third);
    const multi = await owner.client.account.multiTransfer(me, {
      inputs: [{ address: me, coins: coins('30') }],
      outputs: [
        { address: other, coins: coins('10') },
        { address: third, coins: coins('20') },
      ],
    });
    await send(owner, multi);
    assert.equal((await balanceOf(other)) - before, 17n);
    assert.equal((await balanceOf(third)) - thirdBefore, 20n);
  });

  it('has payment accounts: create, deposit, withdraw, no more refunds', async () => {
    const { payment, account } = owner.client;
    await send(owner, await account.createPaymentAccount({ creator: me }));
    const { paymentAccounts } = await account.getPaymentAccountsByOwner(me);
    const to = paymentAccounts.at(-1)!;
    await send(owner, await payment.deposit({ creator: me, to, amount: String(BNB) }));
    await send(owner, await payment.withdraw({ creator: me, from: to, amount: String(BNB / 2n) }));
    const { streamRecord } = await payment.getStreamRecord(to);
    assert.equal(streamRecord!.staticBalance, String(BNB / 2n));
    await send(owner, await payment.disableRefund({ owner: me, addr: to }));
    const refused = await payment.withdraw({ creator: me, from: to, amount: '1' });
    await assert.rejects(refused.simulate({ denom: 'BNB' }), /non-refundable/i);
  });

  it('grants fees, and takes the grant back', async () => {
    const { feegrant } = owner.client;
    const grant = await feegrant.grantAllowance({
      granter: me,
      grantee: other,
      allowedMessages: ['/cosmos.bank.v1beta1.MsgSend'],
      amount: String(BNB),
      denom: 'BNB',
      expirationTime: LATER,
    } as never);
    await send(owner, grant);
    const { allowance } = await feegrant.getAllowence({ granter: me, grantee: other });
    assert.equal(allowance?.granter, me);
    const spent = await paysFee(async () => {
      const transfer = await friend.client.account.transfer({
        fromAddress: other,
        toAddress: me,
        amount: [{ denom: 'BNB', amount: '1' }],
      });
      const gas = await transfer.simulate({ denom: 'BNB' });
      const result = await transfer.broadcast({
        denom: 'BNB',
        gasLimit: Number(gas.gasLimit),
        gasPrice: gas.gasPrice,
        payer: other,
        granter: me,
        privateKey: friend.identity.privateKey,
      });
      assert.equal(result.code, 0, result.rawLog);
    });
    assert.equal(spent, 1n, 'the grantee pays the amount and no fee');
    await send(owner, await feegrant.revokeAllowance({ granter: me, grantee: other }));
    await assert.rejects(feegrant.getAllowence({ granter: me, grantee: other }), /not found/);
  });

  async function paysFee(work: () => Promise<void>): Promise<bigint> {
    const before = await balanceOf(other);
    await work();
    return before - (await balanceOf(other));
  }

  it('has buckets with tags, visibility, quota and flow-rate limits', async () => {
    await createBucket(owner, bucketName, devnet.sps[0]!.operatorAddress);
    const { bucket, storage } = owner.client;
    const resource = GRNToString(newBucketGRN(bucketName));
    await send(
      owner,
      await storage.setTag({ operator: me, resource, tags: { tags: [{ key: 'colour', value: 'green' }] } }),
    );
    await send(
      owner,
      await bucket.updateBucketInfo({
        bucketName,
        operator: me,
        visibility: VisibilityType.VISIBILITY_TYPE_PUBLIC_READ,
        paymentAddress: me,
        chargedReadQuota: '1048576',
      } as never),
    );
    const { bucketInfo } = await bucket.headBucket(bucketName);
    assert.equal(bucketInfo!.chargedReadQuota.toString(), '1048576');
    assert.deepEqual(bucketInfo!.tags?.tags, [{ key: 'colour', value: 'green' }]);
    const limit = await bucket.setPaymentAccountFlowRateLimit({
      operator: me,
      bucketName,
      bucketOwner: me,
      paymentAddress: me,
      flowRateLimit: String(BNB),
    } as never);
    await send(owner, limit);
  });

  it('has groups: members come and leave', async () => {
    const { group } = owner.client;
    await send(owner, await group.createGroup({ creator: me, groupName, extra: 'first' }));
    await send(owner, await group.updateGroupExtra({ operator: me, groupOwner: me, groupName, extra: 'second' }));
    const members = {
      operator: me,
      groupOwner: me,
      groupName,
      membersToAdd: [{ member: other, expirationTime: LATER }],
      membersToDelete: [],
    };
    await sendAsWallet(owner, await group.updateGroupMember(members as never));
    const { groupInfo } = await group.headGroup(groupName, me);
    assert.equal(groupInfo!.extra, 'second');
    assert.equal((await group.headGroupMember(groupName, me, other)).groupMember?.groupId, groupInfo!.id);
    await send(friend, await friend.client.group.leaveGroup(other, { groupOwner: me, groupName, member: other }));
    await assert.rejects(group.headGroupMember(groupName, me, other), /No such group member/);
  });

  it('has policies for accounts', async () => {
    const { bucket } = owner.client;
    const policy = {
      operator: me,
      statements: [
        {
          effect: PermissionTypes.Effect.EFFECT_ALLOW,
          actions: [PermissionTypes.ActionType.ACTION_UPDATE_BUCKET_INFO],
          resources: [],
        },
      ],
      principal: { type: PermissionTypes.PrincipalType.PRINCIPAL_TYPE_GNFD_ACCOUNT, value: other },
    };
    const rename = () =>
      friend.client.bucket.updateBucketInfo({
        bucketName,
        operator: other,
        visibility: VisibilityType.VISIBILITY_TYPE_PRIVATE,
        paymentAddress: '',
        chargedReadQuota: '1048576',
      } as never);
    await assert.rejects((await rename()).simulate({ denom: 'BNB' }), /[Aa]ccess denied/);
    await send(owner, await bucket.putBucketPolicy(bucketName, policy as never));
    const { policy: stored } = await bucket.getBucketPolicy({
      resource: GRNToString(newBucketGRN(bucketName)),
      principalAddress: other,
    });
    assert.equal(stored?.principal?.value, other);
    await send(friend, await rename());
    await send(owner, await bucket.deleteBucketPolicy(me, bucketName, other, 'PRINCIPAL_TYPE_GNFD_ACCOUNT'));
    await assert.rejects((await rename()).simulate({ denom: 'BNB' }), /[Aa]ccess denied/);
  });

  it('sends coins to another chain', async () => {
    const before = await balanceOf(me);
    const transfer = await owner.client.crosschain.transferOut({
      from: me,
      to: other,
      amount: { denom: 'BNB', amount: String(BNB) },
    });
    await send(owner, transfer);
    assert.ok(before - (await balanceOf(me)) > BNB, 'the amount and what relaying costs');
  });

  it('reads what each module tells', async () => {
    const { client } = owner;
    const providers = await client.sp.getStorageProviders();
    assert.equal(providers.length, devnet.sps.length);
    const price = await client.sp.getQueryGlobalSpStorePriceByTime({ timestamp: Long.fromNumber(0) } as never);
    assert.ok(BigInt(price.globalSpStorePrice!.primaryStorePrice.split('.')[0]!) > 0n);
    assert.ok((await client.payment.params()).params?.versionedParams?.reserveTime);
    assert.equal((await client.storage.params()).params?.versionedParams?.redundantDataChunkNum, 4);
    assert.ok((await client.challenge.params()).params);
    assert.ok(
      (await client.gashub.getMsgGasParams({ msgTypeUrls: ['/cosmos.bank.v1beta1.MsgSend'] })).msgGasParams.length ===
        1,
    );
  });

  it('takes the group and the bucket away again', async () => {
    await send(owner, await owner.client.group.deleteGroup({ operator: me, groupName }));
    await send(owner, await owner.client.bucket.deleteBucket({ operator: me, bucketName }));
    await assert.rejects(owner.client.bucket.headBucket(bucketName), /No such bucket/);
  });
});
