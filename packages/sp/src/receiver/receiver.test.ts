import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { blsVerify, sealDocDigest, type greenfieldStorage as storage } from '@prairie/chain';
import { type Modules, newTask, ReceivePieceTask, silentLogger } from '@prairie/gfsp';
import { createErasureCoder, createHasher, integrityHash } from '@prairie/redundancy';
import { CHAIN_ID } from '../testing/chain.ts';
import { Disk, Network, payloadOf, rejectsWith, TestSigner } from '../testing/network.ts';
import { ReceiverModule } from './index.ts';

const INDEX = 2;
const GVG = 5;
const coder = createErasureCoder();
const hasher = createHasher();
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();

/** A receiver, provider 4, and the pieces of index 2 of an object with three segments. */
async function setUp(fields: Partial<storage.ObjectInfo> = {}) {
  const network = new Network();
  const payload = payloadOf(2500);
  const object_info = await network.createObject(payload, fields);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < payload.length; at += 1024) {
    pieces.push((await coder.encode(payload.subarray(at, at + 1024), 4, 2))[INDEX]!);
  }
  const disk = new Disk();
  const reports: unknown[] = [];
  const manager = { reportTask: async (task: unknown) => void reports.push(task) };
  const client = { signer: new TestSigner(network.chain, 4), manager } as unknown as Modules;
  const receiver = new ReceiverModule({}, { client, ...disk, hasher, logger: silentLogger });
  const task = (over: Partial<ReceivePieceTask> = {}): ReceivePieceTask => ({
    ...ReceivePieceTask.create(),
    task: newTask(),
    object_info,
    storage_params: network.chain.params,
    redundancy_idx: INDEX,
    global_virtual_group_id: GVG,
    ...over,
  });
  const send = (segment: number, piece = pieces[segment]!) =>
    receiver.replicatePiece(
      task({ segment_idx: segment, piece_size: BigInt(piece.length), piece_checksum: sha256(pieces[segment]!) }),
      piece,
    );
  const done = (over: Partial<ReceivePieceTask> = {}) => receiver.doneReplicatePiece(task({ finished: true, ...over }));
  return { network, disk, reports, receiver, task, send, done, pieces, object_info };
}

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
  assert.equal(reports.length, 1);
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

test('the same piece twice at a time is 80002, done beside segment 0 is 970001', async () => {
  const { disk, send, done } = await setUp();
  const put = disk.pieceStore.put.bind(disk.pieceStore);
  const gate = Promise.withResolvers<void>();
  disk.pieceStore.put = async (key, data) => {
    await gate.promise;
    await put(key, data);
  };
  const first = send(0);
  await rejectsWith(send(0), 80002);
  await rejectsWith(done(), 970001);
  gate.resolve();
  await first;
  await send(0);
});

test('a piece is there before its row says so', async () => {
  const { disk, send } = await setUp();
  disk.pieceStore.put = async () => {
    throw new Error('disk full');
  };
  await rejectsWith(send(0), 85101);
  assert.deepEqual(await disk.spdb.listPieceHashes(1n, INDEX), []);
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
