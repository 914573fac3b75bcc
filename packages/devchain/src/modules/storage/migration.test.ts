/** Buckets that move to another primary provider. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  approvalDigest,
  greenfieldSp,
  migrationDocDigest,
  signDigest,
  greenfieldStorage as storage,
} from '@prairie/chain';
import { UpgradePlan } from '../../upgrades.ts';
import { alice, approvalKey, bob, outline, providerAddress, Scenario } from './testing/scenario.ts';

const BUCKET = 'bucket';
const SECONDARIES = [1, 3, 4, 5, 6, 7];
const destination = providerAddress(2, 'operator');
const { BUCKET_STATUS_CREATED, BUCKET_STATUS_DISCONTINUED, BUCKET_STATUS_MIGRATING } = storage.BucketStatus;

/** A bucket with one sealed object on group 1 of provider 1, and group 2 of provider 2 to go to. */
function withBucket(): Scenario {
  const chain = new Scenario();
  chain.addGroup(0, SECONDARIES, 2);
  chain.createBucket(BUCKET, { charged_read_quota: 1_000_000n });
  chain.createObject(BUCKET, 'a');
  chain.seal(BUCKET, 'a');
  return chain;
}

function approved(fields: Partial<storage.MsgMigrateBucket> = {}, expired_height = 100n): storage.MsgMigrateBucket {
  const msg = storage.MsgMigrateBucket.create({
    operator: alice,
    bucket_name: BUCKET,
    dst_primary_sp_id: 2,
    dst_primary_sp_approval: { expired_height },
    ...fields,
  });
  const sig = signDigest(approvalKey(msg.dst_primary_sp_id), approvalDigest(storage.MsgMigrateBucket, msg));
  return { ...msg, dst_primary_sp_approval: { ...msg.dst_primary_sp_approval!, sig } };
}

const migrate = (chain: Scenario, msg = approved()) => chain.run(storage.MsgMigrateBucket, msg);

function mapping(chain: Scenario, src = 1, dst = 2, signers = SECONDARIES): storage.GVGMapping {
  const digest = migrationDocDigest({
    chainId: chain.context().chainId,
    dstPrimarySpId: 2,
    srcGlobalVirtualGroupId: src,
    dstGlobalVirtualGroupId: dst,
    bucketId: chain.bucket(BUCKET)!.id,
  });
  return {
    src_global_virtual_group_id: src,
    dst_global_virtual_group_id: dst,
    secondary_sp_bls_signature: chain.aggregate(signers, digest),
  };
}

const complete = (chain: Scenario, fields: Partial<storage.MsgCompleteMigrateBucket> = {}) =>
  chain.run(storage.MsgCompleteMigrateBucket, {
    operator: destination,
    bucket_name: BUCKET,
    global_virtual_group_family_id: 2,
    gvg_mappings: [mapping(chain)],
    ...fields,
  });

const statusOf = (chain: Scenario) => chain.bucket(BUCKET)!.bucket_status;

test('a bucket moves with its bill and its sizes, in the recorded order of events', () => {
  const chain = withBucket();
  assert.deepEqual(outline(migrate(chain).events), ['MigrationBucket']);
  assert.equal(statusOf(chain), BUCKET_STATUS_MIGRATING);
  chain.nextBlock(10n);
  const owed = -chain.stream(alice).netflow_rate;
  const { events } = complete(chain);
  assert.deepEqual(outline(events), [
    ...['stream', 'SettleGlobalVirtualGroupFamily', 'stream', 'SettleGlobalVirtualGroup'],
    ...['UpdateGlobalVirtualGroup', 'UpdateGlobalVirtualGroup', 'UpdateLocalVirtualGroup', 'stream'],
    ...['CompleteMigrationBucket', 'UpdateBucketInfo'],
  ]);
  const bucket = chain.bucket(BUCKET)!;
  assert.equal(bucket.global_virtual_group_family_id, 2);
  assert.equal(bucket.bucket_status, BUCKET_STATUS_CREATED);
  assert.equal(chain.storage.store.internal(bucket.id).price_time, chain.time.seconds);
  assert.deepEqual(
    [1, 2].map((id) => chain.virtualGroup.gvg(id)!.stored_size),
    [0n, 100n],
  );
  assert.equal(-chain.stream(alice).netflow_rate, owed, 'the same prices');
  const [from, to] = [1, 2].map((id) => chain.stream(chain.virtualGroup.family(id)!.virtual_payment_address));
  assert.equal(from!.netflow_rate, 0n);
  assert.equal(from!.static_balance, 0n, 'what the old primary earned is paid');
  assert.ok(to!.netflow_rate > 0n);
  assert.deepEqual(chain.audit(), []);
  chain.run(storage.MsgDeleteObject, { operator: alice, bucket_name: BUCKET, object_name: 'a' });
  chain.run(storage.MsgDeleteBucket, { operator: alice, bucket_name: BUCKET });
  assert.equal(chain.storage.store.migrations.size, 0);
  assert.deepEqual(chain.audit(), []);
});

