import assert from 'node:assert/strict';
import { it } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import fc from 'fast-check';
import { isRangeWanted, judge, validatorsOf } from './conditions.ts';

const TIME = 1_700_000_000;
const object = (fields: Partial<storage.ObjectInfo> = {}) =>
  storage.ObjectInfo.create({ create_at: BigInt(TIME), checksums: [Buffer.alloc(32, 0xab)], ...fields });
const known = validatorsOf(object());
const at = (seconds: number) => new Date((TIME + seconds) * 1000).toUTCString();

it('a content is its checksum and its version', () => {
  const tags = [object(), object({ version: 1n }), object({ version: 2n }), object({ checksums: [Buffer.alloc(32)] })]
    .map(validatorsOf)
    .map(({ etag }) => etag);
  assert.equal(tags[0], `"${'ab'.repeat(32)}"`);
  assert.equal(new Set(tags).size, 4);
  assert.equal(validatorsOf(object({ checksums: [] })).etag, undefined);
  assert.equal(validatorsOf(object({ updated_at: BigInt(TIME + 9) })).modified, (TIME + 9) * 1000);
});

it('judges each condition', () => {
  const etag = known.etag!;
  const table: [Parameters<typeof judge>[0], ReturnType<typeof judge>][] = [
    [{}, 'send'],
    [{ 'if-none-match': etag }, 'unchanged'],
    [{ 'if-none-match': `"x", W/${etag}` }, 'unchanged'],
    [{ 'if-none-match': '*' }, 'unchanged'],
    [{ 'if-none-match': '"x"' }, 'send'],
    [{ 'if-modified-since': at(0) }, 'unchanged'],
    [{ 'if-modified-since': at(-1) }, 'send'],
    [{ 'if-modified-since': 'yesterday' }, 'send'],
    [{ 'if-none-match': '"x"', 'if-modified-since': at(0) }, 'send'],
    [{ 'if-match': etag }, 'send'],
    [{ 'if-match': '*' }, 'send'],
    [{ 'if-match': `W/${etag}` }, 'failed'],
    [{ 'if-match': '"x"' }, 'failed'],
    [{ 'if-unmodified-since': at(0) }, 'send'],
    [{ 'if-unmodified-since': at(-1) }, 'failed'],
    [{ 'if-unmodified-since': 'yesterday' }, 'send'],
    [{ 'if-match': etag, 'if-unmodified-since': at(-1) }, 'send'],
    [{ 'if-match': etag, 'if-none-match': etag }, 'unchanged'],
  ];
  for (const [headers, verdict] of table) assert.equal(judge(headers, known), verdict, JSON.stringify(headers));
});

it('a range counts for the content it was asked of', () => {
  const wanted = (condition: string) => isRangeWanted({ 'if-range': condition }, known);
  assert.ok(isRangeWanted({}, known));
  assert.ok(wanted(known.etag!) && wanted(at(0)));
  assert.ok(!wanted('"x"') && !wanted(`W/${known.etag}`) && !wanted(at(1)) && !wanted('yesterday'));
});

it('property: no text in a condition is an error, and only the known tag is unchanged', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      if (text.includes(known.etag!) || text.trim() === '*') return;
      assert.equal(judge({ 'if-none-match': text }, known), 'send');
      assert.equal(judge({ 'if-match': text }, known), 'failed');
    }),
  );
});
