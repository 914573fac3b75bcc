/** Numbers modulo the order of bn254's scalar field, over which the curve and the hash of GNFD1-EDDSA are. */

export const FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
export const FIELD_BYTES = 32;

export function mod(value: bigint): bigint {
  const rest = value % FIELD;
  return rest < 0n ? rest + FIELD : rest;
}

/** Of a number that is not 0, by Euclid. */
export function inverse(value: bigint): bigint {
  let [a, b] = [mod(value), FIELD];
  let [x, y] = [1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b] = [b - quotient * a, a];
    [x, y] = [y - quotient * x, x];
  }
  return mod(x);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % FIELD;
    square = (square * square) % FIELD;
  }
  return result;
}

/** The field's order minus one is 2²⁸ times this odd number. */
const TWO_ADICITY = 28;
const ODD = (FIELD - 1n) >> BigInt(TWO_ADICITY);
/** 5 is no square: it generates the field's multiplicative group. This is a root of unity of order 2²⁸. */
const ROOT_OF_UNITY = power(5n, ODD);

/** Tonelli–Shanks. undefined when `value` is no square. */
export function squareRoot(value: bigint): bigint | undefined {
  if (value === 0n) return 0n;
  const half = power(value, (ODD - 1n) / 2n);
  let root = (value * half) % FIELD;
  let rest = (root * half) % FIELD;
  let [c, order] = [ROOT_OF_UNITY, TWO_ADICITY];
  while (rest !== 1n) {
    let i = 0;
    for (let square = rest; square !== 1n; square = (square * square) % FIELD) {
      i++;
      if (i === order) return undefined;
    }
    for (let k = order - i - 1; k > 0; k--) c = (c * c) % FIELD;
    root = (root * c) % FIELD;
    c = (c * c) % FIELD;
    rest = (rest * c) % FIELD;
    order = i;
  }
  return root;
}

export function bigEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

export function toBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * FIELD_BYTES, '0'), 'hex');
}
