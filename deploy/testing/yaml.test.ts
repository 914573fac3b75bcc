import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readYaml, type Yaml } from './yaml.ts';

const one = (text: string): Yaml => {
  const [document] = readYaml(text);
  return document!;
};

describe('readYaml', () => {
  it('reads mappings, lists, flow, literal text and several documents', () => {
    const text = `# a comment
a:
  b: [1, "two, 2", three]   # another
  "c d": { e: true, f: 'it''s #1' }
list:
- x: 1
  y:
    - deep
- plain text, it's one: no
script: |
  # kept
    indented: 1
---
last: -5
`;
    assert.throws(() => one(text), /line 9: .*put it in quotes/);
    assert.deepEqual(readYaml(text.replace("it's one: no", "it's one")), [
      {
        a: { b: [1, 'two, 2', 'three'], 'c d': { e: true, f: "it's #1" } },
        list: [{ x: 1, y: ['deep'] }, "plain text, it's one"],
        script: '# kept\n  indented: 1\n',
      },
      { last: -5 },
    ]);
  });

  it('knows anchors and merges: what stands beside a merge wins', () => {
    assert.deepEqual(one('a: &a\n  x: 1\n  y: 2\nb:\n  y: 3\n  <<: *a\nc: *a\n'), {
      a: { x: 1, y: 2 },
      b: { x: 1, y: 3 },
      c: { x: 1, y: 2 },
    });
  });

  it('reads what JSON writes', () => {
    const { value } = fc.letrec<{ value: Yaml }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.maxSafeInteger().map((number) => (Object.is(number, -0) ? 0 : number)),
        fc.boolean(),
        // separators of lines and paragraphs are refused: no file here needs them
        fc.string({ unit: 'grapheme' }).filter((text) => !/[\u2028\u2029]/.test(text)),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[a-z_. -]{1,8}$/), tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (given) => {
        const flow = JSON.stringify(given).replaceAll('":', '": ');
        fc.pre(JSON.stringify(JSON.parse(flow)) === JSON.stringify(given));
        assert.deepEqual(one(`key: ${flow}\n`), { key: given });
      }),
    );
  });

  for (const [what, text] of [
    ['a key that comes twice', 'a: 1\na: 2\n'],
    ['a word that is a truth to some', 'a: yes\n'],
    ['a number that readers take differently', 'a: 0755\n'],
    ['a size in base sixty', 'a: 12:30\n'],
    ['a tab', 'a:\n\tb: 1\n'],
    ['a flow that goes on below', 'a: [1,\n  2]\n'],
    ['folded text', 'a: >\n  b\n'],
    ['a tag', 'a: !!str 1\n'],
    ['an anchor that is not there', 'a: *b\n'],
    ['a line that belongs nowhere', 'a:\n    b: 1\n  c: 2\n'],
    ['text that is no mapping', 'a: 1\nb\n'],
  ] as const) {
    it(`refuses ${what}`, () => assert.throws(() => readYaml(text), /^Error: line \d+: /));
  }
});
