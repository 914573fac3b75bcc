import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isPattern, Pattern, patternMatches } from './pattern.ts';

test('patterns that clients write as globs are regular expressions found anywhere', () => {
  assert.ok(patternMatches('grn:o::bucket/*', 'grn:o::bucket/a'));
  assert.ok(patternMatches('grn:o::bucket/*', 'grn:o::bucketful/a'), '/* may match no slash');
  assert.ok(patternMatches('grn:o::b/dir', 'grn:o::b/directory/a'), 'no anchors');
  assert.ok(!patternMatches('^grn:o::b/dir$', 'grn:o::b/directory/a'));
  assert.ok(patternMatches('grn:o::b/.*\\.(jpg|png)$', 'grn:o::b/a.png'));
  assert.ok(!patternMatches('grn:o::b/.*\\.(jpg|png)$', 'grn:o::b/a.pngx'));
});

test('what is not a pattern is refused and matches nothing', () => {
  for (const text of [
    '(',
    ')',
    '[a',
    '*',
    'a**',
    '\\',
    'a{2,1}',
    'a{1001}',
    '(?=a)',
    '\\1',
    '[b-a]',
    '(a{1000}){1000}',
  ]) {
    assert.ok(!isPattern(text), text);
    assert.ok(!patternMatches(text, 'a'), text);
  }
  assert.throws(() => new Pattern('x'.repeat(3000)), /at most 2048 characters/);
});

test('a pattern that takes a backtracking engine years takes no time', () => {
  assert.ok(!patternMatches('^(a+)+$', `${'a'.repeat(1000)}b`));
  assert.ok(!patternMatches('^(a|a)*$', `${'a'.repeat(1000)}b`));
});

test('patterns match what regular expressions of JavaScript match', () => {
  const piece = fc.oneof(
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\d', '\\/', '^', '$', '[a-c/]'),
    fc.constantFrom('(a|b)', '(?:ab)', '(a|)', '(b/|c)'),
  );
  const quantified = fc
    .tuple(piece, fc.constantFrom('', '', '*', '+', '?', '*?', '{2}', '{1,}', '{0,2}'))
    .map(([text, quantifier]) => (text === '^' || text === '$' ? text : text + quantifier));
  const pattern = fc.array(quantified, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 3 }),
      fc.stringMatching(/^[abc/1]{0,8}$/),
      (options, text) => {
        const source = options.join('|');
        assert.equal(new Pattern(source).test(text), new RegExp(source, 'u').test(text), `${source} on ${text}`);
      },
    ),
    { numRuns: 2000 },
  );
});
