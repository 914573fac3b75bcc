/** Buckets, their limits, and content that a provider gives up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode, greenfieldPayment, greenfieldSp, greenfieldStorage as storage } from '@prairie/chain';
import { alice, bob, outline, providerAddress, Scenario, typesOf } from './testing/scenario.ts';

const gc = providerAddress(1, 'gc');

test('who takes new buckets, and where', () => {
  const chain = new Scenario();
  const noProvider = { codespace: 'storage', code: 1111 };
  assert.throws(() => chain.createBucket('bucket', { primary_sp_address: bob }), noProvider);
  const nowhere = {
    primary_sp_approval: { expired_height: 0n, global_virtual_group_family_id: 9, sig: new Uint8Array(0) },
  };
  assert.throws(() => chain.createBucket('bucket', nowhere), { codespace: 'virtualgroup', code: 1100 });
  assert.throws(() => chain.createBucket('bucket', { visibility: 0 }), { codespace: 'storage', code: 1118 });
  const provider = chain.sp.byId(1)!;
  chain.sp.setStatus(provider, greenfieldSp.Status.STATUS_IN_MAINTENANCE);
  assert.throws(() => chain.createBucket('bucket'), noProvider);
  chain.fund(providerAddress(1, 'maintenance'));
  chain.createBucket('bucket', { creator: providerAddress(1, 'maintenance') });
});

test('deleting a bucket, in the recorded order of events', () => {
  const chain = new Scenario();
  chain.createBucket('bucket', { charged_read_quota: 100_000_000n });
  chain.createObject('bucket', 'a', { payload_size: 0n });
  const msg = { operator: alice, bucket_name: 'bucket' };
  assert.throws(() => chain.run(storage.MsgDeleteBucket, msg), { message: 'Bucket is not empty' });
  chain.run(storage.MsgDeleteObject, { ...msg, object_name: 'a' });
  assert.throws(() => chain.run(storage.MsgDeleteBucket, { ...msg, operator: bob }), { code: 1107 });
  const { events } = chain.run(storage.MsgDeleteBucket, msg);
  assert.deepEqual(outline(events), ['stream', 'DeleteBucket', 'BucketFlowRateLimitStatus']);
  assert.equal(chain.bucket('bucket'), undefined);
});

test('the read quota rises at any time and falls after a while', () => {
  const chain = new Scenario();
  chain.createBucket('bucket', { charged_read_quota: 100n });
  const update = (value: bigint) =>
    chain.run(storage.MsgUpdateBucketInfo, { operator: alice, bucket_name: 'bucket', charged_read_quota: { value } });
  update(200n);
  assert.throws(() => update(100n), { codespace: 'storage', code: 1119 });
  chain.nextBlock(2_592_000n);
  update(100n);
  assert.equal(chain.bucket('bucket')!.charged_read_quota, 100n);
});

test('another account pays, unless objects wait for their seal', () => {
  const chain = new Scenario();
  chain.createBucket('bucket', { charged_read_quota: 1_000_000n });
  chain.run(greenfieldPayment.MsgCreatePaymentAccount, { creator: alice });
  const [, account] = [...chain.payment.accounts.range()][0]!;
  chain.run(greenfieldPayment.MsgDeposit, { creator: alice, to: account.addr, amount: 10n ** 20n });
  const move = { operator: alice, bucket_name: 'bucket', payment_address: account.addr };
  chain.createObject('bucket', 'a');
  assert.throws(() => chain.run(storage.MsgUpdateBucketInfo, move), { codespace: 'storage', code: 1129 });
  chain.run(storage.MsgCancelCreateObject, { operator: alice, bucket_name: 'bucket', object_name: 'a' });
  const both = { ...move, charged_read_quota: { value: 2_000_000n } };
  assert.throws(() => chain.run(storage.MsgUpdateBucketInfo, both), /can not be changed at the same time/);
  const rate = chain.stream(alice).netflow_rate;
  chain.run(storage.MsgUpdateBucketInfo, move);
  assert.equal(chain.stream(account.addr).netflow_rate, rate);
  assert.equal(chain.stream(alice).netflow_rate, 0n);
});

test('somebody pays for a bucket of another up to a limit', () => {
  const chain = new Scenario();
  const refused = /the flow rate limit is not set for the bucket bucket/;
  const paidByBob = { payment_address: bob, charged_read_quota: 1_000_000n };
  assert.throws(() => chain.createBucket('bucket', paidByBob), refused);
  const limit = { operator: bob, bucket_name: 'bucket', bucket_owner: alice, payment_address: bob };
  const set = (flow_rate_limit: bigint, operator = bob) =>
    chain.run(storage.MsgSetBucketFlowRateLimit, { ...limit, operator, flow_rate_limit });
  assert.throws(() => set(1n, alice), { codespace: 'payment', code: 1204 });
  set(100_999_999n);
  assert.throws(() => chain.createBucket('bucket', paidByBob), /is greater than the flow rate limit/);
  set(101_000_000n);
  chain.createBucket('bucket', paidByBob);
  assert.equal(chain.stream(bob).netflow_rate, -101_000_000n);
});

test('a bucket over its limit is not charged, in the recorded order of events', () => {
  const chain = new Scenario();
  chain.createBucket('bucket', { charged_read_quota: 1_000_000n });
  chain.createObject('bucket', 'a', { payload_size: 0n });
  const limit = { operator: alice, bucket_name: 'bucket', bucket_owner: alice, payment_address: alice };
  const set = (flow_rate_limit: bigint) => chain.run(storage.MsgSetBucketFlowRateLimit, { ...limit, flow_rate_limit });
  const before = chain.stream(alice).netflow_rate;
  assert.deepEqual(outline(set(0n).events), ['BucketFlowRateLimitStatus', 'stream', 'SetBucketFlowRateLimit']);
  assert.equal(chain.stream(alice).netflow_rate, 0n);
  const remove = { operator: alice, bucket_name: 'bucket', object_name: 'a' };
  assert.throws(() => chain.run(storage.MsgDeleteObject, remove), { message: 'bucket is rate limited: bucket' });
  const update = { operator: alice, bucket_name: 'bucket', visibility: 1 };
  assert.throws(() => chain.run(storage.MsgUpdateBucketInfo, update), /payment account is not changed/);
  const request = encode(storage.QueryHeadBucketRequest, { bucket_name: 'bucket' });
  const head = decode(storage.QueryHeadBucketResponse, chain.query('/greenfield.storage.Query/HeadBucket', request));
  assert.deepEqual(head.extra_info, { is_rate_limited: true, flow_rate_limit: 0n, current_flow_rate: -before });
  assert.deepEqual(outline(set(10n ** 18n).events), ['stream', 'BucketFlowRateLimitStatus', 'SetBucketFlowRateLimit']);
  assert.equal(chain.stream(alice).netflow_rate, before);
});

test('a discontinued object is deleted when its time is over, by the primary', () => {
  const chain = new Scenario();
  chain.createBucket('bucket');
  const sealed = chain.createObject('bucket', 'empty', { payload_size: 0n });
  const created = chain.createObject('bucket', 'created');
  const msg = { operator: gc, bucket_name: 'bucket', object_ids: [sealed, created], reason: 'bad content' };
  const { events } = chain.run(storage.MsgDiscontinueObject, msg);
  assert.deepEqual(outline(events), ['DiscontinueObject', 'DiscontinueObject']);
  assert.throws(() => chain.run(storage.MsgDiscontinueObject, { ...msg, object_ids: [sealed] }), { code: 3101 });
  const remove = { operator: alice, bucket_name: 'bucket', object_name: 'empty' };
  assert.throws(() => chain.run(storage.MsgDeleteObject, remove), { codespace: 'storage', code: 3105 });
  assert.deepEqual(outline(chain.nextBlock(4n)), []);
  assert.deepEqual(outline(chain.nextBlock(1n)), []);
  const deleted = chain.nextBlock();
  const groups = ['DeleteLocalVirtualGroup', 'UpdateGlobalVirtualGroup', 'UpdateLocalVirtualGroup'];
  assert.deepEqual(outline(deleted), ['stream', ...groups, 'DeleteObject', 'stream', 'DeleteObject']);
  const operators = deleted.flatMap(({ attributes }) => attributes).filter(({ key }) => key === 'operator');
  for (const { value } of operators) assert.equal(value, JSON.stringify(providerAddress(1, 'operator')));
  assert.equal(chain.stream(alice).netflow_rate, 0n);
  assert.equal(chain.stream(alice).lock_balance, 0n);
});

test('a discontinued bucket goes with its objects, a few in each block', () => {
  const chain = new Scenario();
  chain.createBucket('bucket', { charged_read_quota: 100n });
  for (const name of ['a', 'b', 'c']) chain.createObject('bucket', name, { payload_size: 0n });
  const msg = { operator: gc, bucket_name: 'bucket', reason: 'bad bucket' };
  assert.throws(() => chain.run(storage.MsgDiscontinueBucket, { ...msg, operator: providerAddress(2, 'gc') }), {
    code: 1107,
  });
  assert.deepEqual(outline(chain.run(storage.MsgDiscontinueBucket, msg).events), ['DiscontinueBucket']);
  assert.throws(() => chain.createObject('bucket', 'd'), { codespace: 'storage', code: 3104 });
  chain.nextBlock(5n);
  const deletions = () => typesOf(chain.nextBlock()).filter((type) => /storage\.EventDelete/.test(type));
  assert.deepEqual(deletions(), ['storage.EventDeleteObject', 'storage.EventDeleteObject']);
  assert.deepEqual(deletions(), ['storage.EventDeleteObject', 'storage.EventDeleteBucket']);
  assert.deepEqual(deletions(), []);
  assert.equal(chain.bucket('bucket'), undefined);
  assert.equal(chain.stream(alice).netflow_rate, 0n);
});

test('deletions of objects that use up a block put off everything else of the module', () => {
  const chain = new Scenario();
  chain.createBucket('bucket');
  const ids = ['a', 'b'].map((name) => chain.createObject('bucket', name, { payload_size: 0n }));
  const msg = { operator: gc, bucket_name: 'bucket', reason: '' };
  chain.run(storage.MsgDiscontinueObject, { ...msg, object_ids: ids });
  chain.nextBlock(5n);
  chain.run(storage.MsgCreateGroup, { creator: bob, group_name: 'group' });
  const member = { operator: bob, group_owner: bob, group_name: 'group' };
  chain.run(storage.MsgUpdateGroupMember, { ...member, members_to_add: [{ member: alice }] });
  chain.run(storage.MsgDeleteGroup, { operator: bob, group_name: 'group' });
  assert.equal(outline(chain.nextBlock()).at(-1), 'DeleteObject', 'no StalePolicyCleanup');
  assert.ok(chain.permission.members.hasAny(1n));
  assert.deepEqual(outline(chain.nextBlock()), []);
  assert.ok(!chain.permission.members.hasAny(1n));
});

test('a discontinued bucket goes even when its primary left for good', () => {
  const chain = new Scenario();
  chain.createBucket('bucket');
  chain.run(storage.MsgDiscontinueBucket, { operator: gc, bucket_name: 'bucket', reason: '' });
  chain.sp.providers.delete(chain.sp.byId(1)!);
  chain.nextBlock(5n);
  const deleted = chain.nextBlock().find(({ type }) => type === storage.EventDeleteBucket.name)!;
  assert.equal(deleted.attributes.find(({ key }) => key === 'operator')!.value, `"${alice}"`);
});

test('a provider gives up only so much in a counting window', () => {
  const chain = new Scenario();
  chain.createBucket('bucket');
  const ids = ['a', 'b', 'c', 'd'].map((name) => chain.createObject('bucket', name, { payload_size: 0n }));
  const msg = { operator: gc, bucket_name: 'bucket', reason: '' };
  chain.run(storage.MsgDiscontinueObject, { ...msg, object_ids: ids.slice(0, 3) });
  const last = { ...msg, object_ids: ids.slice(3) };
  assert.throws(() => chain.run(storage.MsgDiscontinueObject, last), { codespace: 'storage', code: 3103 });
  while (chain.height % 10n !== 0n) chain.nextBlock(0n);
  chain.run(storage.MsgDiscontinueObject, last);
});

test('a copy belongs to who made it', () => {
  const chain = new Scenario();
  chain.createBucket('from', { visibility: storage.VisibilityType.VISIBILITY_TYPE_PUBLIC_READ });
  chain.createBucket('into');
  chain.createObject('from', 'a', { payload_size: 0n, content_type: 'text/plain' });
  const copy = { src_bucket_name: 'from', src_object_name: 'a', dst_bucket_name: 'into', dst_object_name: 'b' };
  const { events } = chain.run(storage.MsgCopyObject, { operator: bob, ...copy, dst_primary_sp_approval: {} });
  assert.equal(outline(events).at(-1), 'CopyObject');
  const object = chain.object('into', 'b')!;
  assert.deepEqual([object.owner, object.visibility, object.content_type], [bob, 2, 'text/plain']);
});

test('lists come in the order of the chain, page by page', () => {
  const chain = new Scenario();
  for (let i = 1; i <= 258; i++) chain.createBucket(`bucket-${i}`);
  const list = (pagination: Partial<storage.QueryListBucketsRequest['pagination']>) => {
    const request = encode(storage.QueryListBucketsRequest, { pagination });
    return decode(storage.QueryListBucketsResponse, chain.query('/greenfield.storage.Query/ListBuckets', request));
  };
  const first = list({ limit: 3n });
  const ids = (page: storage.QueryListBucketsResponse) => page.bucket_infos.map(({ id }) => id);
  assert.deepEqual(ids(first), [1n, 256n, 257n]);
  assert.deepEqual(ids(list({ limit: 2n, key: first.pagination!.next_key })), [258n, 2n]);
  assert.equal(list({ limit: 150n }).bucket_infos.length, 100);
  assert.throws(() => list({ limit: 201n }), { status: 'InvalidArgument' });
  assert.throws(() => list({ offset: 1n }), { status: 'InvalidArgument' });
  const seen: bigint[] = [];
  let key: Uint8Array = new Uint8Array(0);
  do {
    const page = list({ key });
    seen.push(...ids(page));
    key = page.pagination!.next_key;
  } while (key.length > 0);
  assert.equal(new Set(seen).size, 258);
});
