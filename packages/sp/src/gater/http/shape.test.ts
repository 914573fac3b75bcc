import assert from 'node:assert/strict';
import { it } from 'node:test';
import { childText, parseXml } from '@prairie/client';
import fc from 'fast-check';
import { answer, BASE64, big, flag, many, message, NUMBER, number, one, optional, text, VERSION } from './shape.ts';
import { escapeXml } from './xml.ts';

interface Thing {
  name: string;
  counts: number[];
  size: bigint;
  note?: string;
  inner: { isOpen: boolean; bytes: Uint8Array[] };
}

const inner = message<Thing['inner']>('Inner', {
  IsOpen: flag((it) => it.isOpen),
  Bytes: many(BASE64, (it) => it.bytes),
});
const thing = answer<Thing>(
  'R',
  {
    Name: text((it) => it.name),
    Counts: many(NUMBER, (it) => it.counts),
    Size: big((it) => it.size),
    Note: optional(message<string>('Note', { Text: text((note) => note) }), (it) => it.note),
    Inner: one(inner, (it) => it.inner),
    Length: number((it) => it.counts.length),
  },
  VERSION,
);

const VALUE: Thing = {
  name: `<"&'>\t`,
  counts: [1, 2],
  size: 2n ** 64n,
  inner: { isOpen: true, bytes: [new Uint8Array([1, 2])] },
};

it('writes lists, leaves out what is absent, and escapes as the network does', () => {
  assert.equal(
    thing.xml(VALUE).toString(),
    '<R version="1.0"><Name>&lt;&#34;&amp;&#39;&gt;&#x9;</Name><Counts>1</Counts><Counts>2</Counts>' +
      '<Size>18446744073709551616</Size><Inner><IsOpen>true</IsOpen><Bytes>AQI=</Bytes></Inner><Length>2</Length></R>',
  );
  assert.match(
    thing.xml({ ...VALUE, note: 'n', counts: [] }).toString(),
    /<\/Name><Size>.*<Note><Text>n<\/Text><\/Note>/,
  );
});

it('gives JSON the same names: lists are arrays, integers of 64 bits texts', () => {
  assert.deepEqual(JSON.parse(thing.json({ ...VALUE, counts: [] })), {
    Name: `<"&'>\t`,
    Counts: [],
    Size: '18446744073709551616',
    Inner: { IsOpen: true, Bytes: ['AQI='] },
    Length: 0,
  });
});

it('has a schema of what JSON has', () => {
  assert.deepEqual(thing.schema, {
    type: 'object',
    properties: {
      Name: { type: 'string' },
      Counts: { type: 'array', items: { type: 'integer' } },
      Size: { type: 'string', pattern: '^-?\\d+$' },
      Note: { title: 'Note', type: 'object', properties: { Text: { type: 'string' } }, required: ['Text'] },
      Inner: {
        title: 'Inner',
        type: 'object',
        properties: { IsOpen: { type: 'boolean' }, Bytes: { type: 'array', items: BASE64.schema } },
        required: ['IsOpen', 'Bytes'],
      },
      Length: { type: 'integer' },
    },
    required: ['Name', 'Counts', 'Size', 'Inner', 'Length'],
  });
});

it('escapes what XML cannot carry', () => {
  assert.equal(escapeXml(`<a b="c">&'\n\u0001`), '&lt;a b=&#34;c&#34;&gt;&amp;&#39;&#xA;\ufffd');
});

const texts = answer<string[]>('R', { Text: many(message<string>('T', { V: text((it) => it) }), (all) => all) });

it('property: a parser reads back any texts that XML can carry, however many', () => {
  const unit = fc.string({ unit: 'binary', maxLength: 5000 });
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 30 }), (values) => {
      const carried = values.map((value) =>
        value.toWellFormed().replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd'),
      );
      const read = parseXml(texts.xml(values).toString()).children.map((child) => childText(child, 'V'));
      assert.deepEqual(read, carried);
      assert.deepEqual(
        JSON.parse(texts.json(values)).Text,
        values.map((V) => ({ V })),
      );
    }),
  );
});
