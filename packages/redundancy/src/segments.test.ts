import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ecPieceSize, segmentCount, segmentSizeAt, splitRange } from './segments.ts';

const MIB16 = 16_777_216n;

test('the sizes of segments add up to the payload', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 1n << 20n }), fc.bigInt({ min: 1000n, max: 70_000n }), (payload, segment) => {
      const count = segmentCount(payload, segment);
      const sizes = Array.from({ length: count }, (_, index) => segmentSizeAt(payload, segment, index));
      assert.equal(
        sizes.reduce((sum, size) => sum + size, 0),
        Number(payload),
      );
      assert.ok(sizes.every((size, index) => size > 0 && (index === count - 1 || size === Number(segment))));
    }),
  );
});

test('a payload of whole segments ends with a full one', () => {
  assert.equal(segmentCount(0n, MIB16), 0);
  assert.equal(segmentCount(3n * MIB16, MIB16), 3);
  assert.equal(segmentSizeAt(3n * MIB16, MIB16, 2), Number(MIB16));
  assert.equal(segmentSizeAt(20_000_000n, MIB16, 1), 3_222_784);
  assert.equal(ecPieceSize(3_222_784, 4), 805_696);
  assert.equal(ecPieceSize(5, 4), 2);
});

test('what is no segment is refused', () => {
  assert.throws(() => segmentSizeAt(0n, MIB16, 0), /segment 0 of a payload with 0 segments/);
  assert.throws(() => segmentSizeAt(10n, MIB16, -1), RangeError);
  assert.throws(() => segmentCount(10n, 0n), /segment size 0/);
  assert.throws(() => segmentCount(-1n, MIB16), /payload size -1/);
});

test('the parts of a range join to the range', () => {
  const cases = fc.bigInt({ min: 1n, max: 400n }).chain((payload) =>
    fc.record({
      payload: fc.constant(payload),
      bounds: fc.tuple(fc.bigInt({ min: 0n, max: payload - 1n }), fc.bigInt({ min: 0n, max: payload - 1n })),
      segment: fc.bigInt({ min: 1n, max: 64n }),
    }),
  );
  fc.assert(
    fc.property(cases, ({ payload, bounds, segment }) => {
      const [low, high] = bounds[0] <= bounds[1] ? bounds : [bounds[1], bounds[0]];
      const bytes = splitRange(low, high, payload, segment).flatMap((part) => {
        assert.ok(part.offset + part.length <= segmentSizeAt(payload, segment, part.segment));
        return Array.from({ length: part.length }, (_, i) => part.segment * Number(segment) + part.offset + i);
      });
      assert.deepEqual(
        bytes,
        Array.from({ length: Number(high - low) + 1 }, (_, i) => Number(low) + i),
      );
    }),
  );
});

test('a range outside of the payload is refused', () => {
  for (const [low, high, size] of [
    [0n, 0n, 0n],
    [2n, 1n, 10n],
    [0n, 10n, 10n],
    [-1n, 3n, 10n],
  ] as const) {
    assert.throws(() => splitRange(low, high, size, MIB16), RangeError);
  }
});
