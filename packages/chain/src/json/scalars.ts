/** Text forms of single values in proto JSON: decimals, times, durations, base64. */
import { asBuffer } from '../hash.ts';

const ONE = 10n ** 18n;

/** Atomics of 10⁻¹⁸ as text with all 18 digits. */
export function decimalText(atomics: bigint): string {
  const sign = atomics < 0n ? '-' : '';
  const value = atomics < 0n ? -atomics : atomics;
  return `${sign}${value / ONE}.${(value % ONE).toString().padStart(18, '0')}`;
}

/** @throws Error when the text is not a number with at most 18 digits after the point. */
export function parseDecimal(text: string): bigint {
  const match = /^(-?)(\d{1,60})(?:\.(\d{1,18}))?$/.exec(text);
  if (!match) throw new Error(`not a decimal: ${JSON.stringify(text.slice(0, 80))}`);
  const value = BigInt(match[2]!) * ONE + BigInt((match[3] ?? '').padEnd(18, '0'));
  return match[1] ? -value : value;
}

export interface Seconds {
  seconds: bigint;
  nanos: number;
}

/** Fraction with 0, 3, 6 or 9 digits, the fewest that lose nothing. */
function fraction(nanos: number): string {
  if (nanos === 0) return '';
  const digits = String(nanos).padStart(9, '0');
  if (nanos % 1_000_000 === 0) return `.${digits.slice(0, 3)}`;
  if (nanos % 1000 === 0) return `.${digits.slice(0, 6)}`;
  return `.${digits}`;
}

/** RFC 3339 in UTC, for years 1 to 9999. */
export function timestampText({ seconds, nanos }: Seconds): string {
  const whole = new Date(Number(seconds) * 1000).toISOString();
  return `${whole.slice(0, 19)}${fraction(nanos)}Z`;
}

/** @throws Error when the text is not RFC 3339. Digits beyond nanoseconds are cut. */
export function parseTimestamp(text: string): Seconds {
  const match = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/.exec(text);
  const millis = match ? Date.parse(`${match[1]!.toUpperCase()}${match[3]!.toUpperCase()}`) : Number.NaN;
  if (Number.isNaN(millis)) throw new Error(`not an RFC 3339 time: ${JSON.stringify(text.slice(0, 80))}`);
  return { seconds: BigInt(millis / 1000), nanos: Number((match![2] ?? '').slice(0, 9).padEnd(9, '0')) };
}

/** `3600s`, `0.500s`. */
export function durationText({ seconds, nanos }: Seconds): string {
  const negative = seconds < 0n || nanos < 0;
  const whole = seconds < 0n ? -seconds : seconds;
  return `${negative ? '-' : ''}${whole}${fraction(Math.abs(nanos))}s`;
}

export function parseDuration(text: string): Seconds {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,9}))?s$/.exec(text);
  if (!match) throw new Error(`not a duration: ${JSON.stringify(text.slice(0, 80))}, expected for example "3600s"`);
  const sign = match[1] ? -1 : 1;
  const nanos = Number((match[3] ?? '').padEnd(9, '0'));
  return { seconds: BigInt(match[2]!) * BigInt(sign), nanos: nanos === 0 ? 0 : nanos * sign };
}

export function base64(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('base64');
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** @throws Error when the text is not standard base64 with padding. */
export function parseBase64(text: string): Uint8Array {
  if (!BASE64.test(text)) throw new Error(`not base64: ${JSON.stringify(text.slice(0, 80))}`);
  return new Uint8Array(Buffer.from(text, 'base64'));
}
