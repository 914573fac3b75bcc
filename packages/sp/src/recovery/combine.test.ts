import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createErasureCoder } from '@prairie/redundancy';
import { combine } from './combine.ts';
import { sealedObject } from './testing.ts';
import { wantedPiece } from './wanted.ts';

test('the wanted piece itself counts, whichever of the first ones came last', async () => {
  const { disk, key, object } = await sealedObject();
  const coder = createErasureCoder();
  const wanted = wantedPiece(object, 0, 2);
  const pieceOf = (index: number) => disk(index).pieceStore.get(key(0, index));
  const right = await pieceOf(2);
  const fits = async (piece: Uint8Array) => right.equals(piece);
  for (const order of [
    [2, 3, 4, 5],
    [3, 2, 5, 4],
    [3, 4, 5, 2],
  ]) {
    const pieces = new Map<number, Uint8Array>();
    for (const index of order) pieces.set(index, await pieceOf(index));
    assert.deepEqual(await combine(pieces, order.at(-1)!, wanted, { coder, fits }), right);
  }
});
