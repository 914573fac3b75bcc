import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObjectDetails, RecoveredObject, RecoverRequest } from '@prairie/gfsp';
import { pieceKey } from '@prairie/redundancy';
import { flipBit } from '../../recovery/testing.ts';
import { chunksOf, Network, payloadOf, rejectsWith, until } from '../../testing/network.ts';

const ALL: RecoverRequest = {
  ...{ objects: [], bucket: '', gvg_id: 0, family_id: 0 },
  ...{ segment: -1, verify: true, after: '' },
};

/** A provider with sealed objects of three segments each; its metadata lists those of a group. */
async function setUp(objects: number) {
  const network = new Network({ segmentSize: 1024n, manager: { tasks: {} } });
  const listObjectsInGvg = async ({ startAfter, limit }: { startAfter: bigint; limit: number }) =>
    [...network.chain.objects.values()]
      .filter(({ object_info }) => object_info.id > startAfter)
      .slice(0, limit)
      .map(({ object_info: object }) => ({ object: { object_info: object } }) as ObjectDetails);
  Object.assign(network.client, { metadata: { listObjectsInGvg } });
  await network.start();
  for (let made = 0; made < objects; made++) {
    const payload = payloadOf(2500 + made);
    const { id } = await network.createObject(payload);
    const task = network.uploadTask(network.chain.objects.get(id)!.object_info);
    await network.uploader.uploadObject(task, chunksOf(payload));
    await until(() => network.chain.isSealed(id), 'the object is sealed');
  }
  const keyOf = (id: bigint, segment: number) => pieceKey(id, segment, -1);
  return { network, keyOf, gvgId: network.chain.families.get(1)![0]!.id };
}

async function recovered(network: Network, request: Partial<RecoverRequest>): Promise<RecoveredObject[]> {
  const told: RecoveredObject[] = [];
  const stream = network.manager.recoverPieces({ ...ALL, ...request }, new AbortController().signal);
  for await (const one of stream) told.push(one);
  return told;
}

test('a group: what is lost or damaged is made again, what cannot be is told and listed', async (t) => {
  const { network, keyOf, gvgId } = await setUp(3);
  t.after(() => network.stop());
  const { pieceStore } = network.disk;
  const before = await pieceStore.get(keyOf(1n, 0));
  await pieceStore.delete(keyOf(1n, 0));
  await flipBit(pieceStore, keyOf(2n, 1), 7);
  await pieceStore.delete(keyOf(3n, 2));
  const group = network.chain.objects.get(3n)!.global_virtual_group!;
  for (const [index, id] of group.secondary_sp_ids.slice(0, 3).entries()) {
    await network.secondaries.get(`http://sp${id}.test`)!.disk.pieceStore.delete(pieceKey(3n, 2, index));
  }
  const told = await recovered(network, { gvg_id: gvgId });
  assert.deepEqual(
    told.map(({ object_id, pieces, good, repaired, failed }) => [object_id, pieces, good, repaired, failed]),
    [
      [1n, 3, 2, 1, 0],
      [2n, 3, 2, 1, 0],
      [3n, 3, 2, 0, 1],
    ],
  );
  assert.match(told[2]!.error, /segment 2, index -1: .*3 of 6 secondaries have answered/);
  assert.deepEqual(await pieceStore.get(keyOf(1n, 0)), before);
  assert.equal(await pieceStore.size(keyOf(3n, 2)), undefined);
  assert.deepEqual((await network.manager.queryTasksStats()).recovery_failed_list, ['bucket/o3']);
  assert.deepEqual(await network.manager.resetRecoveryFailedList(), ['bucket/o3']);
  assert.deepEqual((await network.manager.queryTasksStats()).recovery_failed_list, []);
  const rest = await recovered(network, { gvg_id: gvgId, after: told[0]!.position, segment: 1, verify: false });
  assert.deepEqual(
    rest.map(({ object_id, pieces, good }) => [object_id, pieces, good]),
    [
      [2n, 1, 1],
      [3n, 1, 1],
    ],
  );
});

test('a request names one thing, that is there', async (t) => {
  const { network } = await setUp(0);
  t.after(() => network.stop());
  await rejectsWith(recovered(network, {}), 60001);
  await rejectsWith(recovered(network, { gvg_id: 1, family_id: 1 }), 60001);
  await rejectsWith(recovered(network, { bucket: 'none' }), 60001);
  await rejectsWith(recovered(network, { gvg_id: 1, after: 'x' }), 60001);
  await rejectsWith(network.manager.triggerRecoverForSuccessorSP(1, 0, -1), 60001);
});

test('of a list, a name that the chain does not have is told as that, and the others are looked at', async (t) => {
  const { network, keyOf } = await setUp(2);
  t.after(() => network.stop());
  const { objects } = network.chain;
  Object.assign(network.chain, { object: async (_: string, name: string) => objects.get(BigInt(name.slice(1))) });
  await network.disk.pieceStore.delete(keyOf(1n, 0));
  const told = await recovered(network, { objects: ['bucket/o1', 'bucket/o9', 'bucket/o2'] });
  assert.deepEqual(
    told.map(({ object_name, repaired, failed, position }) => [object_name, repaired, failed, position]),
    [
      ['o1', 1, 0, '1'],
      ['o9', 0, 0, '2'],
      ['o2', 0, 0, '3'],
    ],
  );
  assert.match(told[1]!.error, /there is no object bucket\/o9 on the chain/);
  await rejectsWith(recovered(network, { objects: ['bucket/o1', 'o2'] }), 60001);
});

test('what was in work when the next object could not be asked for is told before the request ends', async (t) => {
  const { network, keyOf, gvgId } = await setUp(2);
  t.after(() => network.stop());
  const { metadata } = network.client;
  const list = metadata.listObjectsInGvg;
  // one object a page, and no second page
  let pages = 0;
  metadata.listObjectsInGvg = async (page) => {
    if (pages++ > 0) throw new Error('metadata is away');
    const [first] = await list(page);
    return Array.from({ length: page.limit }, () => first!);
  };
  await network.disk.pieceStore.delete(keyOf(1n, 0));
  const told: RecoveredObject[] = [];
  const request = { ...ALL, gvg_id: gvgId };
  await assert.rejects(async () => {
    for await (const one of network.manager.recoverPieces(request, new AbortController().signal)) told.push(one);
  }, /metadata is away/);
  assert.equal(told.length, 50);
});

test('who leaves ends the request: what it had in work is waited for, no more begins', async (t) => {
  const { network, keyOf, gvgId } = await setUp(2);
  t.after(() => network.stop());
  await network.disk.pieceStore.delete(keyOf(1n, 0));
  const stream = network.manager.recoverPieces({ ...ALL, gvg_id: gvgId }, new AbortController().signal);
  for await (const one of stream) {
    assert.equal(one.object_id, 1n);
    break;
  }
  for (let again = 0; again < 5; again++) await recovered(network, { gvg_id: gvgId });
});
