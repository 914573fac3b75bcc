import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ecPieceKey, parsePieceKey, pieceKey, piecePrefixes, segmentKey } from './piece-keys.ts';

test('keys name the version only after an update', () => {
  assert.equal(segmentKey(1n, 3), 's1_s3');
  assert.equal(segmentKey(1n, 3, 7n), 's1_s3_v7');
  assert.equal(ecPieceKey(18446744073709551615n, 0, 2), 'e18446744073709551615_s0_p2');
  assert.equal(ecPieceKey(10n, 3, 4, 1n), 'e10_s3_p4_v1');
  assert.equal(pieceKey(10n, 3, -1, 1n), 's10_s3_v1');
  assert.equal(pieceKey(10n, 3, 0), 'e10_s3_p0');
});

test('parsing a key gives back what it was made of', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
      fc.nat(0xffff_ffff),
      fc.integer({ min: -1, max: 255 }),
      fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
      (objectId, segment, redundancyIndex, version) => {
        const key = pieceKey(objectId, segment, redundancyIndex, version);
        const kind = redundancyIndex < 0 ? 'segment' : 'ec';
        assert.deepEqual(parsePieceKey(key), { kind, objectId, segment, redundancyIndex, version });
        const prefixes = piecePrefixes(objectId);
        assert.ok(key.startsWith(kind === 'ec' ? prefixes.ecPieces : prefixes.segments));
      },
    ),
  );
});

test('other names are no keys', () => {
  const others = [
    '',
    'x',
    's_s_',
    'e1_s2',
    's1_s0_p2',
    's1_s0_v',
    's1',
    's1_s-1',
    '.s1_s0.tmp12',
    's1_s0 ',
    's1_s99999999999',
  ];
  for (const name of [...others, 's18446744073709551616_s0']) assert.equal(parsePieceKey(name), undefined, name);
});
