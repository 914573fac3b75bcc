import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { createErasureCoder, NotEnoughShardsError } from './coder.ts';
import { encodingMatrix } from './matrix.ts';
import { WorkerPool } from './pool.ts';

// The GPL package of the reference's JavaScript SDK, as an oracle; its type declarations are not found by TypeScript.
const { ReedSolomon } = createRequire(import.meta.url)('@bnb-chain/reed-solomon') as {
  ReedSolomon: new (data: number, parity: number) => { encodeSegment(segment: Uint8Array): Uint8Array[] };
};

const coder = createErasureCoder();
// The same code with every job on threads, also the small ones.
const pool = new WorkerPool({ size: 2, inlineBelow: 0 });
const threaded = createErasureCoder({ pool });
after(async () => {
  await coder.close();
  await pool.close();
});

const hex = (shards: readonly Uint8Array[]) => shards.map((shard) => Buffer.from(shard).toString('hex'));
const count = (length: number) => Uint8Array.from({ length }, (_, i) => i);

test('parity rows are those of the network (§3)', () => {
  const rows = (data: number, parity: number) =>
    encodingMatrix(data, parity)
      .slice(data)
      .map((row) => [...row]);
  assert.deepEqual(rows(4, 2), [
    [0x1b, 0x1c, 0x12, 0x14],
    [0x1c, 0x1b, 0x14, 0x12],
  ]);
  assert.deepEqual(rows(3, 2), [
    [1, 1, 1],
    [15, 8, 6],
  ]);
  assert.deepEqual(rows(2, 1), [[3, 2]]);
});

test('shards of small segments (§16.1)', async () => {
  const cases: [Uint8Array, string[]][] = [
    [new Uint8Array(0), ['', '', '', '', '', '']],
    [Uint8Array.of(1), ['01', '00', '00', '00', '1b', '1c']],
    [count(10), ['000102', '030405', '060708', '090000', 'fc15ca', 'd71cef']],
    [count(15), ['00010203', '04050607', '08090a0b', '0c0d0e00', '101112df', '141516f9']],
    [Buffer.from('hello greenfield'), ['68656c6c', '6f206772', '65656e66', '69656c64', 'e25a8c0d', 'df9cb15b']],
  ];
  for (const [segment, shards] of cases) assert.deepEqual(hex(await coder.encode(segment, 4, 2)), shards);
});

test('data shards are views of the segment', async () => {
  const segment = new Uint8Array(10);
  const shards = await coder.encode(segment, 4, 2);
  assert.deepEqual(
    shards.map((shard) => shard.buffer === segment.buffer),
    [true, true, true, false, false, false],
  );
});

const codes = fc.record({
  data: fc.integer({ min: 1, max: 12 }),
  parity: fc.integer({ min: 1, max: 6 }),
  segment: fc.uint8Array({ minLength: 1, maxLength: 10_000 }),
});

test('encoding equals the SDK on random segments', async () => {
  // With an odd number of data shards the SDK leaves the last one out of the parity (also of 3+2, where the reference
  // states the rows), so it is an oracle for even numbers only.
  const even = codes.map((code) => ({ ...code, data: 2 * Math.ceil(code.data / 2) }));
  await fc.assert(
    fc.asyncProperty(even, async ({ data, parity, segment }) => {
      const expected = new ReedSolomon(data, parity).encodeSegment(segment);
      assert.deepEqual(hex(await coder.encode(segment, data, parity)), hex(expected));
    }),
    { numRuns: 60 },
  );
});

test('any loss of as many shards as there are parity shards is made good', async () => {
  const losses = codes.chain((code) =>
    fc.record({
      code: fc.constant(code),
      lost: fc.uniqueArray(fc.nat(code.data + code.parity - 1), { maxLength: code.parity }),
      threads: fc.boolean(),
    }),
  );
  await fc.assert(
    fc.asyncProperty(losses, async ({ code: { data, parity, segment }, lost, threads }) => {
      const subject = threads ? threaded : coder;
      const shards = await subject.encode(segment, data, parity);
      const left = shards.map((shard, index) => (lost.includes(index) ? undefined : shard));
      assert.deepEqual(hex(await subject.reconstruct(left, data, parity)), hex(shards));
      assert.deepEqual(Buffer.from(await subject.decode(left, data, parity, segment.length)), Buffer.from(segment));
    }),
    { numRuns: 100 },
  );
});

test('every pair of a 4+2 code may be missing, in segments longer than the threads take inline', async () => {
  const segment = randomBytes((1 << 20) + 3);
  const shards = await coder.encode(segment, 4, 2);
  for (let first = 0; first < 6; first++) {
    for (let second = first + 1; second < 6; second++) {
      const left = shards.map((shard, index) => (index === first || index === second ? undefined : shard));
      assert.deepEqual(hex(await coder.reconstruct(left, 4, 2)), hex(shards));
    }
  }
});

