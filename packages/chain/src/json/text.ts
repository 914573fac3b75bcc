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
  return write(value, options.sort ?? false);
}

/** Compact JSON, keys sorted at every level: what the network signs. */
export function sortedJson(value: Json): string {
  return write(value, true);
}

function write(value: Json, sort: boolean): string {
  if (typeof value === 'string') return goString(value);
  if (value === null || typeof value !== 'object') return String(value);
  let out = '';
  if (Array.isArray(value)) {
    for (const item of value) out += `${out && ','}${write(item, sort)}`;
    return `[${out}]`;
  }
  for (const key of sort ? sortedKeys(value) : Object.keys(value)) {
    const member = value[key];
    if (member !== undefined) out += `${out && ','}${goString(key)}:${write(member, sort)}`;
  }
  return `{${out}}`;
}

/** Where UTF-16 order, which is the engine's own, may not be that of Go's bytes: surrogates meet the end of the BMP. */
const UNLIKE_UTF8 = /[\ud800-\uffff]/;

/** In the order of Go's string comparison. */
function sortedKeys(value: { [key: string]: Json }): string[] {
  const keys = Object.keys(value);
  if (!keys.some((key) => UNLIKE_UTF8.test(key))) return keys.sort();
  return keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
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
