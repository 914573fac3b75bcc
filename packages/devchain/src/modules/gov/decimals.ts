/** Arithmetic of decimals of 10⁻¹⁸, rounded half to even after each operation as the chain's are. */

export const ONE = 10n ** 18n;

/** Divides and rounds half to even. `divisor` is positive, `value` not negative. */
export function divideRounded(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  const twice = (value % divisor) * 2n;
  if (twice > divisor || (twice === divisor && quotient % 2n === 1n)) return quotient + 1n;
  return quotient;
}

export const multiply = (a: bigint, b: bigint): bigint => divideRounded(a * b, ONE);

/** The chain cuts after 36 more digits before it rounds. */
export const divide = (a: bigint, b: bigint): bigint => divideRounded((a * ONE * ONE) / b, ONE);
