import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blsVerify, sealDocDigest } from '@prairie/chain';
import { CorruptPieceError, PieceCondemnedError } from '@prairie/gfsp';
import { integrityHash } from '@prairie/redundancy';
import { CHAIN_ID, operatorOf } from '../testing/chain.ts';
import { type Disk, rejectsWith } from '../testing/network.ts';
import { GVG, INDEX, setUp, sha256 } from './testing/secondary.ts';

test('pieces are kept, and the done call answers with a signature that verifies', async () => {
  const { network, disk, reports, send, done, pieces, object_info } = await setUp();
  for (const segment of [2, 0, 1]) await send(segment);
  assert.deepEqual(await disk.keys(), ['e1_s0_p2', 'e1_s1_p2', 'e1_s2_p2']);
  assert.deepEqual(await disk.pieceStore.get('e1_s2_p2'), Buffer.from(pieces[2]!));
  const { signature, integrity_hash } = await done();
  assert.deepEqual(Buffer.from(integrity_hash), Buffer.from(object_info.checksums[INDEX + 1]!));
  const checksum = integrityHash(object_info.checksums);
  const doc = { chainId: CHAIN_ID, globalVirtualGroupId: GVG, objectId: object_info.id, checksum };
  assert.ok(blsVerify(network.chain.providers[3]!.bls_key, sealDocDigest(doc), signature));
  assert.equal((await disk.spdb.getIntegrity(1n, INDEX))?.object_size, 2500n);
  assert.deepEqual(await disk.spdb.listPieceHashes(1n, INDEX), []);
  assert.equal(reports.length, 1);
  const again = await done();
  assert.deepEqual(Buffer.from(again.signature), Buffer.from(signature));
  assert.deepEqual(await disk.spdb.listPieceHashes(1n, INDEX), []);
});

test('a piece that is not what its message says is refused, and nothing is kept', async () => {
  const { disk, send, pieces } = await setUp();
  const changed = Buffer.from(pieces[0]!);
  changed[0]! ^= 1;
  await rejectsWith(send(0, changed), 80004);
  assert.deepEqual(await disk.keys(), []);
  assert.deepEqual(await disk.spdb.listPieceHashes(1n, INDEX), []);
});

test('done with a piece missing is 80003, and possible once it has come', async () => {
  const { send, done } = await setUp();
  await send(0);
  await send(2);
  await rejectsWith(done(), 80003);
  await send(1);
  await done();
});

test('pieces that do not make the integrity on chain are 80004', async () => {
  const { send, done, object_info } = await setUp();
  for (const segment of [0, 1, 2]) await send(segment);
  const checksums = object_info.checksums.map((_, index) => Buffer.alloc(32, index));
  await rejectsWith(done({ object_info: { ...object_info, checksums } }), 80004);
  await rejectsWith(done({ object_info: { ...object_info, checksums: [] } }), 80004);
});

/** Lets no piece be stored until it is opened. */
function gateOf({ pieceStore }: Disk): () => void {
  const put = pieceStore.put.bind(pieceStore);
  const { promise, resolve } = Promise.withResolvers<void>();
  pieceStore.put = async (key, data) => {
    await promise;
    await put(key, data);
  };
  return resolve;
}

test('the same piece twice at a time is 80002, done beside a piece is 970001, more than the cap is 970002', async () => {
  const { disk, send, done, receiver, task } = await setUp();
  const open = gateOf(disk);
  const running = [send(1), send(0)];
  await rejectsWith(send(0), 80002);
  await rejectsWith(done(), 970001);
  const another = { ...task().object_info!, id: 8n, object_name: 'other' };
  running.push(
    receiver.replicatePiece(task({ object_info: another, piece_checksum: sha256(Buffer.of()) }), Buffer.of()),
  );
  await rejectsWith(send(2), 970002);
  open();
  await Promise.all(running);
  await send(0);
});

test('a piece beside the done call is 80002', async () => {
  const { send, sendAll, done } = await setUp();
  await sendAll();
  const finished = done();
  await rejectsWith(send(1), 80002);
  await finished;
});

