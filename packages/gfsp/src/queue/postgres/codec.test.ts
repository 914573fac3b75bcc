import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { jsonCodec } from './codec.ts';

test('any value comes back as it went, also one that looks like a tag', () => {
  const key = fc.oneof(fc.constantFrom('$bigint', '$bytes', '$object', 'a', '1'), fc.string());
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.bigInt(),
      fc.uint8Array(),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      fc.array(tie('value'), { maxLength: 4 }),
      // A field `__proto__` is no field of any message.
      fc.dictionary(
        key.filter((name) => name !== '__proto__'),
        tie('value'),
        { maxKeys: 4, noNullPrototype: true },
      ),
    ),
  }));
  const property = fc.property(value, (one) => assert.deepEqual(jsonCodec.decode(jsonCodec.encode(one)), one));
  fc.assert(property, { numRuns: 500 });
});
