import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { child, children, childText, parseXml, type XmlElement } from './xml.ts';

const element = (name: string, text = '', inside: XmlElement[] = []): XmlElement => ({ name, text, children: inside });

/** As providers write: text first, everything that is not plain as a character reference. */
function write({ name, text, children }: XmlElement): string {
  const plain = [...text].map((char) => (/[A-Za-z0-9 é漢\u{1f4c4}]/u.test(char) ? char : reference(char))).join('');
  return `<${name}>${plain}${children.map(write).join('')}</${name}>`;
}

const reference = (char: string) => `&#x${char.codePointAt(0)!.toString(16).toUpperCase()};`;

describe('parseXml', () => {
  it('reads elements, text, attributes and declarations', () => {
    const root = parseXml(
      '<?xml version="1.0" encoding="UTF-8"?>\n<A version="1.0" b="&lt;"><B>1</B><C/><B >2</B><D a="b" /></A>\n',
    );
    assert.equal(root.name, 'A');
    assert.equal(childText(root, 'B'), '1');
    assert.deepEqual(
      children(root, 'B').map(({ text }) => text),
      ['1', '2'],
    );
    assert.deepEqual(child(root, 'C'), element('C'));
    assert.deepEqual(child(root, 'D'), element('D'));
    assert.equal(childText(root, 'E'), '');
  });

  for (const [text, expected] of [
    ['a&amp;b&lt;c&gt;&quot;&apos;', 'a&b<c>"\''],
    ['&#38;&#x26;&#10;', '&&\n'],
    ['&amp;lt;', '&lt;'],
    ['&#x1F4C4;', '📄'],
    ['&#xD800;&#xDFFF;&#x110000;&#9999999;', '\ufffd\ufffd\ufffd\ufffd'],
    ['&nbsp; & &; &constructor; &__proto__; &toString;', '&nbsp; & &; &constructor; &__proto__; &toString;'],
  ] as const) {
    it(`unescapes ${text}`, () => assert.equal(parseXml(`<a>${text}</a>`).text, expected));
  }

  for (const [text, why] of [
    ['', /one root element expected, got 0/],
    ['   ', /got 0/],
    ['hello', /outside the root/],
    ['<a/>tail', /outside the root/],
    ['<a/><b/>', /got 2/],
    ['<a>', /ends inside <a>/],
    ['<a></b>', /closes nothing/],
    ['</a>', /closes nothing/],
    ['<a b=c/>', /XML expected at character 0/],
    ['<a><!-- x --></a>', /XML expected at character 3/],
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', /XML expected at character 0/],
    ['<a><![CDATA[x]]></a>', /XML expected at character 3/],
    ['404 page not found', /outside the root/],
  ] as const) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseXml(text), why));
  }

  it('refuses what is nested too deeply', () => {
    const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
    assert.equal(parseXml(nested(32)).name, 'a');
    assert.throws(() => parseXml(nested(33)), /deeper than 32/);
    assert.throws(() => parseXml('<a>'.repeat(1_000_000)), /deeper than 32/);
  });

  it('gives up on hostile text without going back and forth in it', () => {
    const n = 500_000;
    for (const text of [
      `<a${' '.repeat(n)}`,
      `<${'a'.repeat(n)}`,
      `<a${' x="1"'.repeat(n)}`,
      `<?${'?'.repeat(n)}`,
      `<a x="${'<'.repeat(n)}`,
      `<a>${'&#'.repeat(n)}`,
      `<a>${'&'.repeat(n)}`,
      `<a>${`&${'a'.repeat(100)}`.repeat(n / 100)}`,
      `</${'a'.repeat(n)}`,
    ]) {
      assert.throws(() => parseXml(text));
    }
  });
});

describe('properties', () => {
  const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/);
  const text = fc.string({ unit: 'binary' });
  const { tree } = fc.letrec<{ tree: XmlElement }>((tie) => ({
    tree: fc
      .tuple(
        name,
        text,
        fc.oneof({ maxDepth: 4 }, fc.constant<XmlElement[]>([]), fc.array(tie('tree'), { maxLength: 4 })),
      )
      .map(([name, text, inside]) => element(name, text, inside)),
  }));

  it('what was written is read', () => {
    fc.assert(fc.property(tree, (root) => assert.deepEqual(parseXml(write(root)), root)));
  });

  it('any text is read or refused with an Error', () => {
    const token = fc.oneof(
      fc.constantFrom('<', '>', '/', '<a>', '</a>', '<a b="c">', '&lt;', '<?', '?>', '"'),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.array(token).map((parts) => parts.join('')),
        (text) => {
          try {
            assert.equal(typeof parseXml(text).name, 'string');
          } catch (error) {
            assert.ok(error instanceof Error && /XML|root element|closes nothing/.test(error.message), String(error));
          }
        },
      ),
    );
  });
});
