import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chunksOf } from './in-list.ts';

test('chunks have every value, each in one of them, and few lengths', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { maxLength: 600 }), fc.constantFrom(1, 8, 64), (values, most) => {
      const chunks = chunksOf(values, most);
      const found = chunks.map((chunk) => new Set(chunk));
      assert.deepEqual(new Set(found.flatMap((chunk) => [...chunk])), new Set(values));
      assert.equal(
        found.reduce((sum, chunk) => sum + chunk.size, 0),
        new Set(values).size,
      );
      for (const { length } of chunks) assert.ok(length <= most && Number.isInteger(Math.log2(length)));
    }),
  );
});
