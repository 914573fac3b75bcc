import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sealedObject } from './testing.ts';

test('a row that takes longer than a caller waits: the next attempt goes on where the last one was', async () => {
  const { disk, key, repairOf, object } = await sealedObject(8 * 1024);
  for (const index of [-1, 3]) {
    const { spdb, pieceStore } = disk(index);
    const row = await spdb.getIntegrity(object.object_info.id, index);
    await spdb.deleteIntegrity(object.object_info.id, index);
    const reads: string[] = [];
    const arrived = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const get = pieceStore.get.bind(pieceStore);
    pieceStore.get = async (asked, ...part) => {
      reads.push(asked);
      if (asked === key(5, index)) {
        arrived.resolve();
        await gate.promise;
      }
      return get(asked, ...part);
    };
    const repair = repairOf(index);
    const leaves = new AbortController();
    const first = repair.ensure(object, 7, index, leaves.signal);
    await arrived.promise;
    leaves.abort(new Error('out of time'));
    await assert.rejects(first, /out of time/);
    const second = repair.ensure(object, 7, index);
    gate.resolve();
    assert.equal(await second, 'good');
    for (const segment of [0, 1, 2, 3, 4]) assert.equal(reads.filter((one) => one === key(segment, index)).length, 1);
    assert.deepEqual(await spdb.getIntegrity(object.object_info.id, index), row);
    pieceStore.get = get;
  }
});
