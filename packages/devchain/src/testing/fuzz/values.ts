/** Values that a field may hold on the wire and no sound client would write. */
import { moduleAddress, type Scalar } from '@prairie/chain';
import type { Rng } from '../random/rng.ts';

const LONG = 20_000;

const STRINGS: readonly string[] = [
  '',
  ' ',
  '\0',
  '0',
  '-1',
  '1e400',
  'BNB',
  'bnb',
  'ibc/27394FB092D2ECCD56123C74F36E4C1F926001CEADA9CA97EA622B25F41E5EB2',
  '𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
  'a\u0301\u202e\ufeff',
  '../../etc/passwd',
  '0x',
  '0x0000000000000000000000000000000000000000',
  '0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF',
  '0xzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz',
  moduleAddress('gov'),
  moduleAddress('payment').toLowerCase(),
  moduleAddress('fee_collector').slice(2),
  'grn:b::*',
  'grn:o::bucket/(a+)+$',
  'grn:o::bucket/(((((((((((x*)*)*)*)*)*)*)*)*)*)*',
  'grn:o::bucket/[',
  'grn:o::bucket/a{1000}{1000}',
  'grn:g:0x0000000000000000000000000000000000000000:*',
  'grn:::',
  'http://[::1',
  'http://host:99999999',
  '__proto__',
  'constructor',
  '/cosmos.authz.v1beta1.MsgExec',
  '9999-12-31T23:59:59Z',
  'x'.repeat(LONG),
  '\u{1F4A9}'.repeat(LONG / 4),
];

const NUMBERS = [0, 1, -1, 2, 99, 0x7fffffff, -0x80000000, 0xffffffff];
const WIDE = [0n, 1n, -1n, 2n ** 31n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n)];
const HUGE = [...WIDE, 10n ** 18n, 2n ** 255n, 2n ** 256n, 10n ** 99n, -(10n ** 99n)];

const bytesFor = (rng: Rng): Uint8Array => rng.bytes(rng.one([0, 1, 20, 31, 32, 33, 48, 64, 65, 96, 97, 1000]));

/** One for a field of this kind; `known` are texts that mean something on the chain. */
export function hostileValue(rng: Rng, scalar: Scalar | undefined, known: readonly string[]): unknown {
  switch (scalar) {
    case 'string':
      return rng.chance(0.4) && known.length > 0 ? rng.one(known) : rng.one(STRINGS);
    case 'bytes':
      return bytesFor(rng);
    case 'bool':
      return rng.chance(0.5);
    case 'integer':
    case 'decimal':
      return rng.chance(0.5) ? rng.one(HUGE) : rng.magnitude(80);
    case 'int64':
    case 'uint64':
    case 'fixed64':
    case 'sfixed64':
      return rng.chance(0.6) ? rng.one(WIDE) : rng.magnitude(40);
    // enums too
    default:
      return rng.chance(0.6) ? rng.one(NUMBERS) : rng.below(20);
  }
}
