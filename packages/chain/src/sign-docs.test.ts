import assert from 'node:assert/strict';
import { test } from 'node:test';
import './conformance/tasks.ts';
import { keccak256 } from './hash.ts';
import { messageType } from './proto/define.ts';
import { MsgCreateBucket, MsgDeleteBucket, MsgMigrateBucket } from './proto/generated/greenfield.storage.ts';
import {
  approvalDigest,
  approvalSignText,
  migrationDocJson,
  sealChecksum,
  taskDigest,
  taskSignBytes,
} from './sign-docs.ts';

const task = (name: string) => messageType(`prairie.vectors.${name}`);

test('a task signs its fields only; an empty task is present', () => {
  const info = task('GfSpBucketMigrationInfo');
  assert.equal(
    String(taskSignBytes(info, { bucket_id: 7n, expire_time: 1700003600n })),
    '{"bucket_id":"7","expire_time":"1700003600"}',
  );
  const recover = taskSignBytes(task('GfSpRecoverPieceTask'), { ec_idx: -1, object_info: {} });
  assert.equal(String(recover), '{"ec_idx":-1,"object_info":{"id":"0"},"task":{}}');
  const receive = String(
    taskSignBytes(task('GfSpReceivePieceTask'), { global_virtual_group_id: 5, task: { retry: 3n } }),
  );
  assert.equal(receive, '{"type":"secondary/ReceivePieceTask","value":{"task":{}}}');
  assert.deepEqual(taskDigest(info, { bucket_id: 7n }), keccak256(taskSignBytes(info, { bucket_id: 7n })));
  assert.throws(() => taskSignBytes(MsgDeleteBucket, {}), /not signed by providers/);
});

test('the signature of an approval is not part of what it signs', () => {
  const approval = { expired_height: 5n, sig: Buffer.alloc(65, 1) };
  assert.match(approvalSignText(MsgCreateBucket, { primary_sp_approval: approval }), /"sig":""/);
  assert.match(approvalSignText(MsgMigrateBucket, { dst_primary_sp_approval: approval }), /"sig":null/);
  const unsigned = approvalDigest(MsgMigrateBucket, { dst_primary_sp_approval: { expired_height: 5n } });
  assert.deepEqual(approvalDigest(MsgMigrateBucket, { dst_primary_sp_approval: approval }), unsigned);
  assert.throws(() => approvalDigest(MsgDeleteBucket, {}), /carries no provider's approval/);
});

test('documents of secondaries', () => {
  const doc = {
    chainId: 'c_1-1',
    dstPrimarySpId: 2,
    srcGlobalVirtualGroupId: 3,
    dstGlobalVirtualGroupId: 9,
    bucketId: 7n,
  };
  assert.equal(
    migrationDocJson(doc),
    '{"bucket_id":"7","chain_id":"c_1-1","dst_global_virtual_group_id":9,"dst_primary_sp_id":2,"src_global_virtual_group_id":3}',
  );
  assert.equal(
    sealChecksum([Buffer.from('a'), Buffer.from('bc')])
      .toString('hex')
      .slice(0, 8),
    'ba7816bf',
  );
});
