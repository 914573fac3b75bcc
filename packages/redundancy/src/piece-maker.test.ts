import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { createErasureCoder } from './coder.ts';
import { createPieceMaker } from './piece-maker.ts';
import { WorkerPool } from './pool.ts';
import { ecPieceSize } from './segments.ts';

const pool = new WorkerPool({ size: 2, inlineBelow: 0 });
const coder = createErasureCoder();
const makers = { inline: createPieceMaker(), threads: createPieceMaker({ pool }) };
after(async () => {
  await Promise.all([coder.close(), makers.inline.close(), pool.close()]);
});

const hexOf = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const hex = (list: readonly Uint8Array[]) => list.map((each) => Buffer.from(each).toString('hex'));

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

const wishes = fc.record({ data: fc.integer({ min: 1, max: 8 }), parity: fc.nat(4) }).chain(({ data, parity }) =>
  fc.record({
    data: fc.constant(data),
    parity: fc.constant(parity),
    segment: fc.uint8Array({ maxLength: 3000 }),
    only: fc.option(fc.shuffledSubarray(Array.from({ length: data + parity }, (_, index) => index)), {
      nil: undefined,
    }),
    place: fc.constantFrom('inline', 'threads' as const),
    isShared: fc.boolean(),
    memory: fc.constantFrom('fresh', 'own', 'shared'),
  }),
);

test('pieces and checksums are those of coder and hash, wherever the bytes lie and whatever is wanted', async () => {
  await fc.assert(
    fc.asyncProperty(wishes, async ({ data, parity, segment, only, place, isShared, memory }) => {
      const all = await coder.encode(segment, data, parity);
      const size = parity * ecPieceSize(segment.length, data);
      const parityInto = { fresh: undefined, own: new Uint8Array(size), shared: shared(new Uint8Array(size)) }[memory];
      const made = await makers[place as 'inline' | 'threads'].makePieces(isShared ? shared(segment) : segment, {
        data,
        parity,
        ...(parityInto && { parityInto }),
        ...(only && { only }),
      });
      const expected = (only ?? all.map((_, index) => index)).map((index) => all[index]!);
      assert.equal(made.checksum.toString('hex'), hexOf(segment));
      assert.deepEqual(hex(made.shards), hex(expected));
      assert.deepEqual(hex(made.checksums), expected.map(hexOf));
      const checksums = await makers[place as 'inline' | 'threads'].makeChecksums(segment, { data, parity });
      assert.deepEqual(hex(checksums), [segment, ...all].map(hexOf));
    }),
    { numRuns: 150 },
  );
});

test('a segment of several steps, the last of them odd', async () => {
  for (const length of [4 * 65_536, 4 * 65_536 * 3 + 1, 1_000_003]) {
    const segment = shared(randomBytes(length));
    const expected = await coder.encode(segment, 4, 2);
    const { checksum, shards, checksums } = await makers.threads.makePieces(segment, { data: 4, parity: 2 });
    assert.equal(checksum.toString('hex'), hexOf(segment));
    assert.deepEqual(
      checksums.map(String),
      shards.map((shard) => createHash('sha256').update(shard).digest()).map(String),
    );
    assert.deepEqual(
      hex(await makers.threads.makeChecksums(segment, { data: 4, parity: 2 })),
      hex([checksum, ...checksums]),
    );
    for (const [index, shard] of shards.entries()) assert.ok(Buffer.from(shard).equals(expected[index]!), `${index}`);
  }
});

test('parity shards have their place in the memory they are given, and nothing else is written there', async () => {
  const segment = shared(randomBytes(40_000));
  const all = await coder.encode(segment, 4, 3);
  const parityInto = shared(new Uint8Array(3 * 10_000 + 5).fill(7));
  const { shards } = await makers.threads.makePieces(segment, { data: 4, parity: 3, parityInto, only: [6, 1, 4] });
  assert.deepEqual(
    shards.map(({ buffer, byteOffset }) => [buffer, byteOffset]),
    [
      [parityInto.buffer, 20_000],
      [segment.buffer, 10_000],
      [parityInto.buffer, 0],
    ],
  );
  const unused = new Uint8Array(10_000).fill(7);
  const expected = Buffer.concat([all[4]!, unused, all[6]!, unused.subarray(0, 5)]);
  assert.ok(expected.equals(parityInto));
});

test('what does not fit is refused', async () => {
  const segment = randomBytes(100);
  const make = (options: object) => makers.inline.makePieces(segment, { data: 4, parity: 2, ...options });
  await assert.rejects(make({ parityInto: new Uint8Array(49) }), /memory of 49 bytes is too small: 50 bytes/);
  await assert.rejects(make({ only: [0, 6] }), /shard 6 is wanted: a code of 6 shards has 0 to 5/);
  await assert.rejects(make({ only: [1, 1] }), /a shard is wanted twice: 1, 1/);
  await assert.rejects(make({ data: 0 }), /at least 1 data shard/);
  await assert.rejects(make({ signal: AbortSignal.abort(new Error('stopped')) }), /stopped/);
});
