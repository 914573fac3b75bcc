/** Rows of another content: tables that were brought back from before an update, for example. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integrityRow } from './rows.ts';
import { flipBit, sealedObject } from './testing.ts';

/** A sealed object whose provider of the index has a row that is whole in itself, and not its own. */
async function withStaleRow(index: number, length?: number) {
  const sealed = await sealedObject(length);
  const { spdb } = sealed.disk(index);
  const { id } = sealed.object.object_info;
  const row = (await spdb.getIntegrity(id, index))!;
  const list = row.piece_checksum_list.map((_, at) => Buffer.alloc(32, at + 1));
  await spdb.setIntegrity(integrityRow(sealed.object, index, list));
  return { ...sealed, isRowRight: async () => assert.deepEqual(await spdb.getIntegrity(id, index), row) };
}

test("a primary's row of another content is found out by pieces that do not fit it, and is made again", async () => {
  for (const length of [1000, 2500]) {
    const { repairOf, object, disk, key, payload, isRowRight } = await withStaleRow(-1, length);
    const { pieceStore } = disk(-1);
    await repairOf(-1).ensure(object, 0, -1);
    await isRowRight();
    assert.deepEqual(await pieceStore.get(key(0, -1)), payload.subarray(0, 1024));
    assert.equal(await repairOf(-1).check(object, 0, -1), 'good');
  }
});

test('the same of a piece that is lost or damaged', async () => {
  for (const length of [1000, 2500]) {
    for (const harm of ['lose', 'flip']) {
      const { repairOf, object, disk, key, payload, isRowRight } = await withStaleRow(-1, length);
      const { pieceStore } = disk(-1);
      if (harm === 'lose') await pieceStore.delete(key(0, -1));
      else await flipBit(pieceStore, key(0, -1));
      await repairOf(-1).ensure(object, 0, -1);
      await isRowRight();
      assert.deepEqual(await pieceStore.get(key(0, -1)), payload.subarray(0, 1024));
    }
  }
});

test("a secondary's row of another content counts as lost: the chain has the checksum of its pieces", async () => {
  for (const length of [1000, 2500]) {
    const { repairOf, object, isRowRight } = await withStaleRow(3, length);
    assert.equal(await repairOf(3).ensure(object, 0, 3), 'good');
    await isRowRight();
  }
});
