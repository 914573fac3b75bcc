import assert from 'node:assert/strict';
import { it } from 'node:test';
import { childText, parseXml } from '@prairie/client';
import fc from 'fast-check';
import { element } from './xml.ts';

it('writes lists, leaves out what is undefined, and escapes as the network does', () => {
  const value = { A: [1, 2n], B: undefined, C: { D: true, E: `<"&'>\t` } };
  assert.equal(
    element('R', value, ' v="1"'),
    '<R v="1"><A>1</A><A>2</A><C><D>true</D><E>&lt;&#34;&amp;&#39;&gt;&#x9;</E></C></R>',
  );
});

it('property: a parser reads back any text that XML can carry', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const carried = text.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
      assert.equal(childText(parseXml(element('R', { Text: text })), 'Text'), carried);
    }),
  );
});
