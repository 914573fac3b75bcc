/** New content of sealed objects, and objects that the provider makes for others: from the upload to the seal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { greenfieldStorage as storage } from '@prairie/chain';
import { TaskState } from '@prairie/gfsp';
import { objectChecksums } from '@prairie/redundancy';
import { chunksOf, Network, payloadOf, rejectsWith, until } from '../testing/network.ts';

const SEGMENT = 1024;
const rowOf = (network: Network, id: bigint) => network.disk.spdb.getUploadProgress(id);
const upload = (network: Network, object: storage.ObjectInfo, payload: Uint8Array) =>
  network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload));
const versionOf = (network: Network, id: bigint) => network.chain.objects.get(id)!.object_info.version;

async function sealed(network: Network, payload: Uint8Array, fields: Partial<storage.ObjectInfo> = {}) {
  const object = await network.createObject(payload, fields);
  await upload(network, object, payload);
  await until(() => network.chain.isSealed(object.id), 'the seal');
  await until(async () => (await rowOf(network, object.id)) === undefined, 'the row to go');
  return object;
}

async function updated(network: Network, id: bigint, version: bigint): Promise<void> {
  await until(() => versionOf(network, id) === version, `version ${version}`, 10_000);
  await until(async () => (await rowOf(network, id)) === undefined, 'the row to go', 10_000);
}

test('an update has its checksums in the shadow until it is sealed, then they take the place of the old ones', async () => {
  const network = await new Network().start();
  const [old, next] = [payloadOf(2 * SEGMENT), Buffer.alloc(3 * SEGMENT, 7)];
  const { id, checksums } = await sealed(network, old);
  const object = await network.beginUpdate(id, next);
  const gate = Promise.withResolvers<void>();
  network.beforeCall = () => gate.promise;
  await upload(network, object, next);
  const { spdb } = network.disk;
  assert.deepEqual(Buffer.from((await spdb.getIntegrity(id, -1))!.integrity_checksum), checksums[0]);
  const shadow = (await spdb.getShadowIntegrity(id, -1))!;
  assert.deepEqual(Buffer.from(shadow.integrity_checksum), object.checksums[0]);
  assert.deepEqual([shadow.version, shadow.updated_at, shadow.object_size], [1n, 100n, 3072n]);
  assert.deepEqual(await network.disk.pieceStore.get('s1_s0'), old.subarray(0, SEGMENT));
  gate.resolve();
  await updated(network, id, 1n);
  assert.equal(await spdb.getShadowIntegrity(id, -1), undefined);
  assert.deepEqual(Buffer.from((await spdb.getIntegrity(id, -1))!.integrity_checksum), object.checksums[0]);
  const group = network.chain.objects.get(id)!.global_virtual_group!;
  for (const [index, sp] of group.secondary_sp_ids.entries()) {
    const { disk } = network.secondaries.get(`http://sp${sp}.test`)!;
    assert.deepEqual(
      Buffer.from((await disk.spdb.getShadowIntegrity(id, index))!.integrity_checksum),
      object.checksums[index + 1],
    );
    assert.equal(
      (await disk.spdb.getIntegrity(id, index))!.piece_checksum_list.length,
      2,
      'until its own check of the seal',
    );
  }
  await network.stop();
});

test('an update that comes before the last report of the content before is taken', async () => {
  const network = await new Network().start();
  const report = network.manager.reportTask.bind(network.manager);
  const gate = Promise.withResolvers<void>();
  const late = Promise.withResolvers<unknown>();
  let held = false;
  network.manager.reportTask = async (task) => {
    if (held || task.kind !== 'replicate') return report(task);
    held = true;
    await gate.promise;
    return report(task).catch((error: unknown) => {
      late.resolve(error);
      throw error;
    });
  };
  const old = payloadOf(SEGMENT);
  const created = await network.createObject(old);
  await upload(network, created, old);
  await until(() => network.chain.isSealed(created.id), 'the seal');
  const next = Buffer.alloc(SEGMENT, 9);
  const object = await network.beginUpdate(created.id, next);
  await upload(network, object, next);
  gate.resolve();
  assert.equal((await (late.promise as Promise<{ innerCode: number }>)).innerCode, 60004);
  await updated(network, created.id, 1n);
  assert.deepEqual(
    Buffer.from((await network.disk.spdb.getIntegrity(created.id, -1))!.integrity_checksum),
    object.checksums[0],
  );
  await network.stop();
});

test('a cancelled update leaves the old content, also when its own had come', async () => {
  const network = await new Network().start();
  const [old, given, next] = [payloadOf(SEGMENT), Buffer.alloc(3 * SEGMENT, 1), Buffer.alloc(2 * SEGMENT, 2)];
  const { id, checksums } = await sealed(network, old);
  const cancelled = await network.beginUpdate(id, given, 100n);
  for (const sp of network.secondaries.keys()) network.broken.add(sp);
  await upload(network, cancelled, given);
  network.chain.cancelUpdate(id);
  await network.restart();
  await until(async () => (await rowOf(network, id)) === undefined, 'the row to go', 10_000);
  await until(async () => (await network.disk.keys()).length === 1, 'the pieces to go');
  assert.equal(await network.disk.spdb.getShadowIntegrity(id, -1), undefined);
  assert.deepEqual(Buffer.from((await network.disk.spdb.getIntegrity(id, -1))!.integrity_checksum), checksums[0]);
  network.broken.clear();

  const object = await network.beginUpdate(id, next, 200n);
  await upload(network, object, next);
  await updated(network, id, 1n);
  assert.deepEqual(await network.disk.keys(), ['s1_s0', 's1_s0_v1', 's1_s1_v1']);
  await network.stop();
});

test('parts of a cancelled update do not count for the next one, which has the same version', async () => {
  const network = await new Network().start();
  const [old, given, next] = [payloadOf(5), Buffer.alloc(3 * SEGMENT, 1), Buffer.alloc(2 * SEGMENT, 2)];
  const { id } = await sealed(network, old);
  const part = (object: storage.ObjectInfo, content: Buffer, from: number, to: number) =>
    network.uploader.resumableUploadObject(
      network.partTask(object, from, to === content.length),
      chunksOf(content.subarray(from, to)),
    );
  await part(await network.beginUpdate(id, given, 100n), given, 0, 2 * SEGMENT);
  network.chain.cancelUpdate(id);
  const object = await network.beginUpdate(id, next, 200n);
  await rejectsWith(part(object, next, SEGMENT, 2 * SEGMENT), 50028);
  await part(object, next, 0, SEGMENT);
  await part(object, next, SEGMENT, 2 * SEGMENT);
  await updated(network, id, 1n);
  assert.deepEqual(await network.disk.keys(), ['s1_s0', 's1_s0_v1', 's1_s1_v1']);
  await network.stop();
});

test('an update goes on after a restart, from whatever step it was at', async () => {
  const network = await new Network().start();
  const { id } = await sealed(network, payloadOf(SEGMENT));
  const next = Buffer.alloc(2 * SEGMENT, 3);
  const object = await network.beginUpdate(id, next);
  for (const sp of network.secondaries.keys()) network.broken.add(sp);
  await upload(network, object, next);
  // nobody takes the pieces: it is tried, or was tried in vain
  const steps: (number | undefined)[] = [TaskState.REPLICATE_OBJECT_DOING, TaskState.REPLICATE_OBJECT_ERROR];
  await until(async () => steps.includes((await rowOf(network, id))?.task_state), 'replication');
  network.broken.clear();
  await network.restart();
  await updated(network, id, 1n);

  const last = Buffer.alloc(SEGMENT, 4);
  const again = await network.beginUpdate(id, last, 300n);
  network.signer.sealFailures.push(...Array.from({ length: 2 }, () => new Error('the chain is away')));
  await upload(network, again, last);
  await until(async () => (await rowOf(network, id))?.task_state === TaskState.SEAL_OBJECT_DOING, 'replication');
  await network.restart();
  await updated(network, id, 2n);
  await network.stop();
});

test('a delegated object is sealed with the checksums that the provider computes', async () => {
  const network = await new Network().start();
  const payload = payloadOf(2 * SEGMENT + 1);
  const { id } = await sealed(network, payload, { checksums: [] });
  const expected = await objectChecksums(payload, { segmentSize: SEGMENT, data: 4, parity: 2 });
  assert.deepEqual(network.chain.objects.get(id)!.object_info.checksums.map(Buffer.from), expected.map(Buffer.from));
  for (let index = 0; index < 6; index++) assert.deepEqual(await network.disk.spdb.listPieceHashes(id, index), []);

  const next = Buffer.alloc(SEGMENT, 5);
  network.chain.beginUpdate(id, { payload_size: BigInt(next.length), updated_at: 100n });
  const found = network.chain.objects.get(id)!.object_info;
  await upload(network, { ...found, payload_size: 1024n, version: 1n, updated_at: 100n, checksums: [] }, next);
  await updated(network, id, 1n);
  const expectedNext = await objectChecksums(next, { segmentSize: SEGMENT, data: 4, parity: 2 });
  assert.deepEqual(
    network.chain.objects.get(id)!.object_info.checksums.map(Buffer.from),
    expectedNext.map(Buffer.from),
  );
  await network.stop();
});

test('a delegated object whose seal fails is sealed after a restart, without sending anything again', async () => {
  const network = await new Network().start();
  network.signer.sealFailures.push(...Array.from({ length: 2 }, () => new Error('the chain is away')));
  const payload = payloadOf(SEGMENT);
  const object = await network.createObject(payload, { checksums: [] });
  await upload(network, object, payload);
  await until(async () => (await rowOf(network, object.id))?.task_state === TaskState.SEAL_OBJECT_DOING, 'replication');
  const calls = network.calls.length;
  await network.restart();
  await until(() => network.chain.isSealed(object.id), 'the seal', 10_000);
  assert.equal(network.calls.length, calls);
  await network.stop();
});

test('a secondary that fails is replaced for a delegated object too', async () => {
  const network = await new Network({ providers: 8 }).start();
  const payload = payloadOf(2 * SEGMENT);
  const object = await network.createObject(payload, { checksums: [] });
  const [group] = network.chain.families.get(1)!;
  network.broken.add(`http://sp${group!.secondary_sp_ids[3]}.test`);
  await upload(network, object, payload);
  await until(() => network.chain.isSealed(object.id), 'the seal', 10_000);
  await network.stop();
});
