import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  base64,
  decimalText,
  durationText,
  parseBase64,
  parseDecimal,
  parseDuration,
  parseTimestamp,
  timestampText,
} from './scalars.ts';

test('decimals have 18 digits', () => {
  assert.equal(decimalText(100_000_000_000_000_000n), '0.100000000000000000');
  assert.equal(decimalText(-1n), '-0.000000000000000001');
  assert.equal(parseDecimal('24'), 24n * 10n ** 18n);
  fc.assert(fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (n) => parseDecimal(decimalText(n)) === n));
  for (const text of ['', '1.', '.5', '1e3', '1.1234567890123456789']) assert.throws(() => parseDecimal(text));
});

test('times have the fewest digits that lose nothing', () => {
  assert.equal(timestampText({ seconds: 1704164645n, nanos: 0 }), '2024-01-02T03:04:05Z');
  assert.equal(timestampText({ seconds: 1704164645n, nanos: 120_000_000 }), '2024-01-02T03:04:05.120Z');
  assert.equal(timestampText({ seconds: 1704164645n, nanos: 1000 }), '2024-01-02T03:04:05.000001Z');
  assert.equal(timestampText({ seconds: 1704164645n, nanos: 1 }), '2024-01-02T03:04:05.000000001Z');
  assert.deepEqual(parseTimestamp('2024-01-02T05:04:05.5+02:00'), { seconds: 1704164645n, nanos: 500_000_000 });
  fc.assert(
    fc.property(fc.bigInt({ min: -62_135_596_800n, max: 253_402_300_799n }), fc.nat(999_999_999), (seconds, nanos) => {
      assert.deepEqual(parseTimestamp(timestampText({ seconds, nanos })), { seconds, nanos });
    }),
  );
  for (const text of ['', '2024-01-02', '2024-13-02T00:00:00Z']) assert.throws(() => parseTimestamp(text), /RFC 3339/);
});

test('durations are seconds', () => {
  assert.equal(durationText({ seconds: 3600n, nanos: 0 }), '3600s');
  assert.equal(durationText({ seconds: 0n, nanos: -500_000_000 }), '-0.500s');
  for (const value of [
    { seconds: 1n, nanos: 1 },
    { seconds: -5n, nanos: -20_000_000 },
    { seconds: 0n, nanos: 0 },
  ]) {
    assert.deepEqual(parseDuration(durationText(value)), value);
  }
});

test('base64 is standard, with padding', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.deepEqual(parseBase64(base64(bytes)), bytes)));
  for (const text of ['a', 'ab', 'ab-_', 'a===', '!!!!']) assert.throws(() => parseBase64(text), /not base64/);
});