test('a segment at any address, of any kind and length gives the same shards', async () => {
  for (const length of [81_347, 200_001, 1_000_003]) {
    const plain = new Uint8Array(randomBytes(length));
    const expected = hex(await coder.encode(plain, 4, 2));
    for (const offset of [0, 1, 3]) {
      // a Buffer, as files and sockets give it; its shards begin at odd addresses
      const segment = Buffer.alloc(offset + length).subarray(offset);
      segment.set(plain);
      assert.deepEqual(hex(await coder.encode(segment, 4, 2)), expected, `${length} bytes at ${offset}`);
    }
  }
});

test('a segment in shared memory gives the same shards', async () => {
  const segment = randomBytes(5000);
  const shared = new Uint8Array(new SharedArrayBuffer(segment.length));
  shared.set(segment);
  assert.deepEqual(hex(await threaded.encode(shared, 4, 2)), hex(await coder.encode(segment, 4, 2)));
});

test('verify finds any byte that is not what the others say', async () => {
  const cases = codes.chain(({ data, parity, segment }) =>
    fc.record({
      code: fc.constant({ data, parity, segment }),
      shard: fc.nat(data + parity - 1),
      at: fc.nat(10_000),
      flip: fc.integer({ min: 1, max: 255 }),
      threads: fc.boolean(),
    }),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ code: { data, parity, segment }, shard, at, flip, threads }) => {
      const subject = threads ? threaded : coder;
      const shards = (await coder.encode(segment, data, parity)).map((each) => Uint8Array.from(each));
      assert.equal(await subject.verify(shards, data, parity), true);
      const position = at % shards[shard]!.length;
      shards[shard]![position]! ^= flip;
      assert.equal(await subject.verify(shards, data, parity), false);
      // with as many shards as data alone every content is possible
      const few = shards.map((each, index) => (index < parity ? undefined : each));
      assert.equal(await subject.verify(few, data, parity), true);
    }),
    { numRuns: 60 },
  );
});

test('verify reads to the end of long shards', async () => {
  const shards = (await coder.encode(randomBytes(1 << 20), 4, 2)).map((each) => Uint8Array.from(each));
  shards[5]![262_143]! ^= 1;
  assert.equal(await coder.verify(shards, 4, 2), false);
  shards[5]![262_143]! ^= 1;
  assert.equal(await coder.verify(shards, 4, 2), true);
});

test('only wanted shards are made, in the memory that is given', async () => {
  const segment = randomBytes(40_000);
  const shards = await coder.encode(segment, 4, 2);
  const left = shards.map((shard, index) => (index === 2 || index === 5 ? undefined : shard));
  for (const subject of [coder, threaded]) {
    const into = new Uint8Array(10_003).fill(7);
    const [fifth, first] = await subject.reconstruct(left, 4, 2, { only: [5, 1], into });
    assert.ok(shards[5]!.every((byte, i) => fifth![i] === byte));
    assert.equal(fifth!.buffer, into.buffer);
    assert.equal(first, shards[1]);
    assert.deepEqual([...into.subarray(10_000)], [7, 7, 7]);
    const whole = new Uint8Array(new SharedArrayBuffer(40_000));
    const decoded = await subject.decode(left, 4, 2, 40_000, { into: whole });
    assert.ok(segment.equals(decoded) && segment.equals(whole));
    const parity = new Uint8Array(20_000);
    await subject.encode(segment, 4, 2, { into: parity });
    assert.ok(Buffer.concat(shards.slice(4)).equals(parity));
  }
  const into = new Uint8Array(9999);
  await assert.rejects(
    coder.reconstruct(left, 4, 2, { only: [2], into }),
    /memory of 9999 bytes is too small: 10000 bytes/,
  );
  await assert.rejects(coder.encode(segment, 4, 2, { into }), /memory of 9999 bytes is too small: 20000/);
  await assert.rejects(coder.reconstruct(left, 4, 2, { only: [6] }), /shard 6 is wanted/);
});

test('a code may use all 256 shards', async () => {
  const segment = randomBytes(2000);
  const shards = await coder.encode(segment, 200, 56);
  const left = shards.map((shard, index) => (index < 56 ? undefined : shard));
  assert.deepEqual(Buffer.from(await coder.decode(left, 200, 56, segment.length)), segment);
});

test('what cannot be decoded is refused', async () => {
  const shards = await coder.encode(count(10), 4, 2);
  const none = [undefined, undefined, undefined];
  await assert.rejects(coder.reconstruct([...none, ...shards.slice(3)], 4, 2), NotEnoughShardsError);
  await assert.rejects(coder.decode(new Array(6).fill(undefined), 4, 2, 10), NotEnoughShardsError);
  await assert.rejects(coder.reconstruct(shards.slice(1), 4, 2), /5 shards: a 4\+2 code has 6/);
  await assert.rejects(coder.decode(shards, 4, 2, 13), /shards of 3 bytes: a segment of 13 bytes has shards of 4/);
  await assert.rejects(coder.reconstruct([shards[0]!.subarray(1), ...shards.slice(1)], 4, 2), /expected equal/);
  await assert.rejects(coder.encode(count(10), 0, 2), /at least 1 data shard/);
  await assert.rejects(coder.encode(count(10), 250, 7), /at most 256/);
  assert.equal((await coder.decode(new Array(6).fill(undefined), 4, 2, 0)).length, 0);
});