test('who may move what where', () => {
  const chain = withBucket();
  const refused = (code: number, msg: storage.MsgMigrateBucket, codespace = 'storage') =>
    assert.throws(() => migrate(chain, msg), { codespace, code });
  refused(1100, approved({ bucket_name: 'nothing' }));
  refused(1107, approved({ operator: bob }));
  refused(1, approved({ dst_primary_sp_id: 9 }), 'sp');
  refused(3202, approved({ dst_primary_sp_id: 1 }));
  refused(1116, approved({}, 0n));
  refused(1116, {
    ...approved(),
    dst_primary_sp_approval: approved({ bucket_name: 'another' }).dst_primary_sp_approval,
  });
  refused(1116, {
    ...approved(),
    dst_primary_sp_approval: { expired_height: 100n, global_virtual_group_family_id: 0, sig: new Uint8Array(65) },
  });
  refused(1116, { ...approved(), dst_primary_sp_approval: undefined });
  const { STATUS_IN_MAINTENANCE, STATUS_IN_SERVICE } = greenfieldSp.Status;
  for (const id of [1, 2]) {
    chain.sp.setStatus(chain.sp.byId(id)!, STATUS_IN_MAINTENANCE);
    refused(2, approved(), 'sp');
    chain.sp.setStatus(chain.sp.byId(id)!, STATUS_IN_SERVICE);
  }
  migrate(chain);
  refused(3106, approved());
});

test('a bucket moves only when its payer can be charged', () => {
  const chain = withBucket();
  chain.createBucket('free', { creator: bob });
  const free = approved({ operator: bob, bucket_name: 'free' });
  assert.throws(() => migrate(chain, free), { codespace: 'payment', code: 1208 });
  const limit = { operator: alice, bucket_owner: alice, payment_address: alice, bucket_name: BUCKET };
  chain.run(storage.MsgSetBucketFlowRateLimit, { ...limit, flow_rate_limit: 0n });
  assert.throws(() => migrate(chain), { codespace: 'undefined', message: `bucket is rate limited: ${BUCKET}` });
  chain.run(storage.MsgSetBucketFlowRateLimit, { ...limit, flow_rate_limit: 10n ** 18n });
  migrate(chain);
  chain.run(storage.MsgSetBucketFlowRateLimit, { ...limit, flow_rate_limit: 0n });
  assert.throws(() => complete(chain), { message: `bucket is rate limited: ${BUCKET}` });
});

test('a migration ends with the signatures of all new secondaries for all groups', () => {
  const chain = withBucket();
  const failed = { codespace: 'storage', code: 3202 };
  assert.throws(() => complete(chain), { codespace: 'storage', code: 3106 });
  migrate(chain);
  assert.throws(() => complete(chain, { operator: providerAddress(3, 'operator') }), { code: 1107 });
  assert.throws(() => complete(chain, { global_virtual_group_family_id: 9 }), {
    codespace: 'virtualgroup',
    code: 1100,
  });
  assert.throws(() => complete(chain, { gvg_mappings: [mapping(chain, 1, 2, [1, 3, 4, 5, 6])] }), failed);
  assert.throws(() => complete(chain, { gvg_mappings: [] }), failed);
  const other = { ...mapping(chain), src_global_virtual_group_id: 3 };
  assert.throws(() => complete(chain, { gvg_mappings: [other] }), failed);
  const invalid = { codespace: 'greenfield', code: 1014 };
  assert.throws(() => complete(chain, { global_virtual_group_family_id: 0 }), invalid);
  assert.throws(() => complete(chain, { gvg_mappings: [mapping(chain), mapping(chain)] }), invalid);
  assert.throws(
    () => complete(chain, { gvg_mappings: [{ ...mapping(chain), dst_global_virtual_group_id: 0 }] }),
    invalid,
  );
  const many = Array.from({ length: 12 }, (_, i) => ({ ...mapping(chain), src_global_virtual_group_id: i + 1 }));
  assert.throws(() => complete(chain, { gvg_mappings: many }), invalid);
  complete(chain, { gvg_mappings: [mapping(chain), mapping(chain, 3)] });
});

