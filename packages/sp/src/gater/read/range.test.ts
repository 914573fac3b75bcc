import assert from 'node:assert/strict';
import { it } from 'node:test';
import { GfSpError } from '@prairie/gfsp';
import fc from 'fast-check';
import { parseRange } from './range.ts';

it('reads one range, clamped to the object', () => {
  assert.deepEqual(parseRange('bytes=0-0', 10n), { low: 0n, high: 0n });
  assert.deepEqual(parseRange('bytes=2-', 10n), { low: 2n, high: 9n });
  assert.deepEqual(parseRange(' Bytes = 2 - 100', 10n), { low: 2n, high: 9n });
});

it('ignores what is no single range of bytes', () => {
  for (const text of [
    '',
    'bytes=-',
    'bytes=-0',
    'bytes=-10',
    'bytes=-99',
    'bytes=0-1,3-4',
    'lines=0-1',
    'bytes=a-b',
    'bytes',
    'bytes=1-2x',
  ]) {
    assert.equal(parseRange(text, 10n), undefined, text);
  }
});

it('reads the last bytes, when they are not all', () => {
  assert.deepEqual(parseRange('bytes=-5', 10n), { low: 5n, high: 9n });
  assert.deepEqual(parseRange('bytes=-9', 10n), { low: 1n, high: 9n });
  assert.equal(parseRange('bytes=-5', 0n), undefined);
});

it('refuses a range that begins past its end', () => {
  for (const text of ['bytes=10-', 'bytes=10-12', 'bytes=5-4']) {
    assert.throws(
      () => parseRange(text, 10n),
      (error) => error instanceof GfSpError && error.innerCode === 50012,
    );
  }
});

it('never leaves the object, whatever is asked', () => {
  const size = fc.bigInt({ min: 1n, max: 2n ** 40n });
  fc.assert(
    fc.property(
      size,
      fc.bigInt({ min: 0n, max: 2n ** 41n }),
      fc.bigInt({ min: 0n, max: 2n ** 41n }),
      (length, a, b) => {
        if (a > b || a >= length) return;
        const { low, high } = parseRange(`bytes=${a}-${b}`, length)!;
        assert.ok(low === a && high >= low && high < length);
      },
    ),
  );
});
