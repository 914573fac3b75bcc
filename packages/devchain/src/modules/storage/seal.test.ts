import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { alice, bob, checksumsOf, outline, providerAddress, Scenario } from './testing/scenario.ts';

const BUCKET = 'bucket';
const operator = providerAddress(1, 'seal');

function withObject(fields: Partial<storage.MsgCreateObject> = {}): { chain: Scenario; id: bigint } {
  const chain = new Scenario();
  chain.createBucket(BUCKET);
  return { chain, id: chain.createObject(BUCKET, 'a', fields) };
}

const sealWith = (chain: Scenario, signature: Uint8Array, fields: Partial<storage.MsgSealObject> = {}) =>
  chain.run(storage.MsgSealObject, {
    operator,
    bucket_name: BUCKET,
    object_name: 'a',
    global_virtual_group_id: 1,
    secondary_sp_bls_agg_signatures: signature,
    ...fields,
  });

test('the first seal on a group makes a local one, in the recorded order of events', () => {
  const { chain } = withObject();
  const { events } = chain.seal(BUCKET, 'a');
  const groups = ['UpdateGlobalVirtualGroup', 'CreateLocalVirtualGroup'];
  assert.deepEqual(outline(events), ['stream', ...groups, 'SealObject']);
  const object = chain.object(BUCKET, 'a')!;
  assert.equal(object.object_status, storage.ObjectStatus.OBJECT_STATUS_SEALED);
  assert.equal(object.local_virtual_group_id, 1);
  assert.throws(() => chain.seal(BUCKET, 'a'), { codespace: 'storage', code: 1108 });
});

test('an aggregate that lacks a secondary, or is over other checksums, is refused', () => {
  const { chain, id } = withObject();
  const wrong = { codespace: 'greenfield', code: 1013 };
  const checksums = checksumsOf('a');
  assert.throws(() => sealWith(chain, chain.sealSignature(id, checksums, 1, [2, 3, 4, 5, 6])), wrong);
  assert.throws(() => sealWith(chain, chain.sealSignature(id, checksumsOf('b'))), wrong);
  assert.throws(() => sealWith(chain, chain.sealSignature(id + 1n, checksums)), wrong);
  assert.throws(() => sealWith(chain, new Uint8Array(96)), wrong);
  assert.throws(() => sealWith(chain, new Uint8Array(95)), wrong);
  assert.equal(chain.stream(alice).lock_balance, 1_092_951_736_320n, 'the fee stays locked');
  sealWith(chain, chain.sealSignature(id, checksums));
});

test('only the primary seals, on a group of the family', () => {
  const { chain, id } = withObject();
  const signature = chain.sealSignature(id, checksumsOf('a'));
  assert.throws(() => sealWith(chain, signature, { operator: bob }), { codespace: 'storage', code: 1111 });
  const secondary = providerAddress(2, 'seal');
  assert.throws(() => sealWith(chain, signature, { operator: secondary }), { codespace: 'storage', code: 1107 });
  const unknown = { global_virtual_group_id: 9 };
  assert.throws(() => sealWith(chain, signature, unknown), { codespace: 'virtualgroup', code: 1102 });
  const other = { global_virtual_group_id: chain.addGroup() };
  assert.throws(() => sealWith(chain, signature, other), { codespace: 'storage', code: 1123 });
});

test('a group takes no more than its deposit covers', () => {
  const { chain, id } = withObject();
  const gvg = chain.virtualGroup.gvg(1)!;
  chain.virtualGroup.groups.setGvg({ ...gvg, total_deposit: 16_000n * 99n });
  const signature = chain.sealSignature(id, checksumsOf('a'));
  assert.throws(() => sealWith(chain, signature), { codespace: 'storage', code: 1123 });
});

