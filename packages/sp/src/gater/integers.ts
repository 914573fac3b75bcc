/** Integers in queries and headers, by the network's types. */
import type { GfSpError } from '@prairie/gfsp';

export interface IntegerType {
  readonly min: bigint;
  readonly max: bigint;
}

export const INT32: IntegerType = { min: -(2n ** 31n), max: 2n ** 31n - 1n };
export const UINT32: IntegerType = { min: 0n, max: 2n ** 32n - 1n };
export const INT64: IntegerType = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
export const UINT64: IntegerType = { min: 0n, max: 2n ** 64n - 1n };

/** Longer ones are no integers of any type, and would take long to read. */
const DIGITS = /^[+-]?\d{1,30}$/;

/** `name` is what the text stands behind, for the error. @throws what `refuse` makes of what was expected and what came */
export function requireInteger(
  name: string,
  text: string,
  type: IntegerType,
  refuse: (detail: string) => GfSpError,
): bigint {
  const value = DIGITS.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined;
  if (value !== undefined && value >= type.min && value <= type.max) return value;
  const came = text === '' ? 'nothing' : JSON.stringify(text.slice(0, 40));
  throw refuse(`${name}: an integer from ${type.min} to ${type.max} is expected, got ${came}`);
}
