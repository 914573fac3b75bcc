/** Bodies that are hardly requests, or hardly JSON. */
import type { Rng } from '../random/rng.ts';
import { damaged } from './bytes.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** As deep as a body of the size limit could be is slow to make: this is deep enough to exhaust a stack. */
const DEEP = 60_000;

const SCALARS: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  9_007_199_254_740_992,
  '',
  '0',
  '-1',
  '9223372036854775808',
  '0x',
  '0xzz',
  'AAAA',
  '====',
  '\0',
  '\ud800',
  'ö𝔘',
  '__proto__',
  'x'.repeat(5000),
  "tm.event='Tx' AND tx.height>1e999",
  `${"a='b' AND ".repeat(400)}a='b'`,
  "tx.hash='zz'",
  "message.sender CONTAINS ''",
];

export const hostileJson = (rng: Rng): Json => {
  switch (rng.below(8)) {
    case 0:
      return [];
    case 1:
      return {};
    case 2:
      return Array.from({ length: rng.between(2, 50) }, () => rng.one(SCALARS));
    case 3:
      return { [String(rng.one(['height', '__proto__', 'tx', '']))]: rng.one(SCALARS) };
    default:
      return rng.one(SCALARS);
  }
};

/** One value in it, or one name, is another. */
export function twistedJson(rng: Rng, value: Json): Json {
  if (value === null || typeof value !== 'object' || rng.chance(0.15)) return hostileJson(rng);
  if (Array.isArray(value)) {
    if (value.length === 0 || rng.chance(0.2)) return [...value, hostileJson(rng)];
    const at = rng.below(value.length);
    return value.with(at, twistedJson(rng, value[at]!));
  }
  const names = Object.keys(value);
  const name = rng.pick(names);
  if (name === undefined || rng.chance(0.1)) return { ...value, more: hostileJson(rng) };
  const { [name]: held, ...rest } = value;
  if (rng.chance(0.15)) return rest;
  return { ...rest, [name]: twistedJson(rng, held!) };
}

/** Texts that are not what `JSON.stringify` would write. */
const TEXTS: readonly ((rng: Rng, body: Json) => Buffer)[] = [
  (rng, body) => damaged(rng, Buffer.from(JSON.stringify(body))),
  (rng, body) => damaged(rng, Buffer.from(JSON.stringify(body))),
  (rng) => rng.bytes(rng.below(400)),
  (rng) => Buffer.from(rng.one(['[', '{"a":', '[{"params":']).repeat(DEEP)),
  (_, body) => Buffer.from(`${'['.repeat(DEEP)}${JSON.stringify(body)}${']'.repeat(DEEP)}`),
  (_, body) => Buffer.from(`{"jsonrpc":"2.0","id":1,"method":"abci_query","params":${deepList(body)}}`),
  (_, body) => Buffer.from(`{"jsonrpc":"2.0","id":1,"method":"block","params":{"height":${deepList(body)}}}`),
  (_, body) => Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(JSON.stringify(body))]),
  (_, body) => Buffer.from(JSON.stringify(body), 'utf16le'),
  (_, body) => Buffer.from(JSON.stringify(body).replaceAll('"', "'")),
  (_, body) => Buffer.from(`${JSON.stringify(body)}${JSON.stringify(body)}`),
  () => Buffer.from('NaN'),
  () => Buffer.from('1'.repeat(20_000)),
];

const deepList = (body: Json): string => `${'['.repeat(DEEP / 2)}${JSON.stringify(body)}${']'.repeat(DEEP / 2)}`;

export const brokenText = (rng: Rng, body: Json): Buffer => rng.one(TEXTS)(rng, body);
