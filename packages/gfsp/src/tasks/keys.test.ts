import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Init, greenfieldStorage as storage } from '@prairie/chain';
import fc from 'fast-check';
import { keyOf, migrateBucketKey, uploadKey } from './keys.ts';
import { type TaskKind, type TaskMessages, taskKindNames, taskKinds } from './kinds.ts';

const object_info = { bucket_name: 'b', object_name: 'o', id: 12n };
const message = { bucket_name: 'b', object_name: 'o', creator: 'acct' };
const fingerprint = new Uint8Array([1, 2]);
const task = { create_time: 1795230844n, user_address: 'user' };

/** One task of every kind, with its key by `reference/tasks-and-manager.md` §1.4. */
const samples: { [K in TaskKind]: [Init<TaskMessages[K]>, string] } = {
  'create-bucket-approval': [
    { create_bucket_info: { bucket_name: 'b', creator: 'acct' }, fingerprint },
    'CreateBucketApproval-bucket:b-account:acct-fingerprint:0102',
  ],
  'create-object-approval': [
    { create_object_info: message, fingerprint },
    'CreateObjectApproval-bucket:b-object:o-account:acct-fingerprint:0102',
  ],
  'delegate-create-object-approval': [
    { delegate_create_object: message, fingerprint },
    'CreateObjectApproval-bucket:b-object:o-account:acct-fingerprint:0102',
  ],
  'migrate-bucket-approval': [
    { migrate_bucket_info: { bucket_name: 'b', operator: 'acct', dst_primary_sp_id: 3 } },
    `MigrateBucketApproval-bucket:b-hash:${Buffer.from(
      '{"bucket_name":"b","dst_primary_sp_approval":null,"dst_primary_sp_id":3,"operator":"acct"}',
    ).toString('hex')}`,
  ],
  'replicate-approval': [{ object_info }, 'ReplicatePieceApproval-bucket:b-object:o-id:12'],
  upload: [{ object_info }, 'Uploading-bucket:b-object:o-id:12'],
  replicate: [{ object_info }, 'Uploading-bucket:b-object:o-id:12'],
  seal: [{ object_info }, 'Uploading-bucket:b-object:o-id:12'],
  'resumable-upload': [{ object_info, offset: 16n }, 'ResumableUploading-b-o-12-16'],
  recover: [{ object_info, segment_idx: 1, ec_idx: 4 }, 'Recovering-bucket:b-object:o-id:12-segIdx:1-ecIdx:4'],
  receive: [
    { object_info, segment_idx: 1, redundancy_idx: 3 },
    'ReceivePiece-bucket:b-object:o-id:12-segmentIdx:1-redundancyIdx:3',
  ],
  download: [{ object_info, low: 0n, high: 99n }, 'DownloadObject-bucket:b-object:o-id:12-low:0-high:99'],
  'download-piece': [
    { object_info, piece_key: 's12_s0', piece_offset: 5n, piece_length: 6n },
    'DownloadPiece-bucket:b-object:o-piece:s12_s0-offset:5-length:6',
  ],
  challenge: [
    { object_info, segment_idx: 1, redundancy_idx: -1, task },
    'ChallengePiece-bucket:b-object:o-id:12-sIdx:1-rIdx:-1-user',
  ],
  'gc-object': [{ start_block_number: 1n, end_block_number: 100n, task }, 'GCObject-start1-end100-time1795230844'],
  'gc-zombie': [{ start_object_id: 1n, end_object_id: 100n, task }, 'GCZombiePiece-start1-end100-time1795230844'],
  'gc-stale-version': [
    { object_id: 12n, version: 2n, redundancy_index: -1, task },
    'GCStaleVersionObject-object_id12-version2-redundancy_index-1-time1795230844',
  ],
  'gc-meta': [{ task }, 'GCMeta-time1795230844'],
  'gc-bucket-migration': [{ bucket_id: 3n }, 'GCBucketMigration-bucketID3'],
  'migrate-gvg': [
    { src_gvg: { id: 3 }, bucket_id: 7n, redundancy_idx: -1 },
    'MigrateGVG-oldGvgID3-bucketID7-redundancyIndex-1',
  ],
  'migrate-piece': [
    { object_info, segment_idx: 1, redundancy_idx: 3 },
    'MigratePiece-object:o-id:-12-segIdx:-1-redundancyIndex:-3',
  ],
};

function keyOfSample<K extends TaskKind>(kind: K): string {
  return keyOf(kind, taskKinds[kind].table.create(samples[kind][0]));
}

for (const kind of taskKindNames) {
  test(`the key of ${kind}`, () => assert.equal(keyOfSample(kind), samples[kind][1]));
}

test('a segment of the primary is recovered without a shard in the key', () => {
  const value = taskKinds.recover.table.create({ object_info, segment_idx: 1, ec_idx: -1 });
  assert.equal(keyOf('recover', value), 'Recovering-bucket:b-object:o-id:12-segIdx:1');
});

test('a bucket that migrates has a key too', () => assert.equal(migrateBucketKey(5n), 'MigrateBucket-bucketID5'));

test('a task that came without its messages has a key', () => {
  const keys = taskKindNames.map((kind) => emptyKey(kind));
  assert.ok(keys.every((key) => /^\w+-/.test(key) && !key.includes('undefined')));
});

function emptyKey<K extends TaskKind>(kind: K): string {
  return keyOf(kind, taskKinds[kind].table.create());
}

test('the same question for a migration has the same key, signed or not; another has another', () => {
  const keyFor = (dst_primary_sp_id: number, sig: Uint8Array) =>
    keyOf(
      'migrate-bucket-approval',
      taskKinds['migrate-bucket-approval'].table.create({
        migrate_bucket_info: {
          ...{ bucket_name: 'b', operator: 'acct', dst_primary_sp_id },
          dst_primary_sp_approval: { expired_height: 9n, sig },
        },
      }),
    );
  assert.equal(keyFor(1, new Uint8Array(0)), keyFor(1, new Uint8Array([1])));
  assert.notEqual(keyFor(1, new Uint8Array(0)), keyFor(2, new Uint8Array(0)));
});

test('property: objects share a key only when bucket, name and id are the same', () => {
  const name = fc.stringMatching(/^[a-z0-9.-]{1,6}$/);
  const objects = fc.record({ bucket_name: name, object_name: name, id: fc.bigInt(0n, 20n) });
  fc.assert(
    fc.property(objects, objects, (a, b) => {
      const [one, other] = [a, b].map((init) => uploadKey(storage.ObjectInfo.create(init)));
      const same = a.bucket_name === b.bucket_name && a.object_name === b.object_name && a.id === b.id;
      // Ids differ where names could be read in two ways, and an object has one id.
      if (a.id !== b.id || same) assert.equal(one === other, same);
    }),
  );
});
