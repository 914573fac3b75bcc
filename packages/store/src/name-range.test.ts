import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { afterPrefix, byBytes, rangeOf } from './name-range.ts';

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

test('a range has the names that begin with the prefix, from a name on', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '/', 'é', '\uffff', '\u{1f600}', '\u{10ffff}'), maxLength: 4 });
  fc.assert(
    fc.property(text, text, text, (name, prefix, from) => {
      const range = rangeOf(prefix, from);
      const inRange = byBytes(name, range.from) >= 0 && (range.end === undefined || byBytes(name, range.end) < 0);
      assert.equal(inRange, name.startsWith(prefix) && byBytes(name, from) >= 0);
    }),
    { numRuns: 1000 },
  );
});
