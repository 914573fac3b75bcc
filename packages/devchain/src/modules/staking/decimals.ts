/** Decimals of 10⁻¹⁸ that are cut instead of rounded. What rounds half to even is the same everywhere on the chain. */
import { ONE } from '../gov/decimals.ts';

export { divide, multiply, ONE } from '../gov/decimals.ts';

export const multiplyDown = (a: bigint, b: bigint): bigint => (a * b) / ONE;

export const divideDown = (a: bigint, b: bigint): bigint => (a * ONE) / b;

/** As the chain does it: up from what is left of 36 more digits. */
export function divideUp(a: bigint, b: bigint): bigint {
  const fine = (a * ONE * ONE) / b;
  return fine / ONE + (fine % ONE === 0n ? 0n : 1n);
}