test('owner and destination can end a migration, and nobody else', () => {
  const chain = withBucket();
  const msg = { operator: alice, bucket_name: BUCKET };
  assert.throws(() => chain.run(storage.MsgCancelMigrateBucket, msg), { code: 3106 });
  migrate(chain);
  assert.throws(() => chain.run(storage.MsgCancelMigrateBucket, { ...msg, operator: bob }), { code: 1107 });
  assert.deepEqual(outline(chain.run(storage.MsgCancelMigrateBucket, msg).events), ['CancelMigrationBucket']);
  assert.equal(statusOf(chain), BUCKET_STATUS_CREATED);
  migrate(chain);
  const reject = (operator: string) => chain.run(storage.MsgRejectMigrateBucket, { ...msg, operator });
  assert.throws(() => reject(providerAddress(1, 'operator')), { codespace: 'storage', code: 1107 });
  assert.deepEqual(outline(reject(destination).events), ['RejectMigrateBucket']);
  assert.equal(chain.storage.store.migrations.size, 0);
  assert.throws(() => reject(destination), { codespace: 'storage', code: 3106 });
});

test('a migrating bucket takes nothing new; what is there can be sealed, given up and deleted', () => {
  const chain = withBucket();
  for (const name of ['b', 'c']) chain.createObject(BUCKET, name);
  migrate(chain);
  assert.throws(() => chain.createObject(BUCKET, 'd'), { codespace: 'storage', code: 3107 });
  const update = { operator: alice, bucket_name: BUCKET, object_name: 'a', payload_size: 5n };
  assert.throws(() => chain.run(storage.MsgDelegateUpdateObjectContent, { ...update, updater: alice }), { code: 3107 });
  chain.seal(BUCKET, 'b');
  chain.run(storage.MsgRejectSealObject, {
    operator: providerAddress(1, 'seal'),
    bucket_name: BUCKET,
    object_name: 'c',
  });
  chain.run(storage.MsgDeleteObject, { operator: alice, bucket_name: BUCKET, object_name: 'a' });
  complete(chain);
  assert.deepEqual(chain.audit(), []);
  assert.equal(chain.virtualGroup.gvg(2)!.stored_size, 100n);
});

test('deleting or discontinuing a migrating bucket cancels; the record of a discontinued one stays', () => {
  const chain = withBucket();
  chain.createBucket('empty', { charged_read_quota: 1n });
  migrate(chain, approved({ bucket_name: 'empty' }));
  const { events } = chain.run(storage.MsgDeleteBucket, { operator: alice, bucket_name: 'empty' });
  assert.deepEqual(outline(events).slice(-3), ['DeleteBucket', 'CancelMigrationBucket', 'BucketFlowRateLimitStatus']);
  assert.equal(chain.storage.store.migrations.size, 0);
  migrate(chain);
  const discontinue = { operator: providerAddress(1, 'gc'), bucket_name: BUCKET };
  const { events: discontinued } = chain.run(storage.MsgDiscontinueBucket, discontinue);
  assert.deepEqual(outline(discontinued), ['CancelMigrationBucket', 'DiscontinueBucket']);
  assert.equal(chain.storage.store.migrations.size, 1);
  assert.throws(() => complete(chain), { code: 3106 });
  for (let i = 0; i < 8; i++) chain.nextBlock();
  assert.equal(chain.bucket(BUCKET), undefined);
  assert.equal(chain.storage.store.migrations.size, 0);
});

test('before Veld a discontinued bucket could migrate', () => {
  const chain = withBucket();
  chain.run(storage.MsgDiscontinueBucket, { operator: providerAddress(1, 'gc'), bucket_name: BUCKET });
  assert.equal(statusOf(chain), BUCKET_STATUS_DISCONTINUED);
  assert.throws(() => migrate(chain), { codespace: 'storage', code: 3106 });
  chain.run(storage.MsgMigrateBucket, approved(), { upgrades: new UpgradePlan({ Nagqu: 0, Erdos: 0 }) });
  assert.equal(statusOf(chain), BUCKET_STATUS_MIGRATING);
});