test('a delegated object gets its checksums with the seal', () => {
  const chain = new Scenario();
  chain.createBucket(BUCKET);
  const { response } = chain.run(storage.MsgDelegateCreateObject, {
    operator: providerAddress(1, 'operator'),
    creator: alice,
    bucket_name: BUCKET,
    object_name: 'a',
    payload_size: 10n,
    visibility: storage.VisibilityType.VISIBILITY_TYPE_PRIVATE,
  });
  const checksums = checksumsOf('a');
  const signature = chain.sealSignature(response.object_id, checksums);
  assert.throws(() => sealWith(chain, signature), { codespace: 'storage', code: 1130 });
  chain.run(storage.MsgSealObjectV2, {
    operator,
    bucket_name: BUCKET,
    object_name: 'a',
    global_virtual_group_id: 1,
    secondary_sp_bls_agg_signatures: signature,
    expect_checksums: checksums,
  });
  assert.deepEqual(
    chain.object(BUCKET, 'a')!.checksums.map((c) => Buffer.from(c)),
    checksums,
  );
});

test('only the primary that the owner has not forbidden creates for others', () => {
  const chain = new Scenario();
  chain.createBucket(BUCKET);
  const msg = { creator: alice, bucket_name: BUCKET, object_name: 'a', payload_size: 10n, visibility: 2 };
  const create = (operator: string) => chain.run(storage.MsgDelegateCreateObject, { ...msg, operator });
  const denied = { codespace: 'storage', code: 1107 };
  assert.throws(() => create(providerAddress(2, 'operator')), denied);
  chain.run(storage.MsgToggleSPAsDelegatedAgent, { operator: alice, bucket_name: BUCKET });
  assert.throws(() => create(providerAddress(1, 'operator')), {
    ...denied,
    message:
      'the SP is not allowed to create object for delegator, disabled by the bucket owner previously: Access denied',
  });
});

test('a rejected object is gone and its fee is free', () => {
  const { chain } = withObject();
  const msg = { operator, bucket_name: BUCKET, object_name: 'a' };
  const { events } = chain.run(storage.MsgRejectSealObject, msg);
  assert.deepEqual(outline(events), ['stream', 'RejectSealObject']);
  assert.equal(chain.object(BUCKET, 'a'), undefined);
  assert.equal(chain.stream(alice).lock_balance, 0n);
});

test('an update replaces the content when it is sealed, in the recorded order of events', () => {
  const { chain } = withObject();
  chain.seal(BUCKET, 'a');
  chain.nextBlock(100n);
  const update = {
    operator: alice,
    bucket_name: BUCKET,
    object_name: 'a',
    payload_size: 7n,
    content_type: 'text/plain',
  };
  chain.run(storage.MsgUpdateObjectContent, { ...update, expect_checksums: checksumsOf('new') });
  assert.throws(() => chain.run(storage.MsgUpdateObjectContent, { ...update, expect_checksums: checksumsOf('x') }), {
    codespace: 'storage',
    code: 1127,
  });
  const { events } = chain.seal(BUCKET, 'a', checksumsOf('new'));
  assert.deepEqual(outline(events), [
    'stream',
    'DeleteLocalVirtualGroup',
    'UpdateGlobalVirtualGroup',
    'UpdateLocalVirtualGroup',
    'stream',
    'UpdateGlobalVirtualGroup',
    'CreateLocalVirtualGroup',
    'UpdateObjectContentSuccess',
    'SealObject',
  ]);
  const object = chain.object(BUCKET, 'a')!;
  assert.deepEqual([object.payload_size, object.version, object.is_updating], [7n, 1n, false]);
  assert.equal(object.updated_by, alice);
  assert.equal(chain.virtualGroup.gvg(1)!.stored_size, 7n);
});

test('an update without content is sealed at once', () => {
  const { chain } = withObject();
  chain.seal(BUCKET, 'a');
  chain.run(storage.MsgUpdateObjectContent, {
    operator: alice,
    bucket_name: BUCKET,
    object_name: 'a',
    expect_checksums: checksumsOf('empty'),
  });
  const object = chain.object(BUCKET, 'a')!;
  assert.deepEqual([object.payload_size, object.version, object.is_updating], [0n, 1n, false]);
  assert.equal(chain.virtualGroup.gvg(1)!.stored_size, 0n);
  assert.equal(chain.stream(alice).lock_balance, 0n);
});
