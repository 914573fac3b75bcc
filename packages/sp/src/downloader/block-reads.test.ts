import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { silentLogger } from '@prairie/gfsp';
import { MemoryPieceStore } from '@prairie/store';
import type { StoredObject } from '../common/pieces.ts';
import { CheckedPieces } from './checked-pieces.ts';

const MiB = 1 << 20;

describe('a small part of a segment that has to be hashed', () => {
  const content = randomBytes(16 * MiB - 5);
  const checksum = createHash('sha256').update(content).digest();

  async function readWith(memoryBytes: number) {
    const asked: number[] = [];
    const pieceStore = new MemoryPieceStore();
    await pieceStore.put('s1_s0', content);
    const get = pieceStore.get.bind(pieceStore);
    pieceStore.get = (key, offset, length, into) => {
      asked.push(length ?? -1);
      return get(key, offset, length, into);
    };
    const checked = new CheckedPieces({ memoryBytes }, { pieceStore, logger: silentLogger });
    const piece = { object: {} as StoredObject, segment: 0, index: -1, key: 's1_s0', length: content.length };
    const fits = (hash: Buffer) => hash.equals(checksum);
    const part = await checked.read({ ...piece, fits, mayRepair: false }, { offset: 7, length: 10 });
    assert.ok(part.equals(content.subarray(7, 17)));
    return asked;
  }

  it('asks the store a few times, as each request to a bucket takes its time', async () => {
    assert.deepEqual(await readWith(64 * MiB), [4 * MiB, 4 * MiB, 4 * MiB, 4 * MiB - 5, 10]);
  });

  it('takes no more memory than there is for reads', async () => {
    assert.deepEqual(await readWith(2 * MiB), [...Array(15).fill(MiB), MiB - 5, 10]);
  });
});
