/** What is lost on a disk that takes nothing any more: full, or read-only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '@prairie/gfsp';
import { flipBit, sealedObject } from '../recovery/testing.ts';
import { rejectsWith } from '../testing/network.ts';
import { checkedObject, checkedPiece } from './checked-object.ts';
import { CheckedPieces, type CheckedPiecesOptions } from './checked-pieces.ts';

async function setUp(harm: 'lose' | 'flip', options: CheckedPiecesOptions = {}) {
  const { disk, key, repairOf, object, payload } = await sealedObject();
  const { pieceStore, spdb } = disk(-1);
  if (harm === 'lose') await pieceStore.delete(key(1, -1));
  else await flipBit(pieceStore, key(1, -1), 700);
  pieceStore.put = async () => {
    throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' });
  };
  const checked = new CheckedPieces(options, { pieceStore, repair: repairOf(-1), logger: silentLogger });
  const piece = checkedPiece(await checkedObject(spdb, object, -1), 1, true);
  return { checked, piece, right: payload.subarray(1024, 2048) };
}

const WHOLE = { offset: 0, length: 1024 };
const PART = { offset: 600, length: 300 };

test('every reader gets the right bytes, whole or in parts, again and again', async () => {
  for (const harm of ['lose', 'flip'] as const) {
    const { checked, piece, right } = await setUp(harm);
    for (let again = 0; again < 3; again++) {
      assert.deepEqual(await checked.read(piece, WHOLE), right);
      assert.deepEqual(await checked.read(piece, PART), right.subarray(600, 900));
      for (const part of [WHOLE, PART]) {
        const opened = await checked.open(piece, part, true);
        assert.deepEqual(await opened.read(650, 100), right.subarray(650, 750));
        opened.close();
      }
    }
  }
});

test('what is lost while it goes out goes on from memory, which is given back', async () => {
  const { checked, piece, right } = await setUp('lose', { verify: false, memoryBytes: 300 });
  for (let again = 0; again < 3; again++) {
    const opened = await checked.open(piece, PART, true);
    assert.deepEqual(await opened.read(600, 150), right.subarray(600, 750));
    assert.deepEqual(await opened.read(750, 150), right.subarray(750, 900));
    const other = await checked.open(piece, PART, true);
    await rejectsWith(other.read(600, 150), 45205);
    opened.close();
    other.close();
  }
});

test('without memory for it, the error is that of the store', async () => {
  const { checked, piece } = await setUp('flip', { memoryBytes: 100 });
  await rejectsWith(checked.open(piece, PART, false), 45205);
});