test('a row claims its piece before that is stored, and alone is no promise', async () => {
  const { disk, send, done } = await setUp();
  for (const segment of [0, 1]) await send(segment);
  const { put } = disk.pieceStore;
  disk.pieceStore.put = async () => {
    assert.equal((await disk.spdb.listPieceHashes(1n, INDEX)).length, 3);
    throw new Error('disk full');
  };
  await rejectsWith(send(2), 85101);
  disk.pieceStore.put = put;
  await rejectsWith(done(), 80003);
  await send(2);
  await done();
});

test('a piece whose row cannot be written, because such pieces are being deleted, is not stored: 85201', async () => {
  const { disk, send } = await setUp();
  const { setPieceHash } = disk.spdb;
  disk.spdb.setPieceHash = (row) => Promise.reject(new PieceCondemnedError(row));
  await rejectsWith(send(0), 85201);
  assert.deepEqual(await disk.keys(), []);
  disk.spdb.setPieceHash = setPieceHash;
  await send(0);
});

test('pieces are kept through a restart, with their rows and without', async () => {
  const { disk, send, sendAll, done, restart } = await setUp();
  await sendAll();
  restart();
  await disk.spdb.deletePieceHashes(1n, INDEX);
  await done();
  restart();
  await done();
  await send(1);
  assert.deepEqual(await disk.spdb.listPieceHashes(1n, INDEX), []);
});

test('after a restart a row says nothing of a piece that is gone, cut, or another', async () => {
  const { disk, sendAll, done, restart } = await setUp();
  await sendAll();
  const whole = await disk.pieceStore.get('e1_s1_p2');
  restart();
  await disk.pieceStore.delete('e1_s1_p2');
  await rejectsWith(done(), 80003);
  await disk.pieceStore.put('e1_s1_p2', whole.subarray(1));
  await rejectsWith(done(), 80003);
  await disk.pieceStore.put('e1_s1_p2', Buffer.alloc(whole.length));
  await rejectsWith(done(), 80004);
  const { get } = disk.pieceStore;
  disk.pieceStore.get = (key) => Promise.reject(new CorruptPieceError(key, 'its checksum is wrong'));
  await rejectsWith(done(), 80003);
  disk.pieceStore.get = get;
  restart();
  await disk.pieceStore.put('e1_s1_p2', whole);
  await done();
});

test('what was signed for is not overwritten, but may be sent again', async () => {
  const { disk, send, sendOther, sendAll, done, pieces } = await setUp();
  await sendOther(1);
  await sendAll();
  await done();
  await rejectsWith(sendOther(1), 80004);
  assert.deepEqual(await disk.pieceStore.get('e1_s1_p2'), Buffer.from(pieces[1]!));
  await disk.pieceStore.delete('e1_s1_p2');
  await send(1);
  assert.deepEqual(await disk.pieceStore.get('e1_s1_p2'), Buffer.from(pieces[1]!));
  await rejectsWith(sendOther(1, { bucket_migration: true }), 80004);
  assert.deepEqual(await disk.pieceStore.get('e1_s1_p2'), Buffer.from(pieces[1]!));
});

test('a copy for a migration takes the place of an earlier content, and then stays', async () => {
  const { disk, send, sendOther, done, pieces, object_info } = await setUp({ version: 3n });
  const earlier = { integrity_checksum: Buffer.alloc(32, 1), piece_checksum_list: [Buffer.alloc(32, 2)] };
  await disk.spdb.setIntegrity({ object_id: 1n, redundancy_index: INDEX, object_size: 5n, ...earlier });
  const copy = { bucket_migration: true };
  for (const segment of [0, 1, 2]) await sendOther(segment, copy);
  for (const segment of [0, 1, 2]) await send(segment, pieces[segment], copy);
  await done(copy);
  const row = await disk.spdb.getIntegrity(1n, INDEX);
  assert.deepEqual(Buffer.from(row!.integrity_checksum), Buffer.from(object_info.checksums[INDEX + 1]!));
  await rejectsWith(sendOther(1, copy), 80004);
});

