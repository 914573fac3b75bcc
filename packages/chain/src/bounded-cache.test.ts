import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BoundedCache } from './bounded-cache.ts';

test('keeps the half that was used last, never more than its limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.nat(12), { maxLength: 60 }), (limit, keys) => {
      const cache = new BoundedCache<number, string>(limit);
      for (const key of keys)
        assert.equal(
          cache.getOrMake(key, () => `v${key}`),
          `v${key}`,
        );
      assert.ok(cache.size <= limit);
      const latest = [...new Set(keys.toReversed())].slice(0, Math.ceil(limit / 2));
      for (const key of latest) assert.equal(cache.get(key), `v${key}`);
    }),
    { numRuns: 1000 },
  );
});
