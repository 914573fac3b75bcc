/** Integers in queries and headers, by the network's types (`reference/metadata-api.md` §5). */
import type { GfSpError } from '@prairie/gfsp';

export interface IntegerType {
  readonly min: bigint;
  readonly max: bigint;
  /** A sign may stand before the digits, also where `min` leaves no room for negative ones. */
  readonly isSigned: boolean;
}

export const INT32: IntegerType = { min: -(2n ** 31n), max: 2n ** 31n - 1n, isSigned: true };
export const UINT32: IntegerType = { min: 0n, max: 2n ** 32n - 1n, isSigned: false };
export const INT64: IntegerType = { min: -(2n ** 63n), max: 2n ** 63n - 1n, isSigned: true };
export const UINT64: IntegerType = { min: 0n, max: 2n ** 64n - 1n, isSigned: false };

/** Decimal, with leading zeros if one likes. Longer ones are no integers of any type, and would take long to read. */
const SIGNED = /^[+-]?\d{1,30}$/;
const UNSIGNED = /^\d{1,30}$/;

/** `name` is what the text stands behind, for the error. @throws what `refuse` makes of what was expected and what came */
export function requireInteger(
  name: string,
  text: string,
  { min, max, isSigned }: IntegerType,
  refuse: (detail: string) => GfSpError,
): bigint {
  const isDecimal = (isSigned ? SIGNED : UNSIGNED).test(text);
  const value = isDecimal ? BigInt(text.replace(/^\+/, '')) : undefined;
  if (value !== undefined && value >= min && value <= max) return value;
  const came = text === '' ? 'nothing' : JSON.stringify(text.slice(0, 40));
  throw refuse(`${name}: an integer from ${min} to ${max} is expected, got ${came}`);
}
