import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { objectChecksums } from './checksums.ts';
import { createErasureCoder } from './coder.ts';
import { integrityHash, verifyChallenge } from './integrity.ts';
import { WorkerPool } from './pool.ts';

const SEGMENT = 16 << 20;
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();
const hex = (checksums: readonly Buffer[]) => checksums.map((checksum) => checksum.toString('hex'));

async function* chunked(payload: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let offset = 0, turn = 0; offset < payload.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    yield payload.subarray(offset, offset + size);
    offset += size;
  }
}

test('all checksums of an empty object are those of nothing (§15)', async () => {
  const checksums = await objectChecksums(new Uint8Array(0), { segmentSize: SEGMENT, data: 4, parity: 2 });
  assert.deepEqual(hex(checksums), new Array(7).fill(sha256(new Uint8Array(0)).toString('hex')));
});

test('an object of a segment and five bytes (§16.2)', async () => {
  const payload = Uint8Array.from({ length: SEGMENT + 5 }, (_, i) => 7 * i + 3);
  const options = { segmentSize: SEGMENT, data: 4, parity: 2 };
  const expected = [
    '7475fa2d3a54319e95f6181f01482ec7bca6e100c401bc625a2a644aed1a2734',
    '9aa4270d144afb574f90449c5766e24eac5975b6868c71302a08e0f82ca39c8f',
    '7be584f8082527e33d0a6c0eac942b2b86494913e34a96aae7e2552757ee0f6c',
    '63e6ba5b2ea2be4485ac899ac19333c2bc5d5eece934037b26c0dd1231fdf0a8',
    'f8429241524617b122fca525a6fcb22064dee384eb9fca0fb0423d4338b65778',
    'b0ac166c682486a9d10c3f5dc56347e67c0be96fcaaac07ac5cffe54b4b1e674',
    '0bdd2b6746ab08c409bacd4b6de3eb0e582a9c75b068069b49e9681ab4eba7d5',
  ];
  assert.deepEqual(hex(await objectChecksums(payload, options)), expected);
  assert.deepEqual(hex(await objectChecksums(chunked(payload, [65_536, 1]), options)), expected);
});

test('checksums do not depend on how the payload is cut into chunks', async () => {
  const pool = new WorkerPool();
  const coder = createErasureCoder({ pool });
  const segmentSize = 64;
  const payloads = fc.uint8Array({ minLength: 0, maxLength: 500 });
  const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(payloads, cuts, async (payload, sizes) => {
      const lists: Buffer[][] = Array.from({ length: 6 }, () => []);
      for (let offset = 0; offset < payload.length; offset += segmentSize) {
        const segment = payload.subarray(offset, offset + segmentSize);
        const pieces = [segment, ...(await coder.encode(segment, 3, 2))];
        for (const [index, piece] of pieces.entries()) lists[index]!.push(sha256(piece));
      }
      const options = { segmentSize, data: 3, parity: 2, pool };
      assert.deepEqual(hex(await objectChecksums(chunked(payload, sizes), options)), hex(lists.map(integrityHash)));
    }),
    { numRuns: 60 },
  );
});

test('a challenge answer is checked piece first, then root', () => {
  const pieces = ['a', 'b', 'c'].map((text) => Buffer.from(text));
  const checksums = pieces.map(sha256);
  const root = integrityHash(checksums);
  assert.equal(verifyChallenge(root, checksums, 1, pieces[1]!), undefined);
  assert.equal(verifyChallenge(root, checksums, 3, pieces[1]!), 'invalid checksum list');
  assert.equal(verifyChallenge(root, checksums, 0, pieces[1]!), 'piece data and piece hash are inconsistent');
  assert.equal(verifyChallenge(sha256(root), checksums, 1, pieces[1]!), 'invalid integrity hash');
});

test('a checksum of another length is refused', () => {
  assert.throws(() => integrityHash([Buffer.alloc(31)]), /checksum 0 has 31 bytes, expected 32/);
});
