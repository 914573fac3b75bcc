/**
 * The canonical request: the bytes that a client signs and a gateway verifies (`reference/gateway-http.md` §2.4).
 * One truth for both sides.
 */
import { keccak256 } from '@prairie/chain';

export interface SignableRequest {
  method: string;
  /** Path and query exactly as on the request line: `/bucket/a%20b.txt?x=1`. */
  target: string;
  /** Names and values in turn, as `IncomingMessage.rawHeaders` gives them (latin1-decoded). */
  rawHeaders: readonly string[];
  /** The `Host` header as sent, with its port if it has one. */
  host: string;
}

/**
 * Headers that are signed when present. `X-Gnfd-Object-ID` and `Content-MD5` are listed by clients too, but neither side
 * of the living network includes them.
 */
const SIGNED_HEADERS = new Set([
  'content-type',
  'range',
  'x-gnfd-content-sha256',
  'x-gnfd-date',
  'x-gnfd-expiry-timestamp',
  'x-gnfd-piece-index',
  'x-gnfd-redundancy-index',
  'x-gnfd-resource',
  'x-gnfd-txn-hash',
  'x-gnfd-unsigned-msg',
  'x-gnfd-user-address',
]);

/** Bytes of the canonical request. A presigned URL is canonical without its `Authorization` query key. */
export function canonicalRequest(request: SignableRequest, options: { presigned?: boolean } = {}): Buffer {
  const { path, query } = splitTarget(request.target);
  const headers = signedHeaders(request.rawHeaders);
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('');
  const names = headers.map(([name]) => name).join(';');
  return Buffer.concat([
    Buffer.from(`${request.method}\n${encodePath(path)}\n${canonicalQuery(query, options.presigned === true)}\n`),
    // header bytes went through latin1 when they were read: the same way back gives the bytes of the wire
    Buffer.from(`${lines}${request.host}\n\n${names}`, 'latin1'),
  ]);
}

/** What is signed: keccak256 of the canonical request, 32 bytes. */
export function requestDigest(request: SignableRequest, options: { presigned?: boolean } = {}): Buffer {
  return keccak256(canonicalRequest(request, options));
}

export function splitTarget(target: string): { path: string; query: string } {
  const at = target.indexOf('?');
  return at < 0 ? { path: target, query: '' } : { path: target.slice(0, at), query: target.slice(at + 1) };
}

/** ASCII only: 0xA0 in a latin1-decoded value is half of a UTF-8 character (`à` is C3 A0), not a space. */
const SPACES = /[\t\n\v\f\r ]+/g;

function signedHeaders(rawHeaders: readonly string[]): [string, string][] {
  const values = new Map<string, string[]>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (!SIGNED_HEADERS.has(name)) continue;
    const value = rawHeaders[i + 1]!.replace(SPACES, ' ').replace(/^ | $/g, '');
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return [...values].map(([name, all]): [string, string] => [name, all.join(',')]).sort(byFirst);
}

/** Re-encodes a path: decoded bytes as UTF-8 (an undecodable one is U+FFFD), all but unreserved and `/` as %XX. */
export function encodePath(path: string): string {
  // most paths are written as they are signed
  if (/^[A-Za-z0-9\-_.~/]*$/.test(path)) return path;
  return percentEncode(unescapeBytes(path, false).toString('utf8'), /[A-Za-z0-9\-_.~/]/);
}

/** Parsed, sorted by key (stable), re-encoded. Pairs with `;` or a bad escape are dropped, as form parsers do. */
export function canonicalQuery(query: string, presigned = false): string {
  return parseQuery(query)
    .filter(([key]) => !(presigned && key.toString('latin1') === 'Authorization'))
    .sort(([a], [b]) => Buffer.compare(a, b))
    .map(([key, value]) => `${percentEncodeBytes(key)}=${percentEncodeBytes(value)}`)
    .join('&');
}

/** Pairs of a form-encoded query as bytes, in order. */
export function parseQuery(query: string): [Buffer, Buffer][] {
  const pairs: [Buffer, Buffer][] = [];
  for (const part of query.split('&')) {
    if (part === '' || part.includes(';') || hasBadEscape(part)) continue;
    const at = part.indexOf('=');
    const key = at < 0 ? part : part.slice(0, at);
    const value = at < 0 ? '' : part.slice(at + 1);
    pairs.push([unescapeBytes(key, true), unescapeBytes(value, true)]);
  }
  return pairs;
}

const hasBadEscape = (text: string) => /%(?![0-9A-Fa-f]{2})/.test(text);

/** Bytes of a percent-encoded text; with `form`, `+` is a space. */
export function unescapeBytes(text: string, form: boolean): Buffer {
  const plain = form ? text.replace(/\+/g, ' ') : text;
  if (!plain.includes('%')) return Buffer.from(plain, 'latin1');
  const latin1 = plain.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(latin1, 'latin1');
}

function percentEncode(text: string, kept: RegExp): string {
  let out = '';
  for (const char of text) out += kept.test(char) ? char : percentBytes(Buffer.from(char));
  return out;
}

function percentEncodeBytes(bytes: Buffer): string {
  let out = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    out += /[A-Za-z0-9\-_.~]/.test(char) ? char : percentBytes([byte]);
  }
  return out;
}

function percentBytes(bytes: Iterable<number>): string {
  let out = '';
  for (const byte of bytes) out += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return out;
}

const byFirst = (a: [string, string], b: [string, string]) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
