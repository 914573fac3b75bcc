import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type greenfieldStorage as storage, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import { newTask, ReceivePieceTask, silentLogger } from '@prairie/gfsp';
import { createErasureCoder, ecPieceSize } from '@prairie/redundancy';
import { ObjectStatus, operatorOf } from '../testing/chain.ts';
import { Network, payloadOf, rejectsWith } from '../testing/network.ts';
import { confirmReceived } from './confirm.ts';

const INDEX = 2;
const coder = createErasureCoder();
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();
const { OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED } = ObjectStatus;

/** Provider 4 has the pieces of index 2 of an object with three segments, and was told that they are all. */
async function received(fields: Partial<storage.ObjectInfo> = {}) {
  const network = new Network();
  const payload = payloadOf(2500);
  const object_info = await network.createObject(payload, fields);
  const { disk, receiver } = network.secondaries.get('http://sp4.test')!;
  const common = { object_info, storage_params: network.chain.params, redundancy_idx: INDEX };
  const message = (over: Partial<ReceivePieceTask>) => ReceivePieceTask.create({ task: newTask(), ...common, ...over });
  for (let segment = 0; segment < 3; segment++) {
    const whole = payload.subarray(segment * 1024, (segment + 1) * 1024);
    const piece = fields.redundancy_type ? whole : (await coder.encode(whole, 4, 2))[INDEX]!;
    assert.ok(fields.redundancy_type || piece.length === ecPieceSize(whole.length, 4));
    await receiver.replicatePiece(message({ segment_idx: segment, piece_checksum: sha256(piece) }), piece);
  }
  // of replicas every checksum is the first one
  const [first] = object_info.checksums;
  const checksums = fields.redundancy_type ? object_info.checksums.map(() => first!) : object_info.checksums;
  await receiver.doneReplicatePiece(message({ finished: true, object_info: { ...object_info, checksums } }));
  const tools = { consensus: network.chain, ...disk, logger: silentLogger };
  /** What the chain says of the object. */
  const onChain = (said: Partial<storage.ObjectInfo>, secondary_sp_ids = [2, 3, 4, 5, 6, 7], primary_sp_id = 1) => {
    const global_virtual_group = virtualgroup.GlobalVirtualGroup.create({ id: 5, primary_sp_id, secondary_sp_ids });
    network.chain.objects.set(1n, { object_info: { ...object_info, ...said }, global_virtual_group });
  };
  const confirm = () => confirmReceived(message({}), { operatorAddress: operatorOf(4) }, tools);
  return { network, disk, onChain, confirm };
}

const sealed = { object_status: OBJECT_STATUS_SEALED, is_updating: false };

test('what was received is kept when the object is sealed with this provider in its place', async () => {
  const { disk, onChain, confirm } = await received();
  onChain(sealed);
  for (let i = 0; i < 2; i++) {
    await confirm();
    assert.equal((await disk.keys()).length, 3);
    assert.ok(await disk.spdb.getIntegrity(1n, INDEX));
  }
});

test('it is kept while the object is not sealed: 40003', async () => {
  const { disk, onChain, confirm } = await received();
  onChain({ object_status: OBJECT_STATUS_CREATED });
  await rejectsWith(confirm(), 40003);
  assert.equal((await disk.keys()).length, 3);
});

test('it is kept while nobody says who is in the group: 40006', async () => {
  const { network, disk, confirm } = await received();
  const { object_info } = network.chain.objects.get(1n)!;
  network.chain.objects.set(1n, { object_info: { ...object_info, ...sealed }, global_virtual_group: undefined });
  await rejectsWith(confirm(), 40006);
  network.chain.offline = true;
  await assert.rejects(confirm());
  assert.equal((await disk.keys()).length, 3);
});

const moves: [string, number[]][] = [
  ['another provider is in the place', [2, 3, 8, 5, 6, 7]],
  ['this one is in another place', [4, 2, 3, 5, 6, 7]],
  ['the group has no such place', [2, 3]],
];
for (const [what, secondaries] of moves) {
  test(`all pieces are deleted when ${what}, however often it is asked`, async () => {
    const { disk, onChain, confirm } = await received();
    onChain(sealed, secondaries);
    for (let i = 0; i < 2; i++) {
      await confirm();
      assert.deepEqual(await disk.keys(), []);
      assert.equal(await disk.spdb.getIntegrity(1n, INDEX), undefined);
    }
  });
}

test('they are deleted when the object is gone', async () => {
  const { network, disk, confirm } = await received();
  network.chain.objects.delete(1n);
  await confirm();
  assert.deepEqual(await disk.keys(), []);
});

test('a crash between rows and pieces, or a store that fails, leaves pieces without rows, never rows alone', async () => {
  const { disk, onChain, confirm } = await received();
  onChain(sealed, [2, 3, 8, 5, 6, 7]);
  const { delete: remove } = disk.pieceStore;
  disk.pieceStore.delete = async () => {
    assert.equal(await disk.spdb.getIntegrity(1n, INDEX), undefined);
    throw new Error('the disk is gone');
  };
  await confirm();
  disk.pieceStore.delete = remove;
  await confirm();
  assert.deepEqual(await disk.keys(), []);
});

test('segments of a replicated object stay with a provider that is elsewhere in its group', async () => {
  for (const [secondaries, primary, left] of [
    [[4, 2, 3, 5, 6, 7], 1, 3],
    [[8, 2, 3, 5, 6, 7], 4, 3],
    [[8, 2, 3, 5, 6, 7], 1, 0],
  ] as const) {
    const { disk, onChain, confirm } = await received({ redundancy_type: 1 });
    onChain(sealed, [...secondaries], primary);
    await confirm();
    assert.equal((await disk.keys()).length, left);
    assert.equal(await disk.spdb.getIntegrity(1n, INDEX), undefined);
  }
});

test('a sealed update takes the place of the content before it', async () => {
  const { disk, onChain, confirm } = await received({ version: 1n, is_updating: true, updated_at: 60n });
  onChain({ ...sealed, version: 0n, is_updating: true });
  await rejectsWith(confirm(), 40003);
  onChain({ ...sealed, version: 1n });
  await confirm();
  assert.equal((await disk.keys()).length, 3);
  assert.equal((await disk.spdb.getIntegrity(1n, INDEX))?.object_size, 2500n);
  assert.equal(await disk.spdb.getShadowIntegrity(1n, INDEX), undefined);
});

test('of an update that was given up nothing stays but what the next one sends', async () => {
  const { disk, onChain, confirm } = await received({ version: 1n, is_updating: true, updated_at: 60n });
  onChain({ ...sealed, version: 0n });
  const row = {
    object_id: 1n,
    segment_index: 0,
    redundancy_index: INDEX,
    piece_checksum: Buffer.alloc(32),
    version: 1n,
  };
  const { transaction } = disk.spdb;
  disk.spdb.transaction = async (work, options) => {
    const result = await transaction.call(disk.spdb, work, options);
    await disk.spdb.setPieceHash(row);
    return result as never;
  };
  await confirm();
  assert.equal((await disk.keys()).length, 3, 'the next one claims the same keys');
  disk.spdb.transaction = transaction;
  await confirm();
  assert.deepEqual(await disk.keys(), []);
});
