/**
 * JSON text as Go writes it, and a reader that keeps 64-bit integers exact (`reference/sp-to-sp.md` §1).
 */

/** What the readers and writers of this folder exchange. A bigint is written as a plain number. */
export type Json = null | boolean | number | bigint | string | Json[] | { [key: string]: Json };

/** Characters that Go escapes in a way of its own, and surrogates, which may be unpaired. */
const SPECIAL = /[<>&\u2028\u2029\b\f\ud800-\udfff]/;

/** A JSON string with Go's escaping: HTML-sensitive characters as `\u003c`, invalid UTF-16 as U+FFFD. */
export function goString(text: string): string {
  return SPECIAL.test(text) ? escapeLikeGo(text.toWellFormed()) : JSON.stringify(text);
}

function escapeLikeGo(text: string): string {
  let out = '"';
  for (const char of text) {
    if (char === '\b' || char === '\f' || /[<>&\u2028\u2029]/.test(char)) {
      out += `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
    } else {
      out += JSON.stringify(char).slice(1, -1);
    }
  }
  return `${out}"`;
}

/** Compact JSON with Go's escaping, keys in the order of the object, or sorted by their UTF-8 bytes. */
export function writeJson(value: Json, options: { sort?: boolean } = {}): string {
  const sort = options.sort ?? false;
  const write = (v: Json): string => {
    if (typeof v === 'string') return goString(v);
    if (v === null || typeof v !== 'object') return String(v);
    if (Array.isArray(v)) return `[${v.map(write).join(',')}]`;
    const keys = Object.keys(v).filter((key) => v[key] !== undefined);
    if (sort) keys.sort(byUtf8);
    return `{${keys.map((key) => `${goString(key)}:${write(v[key]!)}`).join(',')}}`;
  };
  return write(value);
}

/** Compact JSON, keys sorted at every level: what the network signs. */
export function sortedJson(value: Json): string {
  return writeJson(value, { sort: true });
}

/** Order of Go's string comparison. UTF-16 order differs only where surrogates meet the end of the BMP. */
function byUtf8(a: string, b: string): number {
  if (/[\ud800-\uffff]/.test(a) || /[\ud800-\uffff]/.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

type SourceReviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

/**
 * Parses JSON; integers beyond ±2⁵³ become bigints instead of losing digits.
 * @throws SyntaxError
 */
export function parseJson(text: string): Json {
  const exact: SourceReviver = (_key, value, context) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const source = context?.source ?? '';
    return /^-?\d+$/.test(source) ? BigInt(source) : value;
  };
  // only a long run of digits can need it, and a reviver costs several times the parse
  if (!/\d{16}/.test(text)) return JSON.parse(text) as Json;
  return JSON.parse(text, exact as (key: string, value: unknown) => unknown) as Json;
}