test('a copy of whole segments does not take the place of those that are signed for in another place', async () => {
  const { disk, send, sendOther, object_info } = await setUp({ redundancy_type: 1 });
  const row = { object_id: 1n, object_size: 2500n, piece_checksum_list: [0, 1, 2].map((i) => Buffer.alloc(32, i)) };
  await disk.spdb.setIntegrity({ ...row, redundancy_index: -1, integrity_checksum: object_info.checksums[0]! });
  await rejectsWith(sendOther(1, { bucket_migration: true }), 80004);
  await send(1);
});

test('what is about to be deleted is not signed for: 85201', async () => {
  const { disk, send, sendAll, done } = await setUp();
  await sendAll();
  await done();
  const hold = { object_id: 1n, redundancy_index: INDEX, version: 0n };
  await disk.spdb.setCondemned({ ...hold, segment_count: 3, blocked_until: Math.floor(Date.now() / 1000) + 600 });
  await rejectsWith(done(), 85201);
  await rejectsWith(send(1), 85201);
  await disk.spdb.deleteCondemned(hold);
  await send(1);
  await done();
});

test('an update has a row of its own until its seal, and the sealed content keeps its', async () => {
  const { disk, sendAll, done, object_info } = await setUp({ version: 3n, is_updating: true, updated_at: 70n });
  const sealed = { object_id: 1n, redundancy_index: INDEX, object_size: 5n };
  const checksums = { integrity_checksum: Buffer.alloc(32, 1), piece_checksum_list: [Buffer.alloc(32, 2)] };
  await disk.spdb.setIntegrity({ ...sealed, ...checksums });
  await sendAll();
  await done();
  const shadow = await disk.spdb.getShadowIntegrity(1n, INDEX);
  assert.deepEqual([shadow?.version, shadow?.updated_at, shadow?.object_size], [3n, 70n, 2500n]);
  assert.deepEqual(Buffer.from(shadow!.integrity_checksum), Buffer.from(object_info.checksums[INDEX + 1]!));
  assert.equal((await disk.spdb.getIntegrity(1n, INDEX))?.object_size, 5n);
});

test('rows of a delegated object stay when this provider is the primary of the group too', async () => {
  for (const [primary, left] of [
    [4, 3],
    [1, 0],
  ] as const) {
    const { network, disk, sendAll, done } = await setUp();
    network.chain.createGroup({
      ...{ primary_sp_address: operatorOf(primary), virtual_group_family_id: 0, deposit: undefined },
      ...{ secondary_sp_ids: [1, 2, 4, 3, 5, 6] },
    });
    await sendAll();
    await done({ is_agent_upload_task: true, global_virtual_group_id: 1 });
    assert.equal((await disk.spdb.listPieceHashes(1n, INDEX)).length, left);
  }
});

test('what is in work ends before it stops, and nothing begins after', async () => {
  const { disk, send, receiver } = await setUp();
  const open = gateOf(disk);
  const running = send(0);
  const stopped = receiver.stop();
  await rejectsWith(send(1), 80001);
  open();
  await Promise.all([running, stopped]);
  assert.deepEqual(await disk.keys(), ['e1_s0_p2']);
});

test('a replicated object has whole segments, an updated one versions in its keys', async () => {
  const replica = await setUp({ redundancy_type: 1 });
  await replica.send(0);
  assert.deepEqual(await replica.disk.keys(), ['s1_s0']);
  const updated = await setUp({ version: 3n });
  for (const segment of [0, 1, 2]) await updated.send(segment);
  assert.deepEqual(await updated.disk.keys(), ['e1_s0_p2_v3', 'e1_s1_p2_v3', 'e1_s2_p2_v3']);
  await updated.done();
});

test('copies for a migration are not checked for a seal', async () => {
  const { reports, send, done } = await setUp();
  for (const segment of [0, 1, 2]) await send(segment);
  await done({ bucket_migration: true });
  assert.deepEqual(reports, []);
});

test('a message without its object is 80001', async () => {
  const { receiver, task } = await setUp();
  await rejectsWith(receiver.replicatePiece(task({ object_info: undefined }), new Uint8Array(1)), 80001);
  await rejectsWith(receiver.doneReplicatePiece(task({ storage_params: undefined })), 80001);
});
