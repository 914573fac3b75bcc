/** Objects that the provider created itself: what an attempt leaves must not reach the next one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Broadcasts } from '@prairie/gfsp';
import { chunksOf, Network, payloadOf, rejectsWith, until } from '../testing/network.ts';

/** Called before each transaction that rejects an object. */
function beforeRejection(network: Network, work: () => Promise<void>): void {
  const real = network.signer.broadcast.bind(network.signer);
  network.signer.broadcast = async <K extends keyof Broadcasts>(what: K, msg: Broadcasts[K]): Promise<string> => {
    if (what === 'reject_object_info') await work();
    return real(what, msg);
  };
}

test('nothing is taken for an object that is being rejected', async () => {
  const network = await new Network().start();
  const payload = payloadOf(2000);
  const object = await network.createObject(payload, { checksums: [] });
  const gate = Promise.withResolvers<void>();
  beforeRejection(network, () => gate.promise);
  const task = network.uploadTask(object);
  await rejectsWith(network.uploader.uploadObject(task, chunksOf(payload.subarray(0, 1500))), 110008);
  await rejectsWith(network.uploader.uploadObject(task, chunksOf(payload)), 110003);
  // nor by another process of the provider
  const other = network.makeUploader();
  await other.start();
  await rejectsWith(other.uploadObject(task, chunksOf(payload)), 60002);
  gate.resolve();
  const isOver = async () => (await network.disk.spdb.getUploadProgress(object.id)) === undefined;
  await until(isOver, 'the rejection');
  assert.equal(network.chain.objects.has(object.id), false);
  assert.deepEqual(await network.disk.keys(), []);
  await other.stop();
  await network.stop();
});

test('a rejection that is tried again never hits the next object of the same name', async () => {
  const network = await new Network().start();
  const payload = payloadOf(2000);
  const object = await network.createObject(payload, { checksums: [] });
  const next = { ...object, id: 77n };
  let tries = 0;
  beforeRejection(network, async () => {
    tries += 1;
    const found = network.chain.objects.get(object.id)!;
    // it landed all the same, and the name was given again
    network.chain.objects.delete(object.id);
    network.chain.objects.set(next.id, { ...found, object_info: next });
    throw new Error('no answer');
  });
  const task = network.uploadTask(object);
  await rejectsWith(network.uploader.uploadObject(task, chunksOf(payload.subarray(0, 1500))), 110008);
  const isOver = async () => (await network.disk.spdb.getUploadProgress(object.id)) === undefined;
  await until(isOver, 'the rejection to be given up');
  assert.equal(tries, 1);
  assert.ok(network.chain.objects.has(next.id));
  await network.stop();
});

for (const way of ['in one request', 'in a part'] as const) {
  test(`checksums of shards of a refused attempt do not count for the next one, ${way}`, async () => {
    const network = await new Network().start({ executor: false });
    const before = payloadOf(900);
    const after = Buffer.alloc(900, 9);
    const object = await network.createObject(before, { checksums: [] });
    const upload = (payload: Buffer): Promise<void> =>
      way === 'in a part'
        ? network.uploader.resumableUploadObject(network.partTask(object, 0, true), chunksOf(payload))
        : network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload));
    const put = network.disk.pieceStore.put.bind(network.disk.pieceStore);
    network.disk.pieceStore.put = async () => {
      await until(async () => (await shardRows(network)) === 6, 'the rows');
      throw new Error('disk full');
    };
    await rejectsWith(upload(before), 115101);
    network.disk.pieceStore.put = put;
    // no group for the second one, so that none of its shards are made now
    const { manager } = network;
    const begins = { beginUpload: manager.beginUpload, beginResumableUpload: manager.beginResumableUpload };
    manager.beginUpload = async (task) => void (await begins.beginUpload.call(manager, task));
    manager.beginResumableUpload = async (task) => void (await begins.beginResumableUpload.call(manager, task));
    await upload(after);
    assert.equal(await shardRows(network), 0);
    await network.restart();
    await until(() => network.chain.isSealed(object.id), 'the seal');
    for (const [index, { disk }] of [...network.secondaries.values()].slice(0, 4).entries()) {
      const piece = await disk.pieceStore.get(`e1_s0_p${index}`);
      assert.ok(
        piece.every((byte) => byte === 9),
        `secondary ${index} has what was refused`,
      );
    }
    await network.stop();
  });
}

async function shardRows(network: Network): Promise<number> {
  const rows = await Promise.all([0, 1, 2, 3, 4, 5].map((index) => network.disk.spdb.listPieceHashes(1n, index)));
  return rows.flat().length;
}
