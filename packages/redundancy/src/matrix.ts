import { inverse, multiply, power } from './galois.ts';

/** Rows of coefficients in GF(2^8). */
export type Matrix = readonly Uint8Array[];

/** Shards that one code can have: the field has no more distinct rows. */
export const MAX_SHARDS = 256;

const encodingMatrices = new Map<number, Matrix>();

/**
 * The systematic matrix of a code, `data + parity` rows of `data` coefficients: a Vandermonde matrix (row r, column c
 * is r^c) times the inverse of its top square, so the first `data` rows are the identity
 * (`reference/pieces-and-redundancy.md` §3).
 */
export function encodingMatrix(data: number, parity: number): Matrix {
  requireShards(data, parity);
  // At most 256 × 256 / 2 entries; a network uses one.
  const cacheKey = data * (MAX_SHARDS + 1) + parity;
  let matrix = encodingMatrices.get(cacheKey);
  if (!matrix) {
    const vandermonde = Array.from({ length: data + parity }, (_, row) =>
      Uint8Array.from({ length: data }, (_, column) => power(row, column)),
    );
    matrix = multiplyMatrices(vandermonde, invert(vandermonde.slice(0, data)));
    encodingMatrices.set(cacheKey, matrix);
  }
  return matrix;
}

/** Rows that make the shards `wanted` out of the shards `present` (exactly `data` of them, in this order). */
export function recoveryRows(
  data: number,
  parity: number,
  present: readonly number[],
  wanted: readonly number[],
): Matrix {
  const encoding = encodingMatrix(data, parity);
  const decoding = invert(present.map((shard) => encoding[shard]!));
  return multiplyMatrices(
    wanted.map((shard) => encoding[shard]!),
    decoding,
  );
}

function multiplyMatrices(left: Matrix, right: Matrix): Matrix {
  const columns = right[0]?.length ?? 0;
  return left.map((row) =>
    Uint8Array.from({ length: columns }, (_, column) => {
      let sum = 0;
      for (let k = 0; k < row.length; k++) sum ^= multiply(row[k]!, right[k]![column]!);
      return sum;
    }),
  );
}

/** Gauss-Jordan elimination of a square matrix. @throws when it is singular, which no choice of distinct shards is. */
function invert(matrix: Matrix): Matrix {
  const size = matrix.length;
  const rows = matrix.map((row, index) => {
    const extended = new Uint8Array(2 * size);
    extended.set(row);
    extended[size + index] = 1;
    return extended;
  });
  for (let column = 0; column < size; column++) {
    const pivot = rows.findIndex((row, index) => index >= column && row[column] !== 0);
    if (pivot < 0) throw new Error('singular matrix: the same shard was given twice');
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    scale(rows[column]!, inverse(rows[column]![column]!));
    for (let row = 0; row < size; row++) {
      if (row !== column) addScaled(rows[row]!, rows[column]!, rows[row]![column]!);
    }
  }
  return rows.map((row) => row.subarray(size));
}

function scale(row: Uint8Array, factor: number): void {
  for (let i = 0; i < row.length; i++) row[i] = multiply(row[i]!, factor);
}

function addScaled(row: Uint8Array, other: Uint8Array, factor: number): void {
  if (factor === 0) return;
  for (let i = 0; i < row.length; i++) row[i] = row[i]! ^ multiply(other[i]!, factor);
}

function requireShards(data: number, parity: number): void {
  if (!Number.isInteger(data) || !Number.isInteger(parity) || data < 1 || parity < 0 || data + parity > MAX_SHARDS) {
    throw new RangeError(`${data}+${parity} shards: expected at least 1 data shard and at most ${MAX_SHARDS} in all`);
  }
}
