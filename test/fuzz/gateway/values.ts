/** Values for what a request carries: some right, most not quite, some nothing but noise. */
import { expiryText } from '@prairie/client';
import type { ParamKind } from '@prairie/sp/routes';
import fc from 'fast-check';
import { BUCKET, OBJECTS, type World } from './world.ts';

const INT = ['0', '1', '2', '4', '50', '99', '1000', '1700000000000000', '4294967295'];
const NO_INT = [
  ...['', '-1', '+5', '1e3', '0x10', '1.5', 'NaN', '１', '1;2', '00000000001', '2147483648', '4294967296', ' 1'],
  ...['9223372036854775808', '18446744073709551615', '18446744073709551616', '9'.repeat(400), '-9'.repeat(40)],
];
const TIMES = ['2024-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-13-45T99:99:99Z', '2026-01-01', '0', '+∞'];
const NAMES = [
  ...[BUCKET, 'no-such-bucket', ...OBJECTS, 'a', '.', '..', '/', '//', 'a//b', 'a/../b', '../../../../etc/passwd'],
  ...['a'.repeat(1024), 'a'.repeat(1025), '\u0000', 'x\ny', '%2e%2e', 'null', '‮rtl', '\ud83d\ude00', ';drop table x'],
];
/** Keys of the messages that providers and clients send as JSON. */
const JSON_KEYS = [
  ...['task', 'object_info', 'storage_params', 'segment_idx', 'redundancy_idx', 'signature', 'finished', 'create_time'],
  ...['id', 'bucket_name', 'object_name', 'creator', 'operator', 'visibility', 'payload_size', 'payment_address'],
  ...['primary_sp_address', 'primary_sp_approval', 'expired_height', 'sig', 'expect_checksums', 'redundancy_type'],
  ...['dst_primary_sp_id', 'dst_primary_sp_approval', 'bucket_id', 'expire_time', 'gvg', 'piece_checksum', 'ec_idx'],
  ...['global_virtual_group_family_id', 'charged_read_quota', 'content_type', 'versioned_params', 'src_sp_id'],
];

const noise: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.string({ unit: 'binary', maxLength: 60 }), weight: 4 },
  { arbitrary: fc.string({ unit: 'grapheme', maxLength: 200 }), weight: 2 },
  {
    arbitrary: fc.constantFrom(
      '<x>&"\'',
      "' OR 1=1 --",
      '$(id)',
      '%zz',
      '%',
      '%00',
      '%ff%fe',
      '\u0000\u0001\u001f',
      '﻿',
    ),
    weight: 3,
  },
  { arbitrary: fc.constantFrom(1000, 20_000, 70_000).map((length) => 'x'.repeat(length)), weight: 1 },
);

const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(null, true, '', '0', '1', -1, 0, 1, 2 ** 53, 2 ** 80, 'AAAA', '0x00', [], {}),
    fc.string({ maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...JSON_KEYS), tie('value'), { maxKeys: 8 }),
  ),
})).value;

const hex: fc.Arbitrary<string> = fc.oneof(
  json.map((value) => Buffer.from(JSON.stringify(value) ?? '').toString('hex')),
  fc.uint8Array({ maxLength: 70 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  fc.constantFrom('', 'zz', 'abc', '0x00', '7b', '7B7D', '5b'.repeat(3000), '7b2261223a'.repeat(500)),
);

const signs = (seconds: number): string => expiryText(seconds);

/** A value of a kind: right more often than not, so that what is behind the first check is reached too. */
export function anyValue(
  kind: ParamKind,
  { owner, stranger }: Pick<World, 'owner' | 'stranger'>,
): fc.Arbitrary<string> {
  const addresses = [owner.address, stranger.address, owner.address.toLowerCase()];
  const table: Record<ParamKind, { good: fc.Arbitrary<string>; bad: fc.Arbitrary<string> }> = {
    text: { good: fc.constantFrom('x', 'https://dapp.example', '2026-01', 'CreateBucket'), bad: fc.constant('') },
    integer: { good: fc.constantFrom(...INT), bad: fc.constantFrom(...NO_INT) },
    boolean: { good: fc.constantFrom('true', 'false', '1', 'F'), bad: fc.constantFrom('', 'yes', '2', 'tRue', 'null') },
    address: {
      good: fc.constantFrom(...addresses),
      bad: fc.constantFrom('', '0x', '0x12', `0x${'g'.repeat(40)}`, 'f'.repeat(64), owner.address.slice(2)),
    },
    hex: { good: hex, bad: fc.constantFrom('', 'zz', 'a') },
    time: {
      good: fc.constantFrom(60, 6000).map(signs),
      bad: fc.oneof(fc.constantFrom(...TIMES), fc.constant(-5).map(signs)),
    },
    name: { good: fc.constantFrom(BUCKET, ...OBJECTS), bad: fc.constantFrom(...NAMES) },
    integers: {
      good: fc.constantFrom('1', '1,2,3', '7,999999'),
      bad: fc.constantFrom('', ',', '1,,2', '1,1', '1,x', Array.from({ length: 101 }, (_, i) => i).join()),
    },
    base64: {
      good: fc.constantFrom(...OBJECTS).map((name) => Buffer.from(name).toString('base64')),
      bad: fc.constantFrom('', '!!!!', '====', '/w==', 'YQ', 'Li4='),
    },
  };
  const { good, bad } = table[kind];
  return fc.oneof({ arbitrary: good, weight: 5 }, { arbitrary: bad, weight: 3 }, { arbitrary: noise, weight: 1 });
}

export const anyName: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...OBJECTS), weight: 6 },
  { arbitrary: fc.constantFrom(...NAMES), weight: 2 },
  { arbitrary: noise.filter((text) => text.length > 0), weight: 1 },
);

export const anyBucket: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constant(BUCKET), weight: 6 },
  { arbitrary: fc.constantFrom('no-such-bucket', 'UPPER', '1.2.3.4', 'a'.repeat(64), 'ü', 'a..b'), weight: 1 },
);

export const anyText = noise;

export const anyRange: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('bytes=0-0', 'bytes=0-99', 'bytes=2999-', 'bytes=-5', 'bytes=5-1', 'bytes=3000-', 'bytes=0-0,2-3'),
  fc.constantFrom(
    'bytes=',
    'bytes',
    'lines=1-2',
    'bytes=a-b',
    'bytes=0-99999999999999999999',
    'BYTES = 1 - 2',
    '=',
    '-',
  ),
  noise,
);
