import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { afterPrefix } from './name-range.ts';

const name = fc.string({ unit: 'binary' });

test('what starts with the prefix sorts from it up to its end, and nothing else does', () => {
  fc.assert(
    fc.property(name, name, fc.boolean(), (prefix, other, extend) => {
      const text = extend ? prefix + other : other;
      const end = afterPrefix(prefix);
      const inside =
        Buffer.compare(Buffer.from(text), Buffer.from(prefix)) >= 0 &&
        (end === undefined || Buffer.compare(Buffer.from(text), Buffer.from(end)) < 0);
      assert.equal(inside, text.startsWith(prefix));
    }),
    { numRuns: 1000 },
  );
});

test('ends at the edges of UTF-16', () => {
  assert.equal(afterPrefix(''), undefined);
  assert.equal(afterPrefix('a\u{10ffff}'), 'b');
  assert.equal(afterPrefix('\ud7ff'), '\ue000');
});
