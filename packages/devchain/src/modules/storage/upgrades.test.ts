/** What messages about storage did before each upgrade (`reference/chain-rpc.md` §16). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  approvalDigest,
  greenfieldPayment,
  greenfieldPermission,
  greenfieldSp,
  type Init,
  type MessageType,
  signDigest,
  greenfieldStorage as storage,
} from '@prairie/chain';
import { before } from '../payment/test-support.ts';
import { alice, approvalKey, bob, checksumsOf, outline, providerAddress, Scenario } from './testing/scenario.ts';

const operator = alice;
const bucket_name = 'bucket';
const object_name = 'a';
const notYet = { codespace: 'sdk', code: 37 };
const { EFFECT_ALLOW } = greenfieldPermission.Effect;
const { ACTION_UPDATE_OBJECT_INFO, ACTION_UPDATE_BUCKET_INFO } = greenfieldPermission.ActionType;

function withObject(): Scenario {
  const chain = new Scenario();
  chain.createBucket(bucket_name);
  chain.createObject(bucket_name, object_name);
  return chain;
}

function allow(statement: Partial<greenfieldPermission.Statement>): Partial<storage.MsgPutPolicy> {
  const principal = { type: greenfieldPermission.PrincipalType.PRINCIPAL_TYPE_GNFD_ACCOUNT, value: bob };
  const statements = [greenfieldPermission.Statement.create({ effect: EFFECT_ALLOW, ...statement })];
  return { operator, principal, resource: `grn:b::${bucket_name}`, statements };
}

test('Nagqu: resources of statements are regular expressions, and changed parameters are an event', () => {
  const chain = withObject();
  const resources = [`grn:o::${bucket_name}/[`];
  const policy = allow({ actions: [greenfieldPermission.ActionType.ACTION_GET_OBJECT], resources });
  assert.throws(() => chain.run(storage.MsgPutPolicy, policy), { codespace: 'permission', code: 1101 });
  chain.run(storage.MsgPutPolicy, policy, before('Nagqu'));
  const params = chain.storage.parameters.get();
  const authority = chain.accounts.moduleAddress('gov');
  const update = { authority, params };
  assert.equal(chain.run(storage.MsgUpdateParams, update).events.length, 1);
  assert.equal(chain.run(storage.MsgUpdateParams, update, before('Nagqu')).events.length, 0);
});

test('Pampas: policies of buckets may be about changes of their objects', () => {
  const chain = withObject();
  const policy = allow({ actions: [ACTION_UPDATE_OBJECT_INFO] });
  const refused = { codespace: 'permission', code: 1101 };
  assert.throws(() => chain.run(storage.MsgPutPolicy, policy, before('Pampas')), refused);
  chain.run(storage.MsgPutPolicy, allow({ actions: [ACTION_UPDATE_BUCKET_INFO] }), before('Pampas'));
  chain.run(storage.MsgPutPolicy, policy);
});

test('Manchurian brought tags, Ural tags by permission', () => {
  const chain = withObject();
  const tag = { operator, resource: `grn:b::${bucket_name}`, tags: { tags: [] } };
  assert.throws(() => chain.run(storage.MsgSetTag, tag, before('Manchurian')), notYet);
  chain.run(storage.MsgSetTag, tag, before('Ural'));
  chain.run(storage.MsgPutPolicy, allow({ actions: [ACTION_UPDATE_BUCKET_INFO] }));
  const byBob = { ...tag, operator: bob };
  assert.throws(() => chain.run(storage.MsgSetTag, byBob, before('Ural')), { codespace: 'storage', code: 1107 });
  chain.run(storage.MsgSetTag, byBob);
});

test('Hulunbeier: a bucket stays as it is while its provider leaves', () => {
  const chain = withObject();
  chain.sp.setStatus(chain.sp.byId(1)!, greenfieldSp.Status.STATUS_GRACEFUL_EXITING);
  const update = { operator, bucket_name };
  chain.run(storage.MsgUpdateBucketInfo, update, before('Hulunbeier'));
  assert.throws(() => chain.run(storage.MsgUpdateBucketInfo, update), { codespace: 'storage', code: 1119 });
});

test('Pawnee: new content, deletion of unsealed objects, and a count of those with a locked fee', () => {
  const chain = new Scenario();
  chain.createBucket(bucket_name, { charged_read_quota: 1n });
  const create = { creator: alice, bucket_name, object_name, payload_size: 1n, visibility: 1 } as const;
  const whole = { ...create, primary_sp_approval: {}, expect_checksums: checksumsOf('a') };
  chain.run(storage.MsgCreateObject, approvedObject(whole), before('Pawnee'));
  assert.equal(chain.storage.store.lockedCounts.size, 0, 'not counted');
  const name = { operator, bucket_name, object_name };
  assert.throws(() => chain.run(storage.MsgDeleteObject, name, before('Pawnee')), { codespace: 'storage', code: 1113 });
  assert.throws(() => chain.run(storage.MsgCancelUpdateObjectContent, name, before('Pawnee')), notYet);
  const update = { ...name, payload_size: 1n, expect_checksums: checksumsOf('b') };
  assert.throws(() => chain.run(storage.MsgUpdateObjectContent, update, before('Pawnee')), notYet);
  chain.run(storage.MsgDeleteObject, name);
  assert.equal(chain.stream(alice).lock_balance, 0n);
});

function signed<M extends object>(type: MessageType<M>, msg: Init<M>, field: keyof M, height = 100n): M {
  const approval = { expired_height: height, global_virtual_group_family_id: 1 };
  const unsigned = type.create({ ...msg, [field]: approval } as Init<M>);
  const sig = signDigest(approvalKey(1), approvalDigest(type, unsigned as Init<M>));
  return { ...unsigned, [field]: { ...approval, sig } };
}

const approvedObject = (msg: Init<storage.MsgCreateObject>, height?: bigint) =>
  signed(storage.MsgCreateObject, msg, 'primary_sp_approval', height);

test('Serengeti: approvals of buckets, objects and copies are no longer verified', () => {
  const chain = new Scenario();
  const old = before('Serengeti');
  const primary_sp_address = providerAddress(1, 'operator');
  const bucket = { creator: alice, bucket_name, visibility: 1, primary_sp_address } as const;
  const approve = (height?: bigint) => signed(storage.MsgCreateBucket, bucket, 'primary_sp_approval', height);
  const refused = { codespace: 'storage', code: 1116 };
  assert.throws(() => chain.run(storage.MsgCreateBucket, approve(0n), old), { ...refused, message: /expired/ });
  assert.throws(() => chain.run(storage.MsgCreateBucket, { ...approve(), charged_read_quota: 1n }, old), refused);
  chain.run(storage.MsgCreateBucket, approve(), old);
  const object = {
    creator: alice,
    bucket_name,
    object_name,
    visibility: 1,
    expect_checksums: checksumsOf('a'),
  } as const;
  const unsigned = { ...object, primary_sp_approval: { expired_height: 9n } };
  assert.throws(() => chain.run(storage.MsgCreateObject, unsigned, old), { ...refused, message: /signed by nobody/ });
  chain.run(storage.MsgCreateObject, approvedObject(object), old);
  const copy = {
    ...{ operator, src_bucket_name: bucket_name, src_object_name: object_name },
    ...{ dst_bucket_name: bucket_name, dst_object_name: 'b' },
  };
  assert.throws(() => chain.run(storage.MsgCopyObject, { ...copy, dst_primary_sp_approval: {} }, old), refused);
  chain.run(storage.MsgCopyObject, signed(storage.MsgCopyObject, copy, 'dst_primary_sp_approval'), old);
});

test('Serengeti brought delegated agents and the seal with checksums', () => {
  const chain = withObject();
  const agent = providerAddress(1, 'operator');
  const refused = <M>(type: MessageType<M>, msg: Init<M>) =>
    assert.throws(() => chain.run(type, msg, before('Serengeti')), notYet);
  refused(storage.MsgToggleSPAsDelegatedAgent, { operator, bucket_name });
  const create = {
    operator: agent,
    creator: alice,
    bucket_name,
    object_name: 'b',
    payload_size: 1n,
    visibility: 1,
  } as const;
  refused(storage.MsgDelegateCreateObject, create);
  const name = { operator: agent, bucket_name, object_name };
  refused(storage.MsgDelegateUpdateObjectContent, { ...name, updater: alice, payload_size: 1n });
  const secondary_sp_bls_agg_signatures = new Uint8Array(96);
  const seal = { ...name, operator: providerAddress(1, 'seal'), global_virtual_group_id: 1 };
  refused(storage.MsgSealObjectV2, { ...seal, secondary_sp_bls_agg_signatures, expect_checksums: [] });
  chain.run(storage.MsgDelegateCreateObject, create);
});

test('Erdos: others may pay, within a limit that is enforced', () => {
  const chain = new Scenario();
  const limit = { operator: bob, bucket_owner: alice, payment_address: bob, bucket_name, flow_rate_limit: 10n ** 18n };
  assert.throws(() => chain.run(storage.MsgSetBucketFlowRateLimit, limit, before('Erdos')), notYet);
  chain.run(storage.MsgSetBucketFlowRateLimit, limit);
  const create = {
    ...{ creator: alice, bucket_name, visibility: 1, payment_address: bob, charged_read_quota: 1_000_000n },
    ...{ primary_sp_address: providerAddress(1, 'operator') },
    primary_sp_approval: { global_virtual_group_family_id: 1 },
  } as const;
  const refused = { codespace: 'payment', code: 1204 };
  assert.throws(() => chain.run(storage.MsgCreateBucket, create, before('Erdos')), refused);
  chain.run(storage.MsgCreateBucket, { ...create, payment_address: '' }, before('Erdos'));
  const update = { operator, bucket_name, payment_address: bob };
  assert.throws(() => chain.run(storage.MsgUpdateBucketInfo, update, before('Erdos')), refused);
  chain.run(storage.MsgUpdateBucketInfo, update);
  chain.run(storage.MsgUpdateBucketInfo, { operator, bucket_name, payment_address: alice });
  chain.run(storage.MsgSetBucketFlowRateLimit, { ...limit, operator, payment_address: alice, flow_rate_limit: 1n });
  const { events } = chain.run(storage.MsgDeleteBucket, { operator, bucket_name }, before('Erdos'));
  assert.equal(outline(events).at(-1), 'DeleteBucket', 'no word of a limit');
});

test('Erdos: before it an account pays for more than its limit', () => {
  const chain = new Scenario();
  const limit = { operator, bucket_owner: alice, payment_address: alice, bucket_name, flow_rate_limit: 1n };
  chain.run(storage.MsgSetBucketFlowRateLimit, limit);
  const greenfieldBucket = { charged_read_quota: 1_000_000n };
  assert.throws(() => chain.createBucket(bucket_name, greenfieldBucket), /greater than the flow rate limit/);
  chain.createBucket(bucket_name);
  const update = { operator, bucket_name, charged_read_quota: { value: 1_000_000n } };
  assert.throws(() => chain.run(storage.MsgUpdateBucketInfo, update), /greater than the flow rate limit/);
  chain.run(storage.MsgUpdateBucketInfo, update, before('Erdos'));
});

test('Mongolian: what is mirrored may be changed', () => {
  const chain = new Scenario({ mirrorQueue: { charge: () => {} } });
  chain.createBucket(bucket_name);
  chain.run(storage.MsgCreateGroup, { creator: alice, group_name: 'group' });
  chain.run(storage.MsgMirrorBucket, { operator, bucket_name, dest_chain_id: 714 });
  chain.run(storage.MsgMirrorGroup, { operator, group_name: 'group', dest_chain_id: 714 });
  const refused = { codespace: 'storage', code: 1114 };
  const update = { operator, bucket_name };
  assert.throws(() => chain.run(storage.MsgUpdateBucketInfo, update, before('Mongolian')), refused);
  chain.run(storage.MsgUpdateBucketInfo, update);
  const extra = { operator, group_owner: alice, group_name: 'group', extra: 'x' };
  assert.throws(() => chain.run(storage.MsgUpdateGroupExtra, extra, before('Mongolian')), refused);
  chain.run(storage.MsgUpdateGroupExtra, extra);
});

test('payment accounts of the owner paid before Erdos too', () => {
  const chain = new Scenario();
  chain.run(greenfieldPayment.MsgCreatePaymentAccount, { creator: alice });
  const [, account] = [...chain.payment.accounts.range()][0]!;
  chain.createBucket(bucket_name);
  const update = { operator, bucket_name, payment_address: account.addr };
  chain.run(storage.MsgUpdateBucketInfo, update, before('Erdos'));
  assert.equal(chain.bucket(bucket_name)!.payment_address, account.addr);
});
