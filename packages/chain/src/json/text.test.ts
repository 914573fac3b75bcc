import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { goString, type Json, parseJson, sortedJson, writeJson } from './text.ts';

test('strings are escaped as Go does', () => {
  assert.equal(goString('a<b>&"\\/'), '"a\\u003cb\\u003e\\u0026\\"\\\\/"');
  assert.equal(goString('\b\f\n\r\t\u0001'), '"\\u0008\\u000c\\n\\r\\t\\u0001"');
  assert.equal(goString('\u2028\u2029'), '"\\u2028\\u2029"');
  assert.equal(goString('空 😀'), '"空 😀"');
  assert.equal(goString('x\ud800y'), '"x\ufffdy"');
});

test('every string survives being written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(JSON.parse(goString(text)), text.toWellFormed());
      assert.doesNotMatch(goString(text), /[<>&\u2028\u2029\n\t\r]/);
    }),
  );
});

test('keys are sorted by their UTF-8 bytes at every level', () => {
  assert.equal(
    sortedJson({ b: 1, a: { d: [{ z: null, y: true }], c: 'x' } }),
    '{"a":{"c":"x","d":[{"y":true,"z":null}]},"b":1}',
  );
  assert.equal(sortedJson({ '\uff5e': 1, '\u{1f600}': 2, a: 3 }), '{"a":3,"\uff5e":1,"\u{1f600}":2}');
});

test('integers of any size are kept exactly', () => {
  const text =
    '{"a":18446744073709551615,"b":-9223372036854775808,"c":9007199254740991,"d":1.5,"e":"12345678901234567890"}';
  const value = parseJson(text) as Record<string, Json>;
  assert.deepEqual(value, {
    a: 18446744073709551615n,
    b: -9223372036854775808n,
    c: 9007199254740991,
    d: 1.5,
    e: '12345678901234567890',
  });
  assert.equal(writeJson(value), text);
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n })), (list) => {
      assert.deepEqual((parseJson(writeJson(list)) as (number | bigint)[]).map(BigInt), list);
    }),
  );
});
