import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk } from '../testing/network.ts';
import { rejectsWith } from '../testing/network.ts';
import { sealedObject } from './testing.ts';

const failure = (code: string) => Object.assign(new Error(`${code}: the disk is dying`), { code });

/** A sector under the piece is lost until it is written again. */
function loseSector({ pieceStore }: Disk, lost: string): void {
  const get = pieceStore.get.bind(pieceStore);
  const put = pieceStore.put.bind(pieceStore);
  let isLost = true;
  pieceStore.get = async (key, ...part) => {
    if (key === lost && isLost) throw failure('EIO');
    return get(key, ...part);
  };
  pieceStore.put = async (key, bytes) => {
    if (key === lost) isLost = false;
    return put(key, bytes);
  };
}

test('a lost sector is damage: the piece is written again', async () => {
  for (const index of [-1, 3]) {
    const { disk, key, repairOf, object, repairs } = await sealedObject();
    const piece = await disk(index).pieceStore.get(key(0, index));
    loseSector(disk(index), key(0, index));
    assert.equal(await repairOf(index).ensure(object, 0, index), 'damaged');
    assert.deepEqual(await disk(index).pieceStore.get(key(0, index)), piece);
    assert.deepEqual(repairs, [{ fault: 'damaged', result: 'repaired' }]);
  }
});

test('other errors of the store are none of the piece', async () => {
  const { disk, repairOf, object, repairs } = await sealedObject();
  disk(-1).pieceStore.get = async () => {
    throw failure('EMFILE');
  };
  await rejectsWith(repairOf(-1).ensure(object, 0, -1), 45205);
  assert.deepEqual(repairs, []);
});

test('a piece that cannot be stored is there for its readers, and is not repaired', async () => {
  // of one segment, the row is lost too
  for (const length of [1000, 2500]) {
    const { disk, key, repairOf, object, payload, repairs } = await sealedObject(length);
    const { pieceStore, spdb } = disk(-1);
    await pieceStore.delete(key(0, -1));
    if (length === 1000) await spdb.deleteIntegrity(object.object_info.id, -1);
    pieceStore.put = async () => {
      throw failure('EROFS');
    };
    const { piece, failure: told } = await repairOf(-1).rescue(object, 0, -1);
    assert.deepEqual(Buffer.from(piece), payload.subarray(0, 1024));
    assert.equal(told?.innerCode, 45205);
    await rejectsWith(repairOf(-1).ensure(object, 0, -1), 45205);
    assert.deepEqual(repairs, Array(2).fill({ fault: 'missing', result: 'not_stored' }));
  }
});

test('a piece that nobody can make is told as such', async () => {
  const { disk, key, repairOf, object, repairs } = await sealedObject();
  for (const index of [-1, 0, 1, 2]) await disk(index).pieceStore.delete(key(0, index));
  await rejectsWith(repairOf(-1).rescue(object, 0, -1), 45203);
  assert.deepEqual(repairs, [{ fault: 'missing', result: 'failed' }]);
});
