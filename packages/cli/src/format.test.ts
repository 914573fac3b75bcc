import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bnb, durationSeconds, weiOf } from './format.ts';

test('spans of time are read with and without units', () => {
  for (const [text, seconds] of [
    ['90', 90],
    ['90s', 90],
    ['1h30m', 5400],
    ['2d', 172_800],
    ['1w1d', 691_200],
  ] as const) {
    assert.equal(durationSeconds(text), seconds, text);
  }
  for (const text of ['', '1x', '-1s', '1.5h', '1 h', 'h']) assert.equal(durationSeconds(text), undefined, text);
});

test('amounts are read back as they were written', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (wei) => {
      assert.equal(weiOf(`${wei}wei`), wei);
      assert.equal(weiOf(bnb(wei).replace(' ', '')), wei);
    }),
  );
});

test('an amount needs its unit, and wei have no fractions', () => {
  for (const text of ['1', '1.5wei', '.5bnb', '1e3bnb', '-1bnb', '1.0000000000000000001bnb', '']) {
    assert.equal(weiOf(text), undefined, text);
  }
});
