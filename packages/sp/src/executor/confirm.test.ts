import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type greenfieldStorage as storage, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import { type Metadata, newTask, PieceCondemnedError, ReceivePieceTask, silentLogger } from '@prairie/gfsp';
import { createErasureCoder, ecPieceSize } from '@prairie/redundancy';
import { collectStaleOf } from '../gc/index.ts';
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
  const left: bigint[] = [];
  const leftovers = { add: (objectId: bigint) => void left.push(objectId) };
  const self = { operatorAddress: operatorOf(4) };
  const look = () => confirmReceived(message({}), self, { ...tools, leftovers });
  const gc = { ...tools, ...self, client: { metadata: {} as Metadata } };
  /** Looks at what was left, as the executor does. */
  const collect = (now = Date.now() / 1000) =>
    collectStaleOf(left.splice(0), {}, { ...gc, now: () => Math.floor(now) });
  const confirm = async () => {
    await look();
    await collect();
  };
  return { network, disk, onChain, look, collect, confirm };
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

test('a node that does not find the object is not believed: nothing is deleted', async () => {
  const { network, disk, confirm } = await received();
  network.chain.objects.delete(1n);
  await confirm();
  assert.equal((await disk.keys()).length, 3);
  assert.ok(await disk.spdb.getIntegrity(1n, INDEX));
});

test('what was sealed elsewhere, and has come to this place since, is kept', async () => {
  const { network, disk, onChain, look, collect } = await received();
  onChain(sealed, [2, 3, 8, 5, 6, 7]);
  await look();
  onChain(sealed);
  await collect();
  assert.equal((await disk.keys()).length, 3);
  // it comes while the chain is waited for
  onChain(sealed, [2, 3, 8, 5, 6, 7]);
  await look();
  network.chain.waitForHeight = async (height) => {
    onChain(sealed);
    return height;
  };
  await collect();
  assert.equal((await disk.keys()).length, 3);
  assert.ok(await disk.spdb.getIntegrity(1n, INDEX));
  assert.deepEqual(await disk.spdb.listCondemned(10), []);
});

test('nobody stores anew what is being deleted', async () => {
  const { disk, onChain, confirm } = await received();
  onChain(sealed, [2, 3, 8, 5, 6, 7]);
  const { delete: remove } = disk.pieceStore;
  const refused: unknown[] = [];
  disk.pieceStore.delete = async (key) => {
    const row = { object_id: 1n, segment_index: 0, redundancy_index: INDEX, version: 0n };
    await disk.spdb.setPieceHash({ ...row, piece_checksum: Buffer.alloc(32) }).catch((error) => refused.push(error));
    await remove.call(disk.pieceStore, key);
  };
  await confirm();
  assert.deepEqual(await disk.keys(), []);
  assert.equal(refused.length, 3);
  assert.ok(refused.every((error) => error instanceof PieceCondemnedError));
});

test('a store that fails, or a crash, leaves a note of what is to go, never a row alone', async () => {
  const { disk, onChain, look, collect, confirm } = await received();
  onChain(sealed, [2, 3, 8, 5, 6, 7]);
  const { delete: remove } = disk.pieceStore;
  disk.pieceStore.delete = async () => {
    assert.equal(await disk.spdb.getIntegrity(1n, INDEX), undefined);
    throw new Error('the disk is gone');
  };
  await assert.rejects(confirm(), /the disk is gone/);
  assert.equal((await disk.spdb.listCondemned(10)).length, 1);
  disk.pieceStore.delete = remove;
  await look();
  await collect(Date.now() / 1000 + 601);
  assert.deepEqual(await disk.keys(), []);
  assert.deepEqual(await disk.spdb.listCondemned(10), []);
});

test('segments of a replicated object stay: they are needed wherever its group has this provider', async () => {
  const { disk, onChain, confirm } = await received({ redundancy_type: 1 });
  onChain(sealed, [4, 2, 3, 5, 6, 7]);
  await confirm();
  assert.equal((await disk.keys()).length, 3);
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

test('an update that was given up does not take the place of the next one, which has the same version', async () => {
  const { disk, onChain, confirm } = await received({ version: 1n, is_updating: true, updated_at: 60n });
  const row = { object_id: 1n, redundancy_index: INDEX, integrity_checksum: Buffer.alloc(32, 7), object_size: 9n };
  await disk.spdb.setIntegrity({ ...row, piece_checksum_list: [Buffer.alloc(32, 7)] });
  onChain({ ...sealed, version: 1n, updated_at: 70n });
  await confirm();
  assert.equal((await disk.spdb.getIntegrity(1n, INDEX))?.object_size, 9n);
});

test('of an update that was given up nothing stays, unless the next one has begun', async () => {
  const { network, disk, onChain, look, collect, confirm } = await received({
    ...{ version: 1n, is_updating: true, updated_at: 60n },
  });
  onChain({ ...sealed, version: 0n });
  await look();
  // the next one has the same version, and the same keys
  const [found] = network.chain.objects.values();
  network.chain.beginUpdate(found!.object_info.id, { updated_at: 70n, payload_size: 2500n });
  await collect();
  assert.equal((await disk.keys()).length, 3);
  onChain({ ...sealed, version: 0n });
  await confirm();
  assert.deepEqual(await disk.keys(), []);
  assert.equal(await disk.spdb.getShadowIntegrity(1n, INDEX), undefined);
});
