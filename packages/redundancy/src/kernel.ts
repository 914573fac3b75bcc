import { multiply } from './galois.ts';
import type { Matrix } from './matrix.ts';

/**
 * The inner loop of the erasure code: a matrix times shards. Long shards are read two bytes at a time, and one look-up
 * of those 16 bits gives their products with the coefficients of two rows at once: 8 look-ups for 16 bytes of a 4+2
 * segment. Four tables of 256 KiB are in use at a time and stay in the second-level cache. Words are little-endian,
 * like every machine that Node runs on.
 */

/** Inputs that one pass takes together. */
const LANES = 4;
const TABLE_WORDS = 1 << 16;
/** Shards shorter than this do not pay for building the tables. */
const TABLES_PAY_FROM = 16_384;

/**
 * `outputs[r] += sum over c of rows[r][c] · inputs[c]`. Outputs start at even addresses.
 * @throws RangeError unless all inputs and outputs are equally long.
 */
export function multiplyShards(rows: Matrix, inputs: readonly Uint8Array[], outputs: readonly Uint8Array[]): void {
  const length = outputs[0]?.length ?? 0;
  if ([...inputs, ...outputs].some((shard) => shard.length !== length)) {
    throw new RangeError(`shards of unequal length: expected all to have ${length} bytes`);
  }
  const byWords = length < TABLES_PAY_FROM ? 0 : length - (length % 2);
  if (byWords > 0) multiplyWords(rows, inputs, outputs, byWords);
  multiplyBytes(rows, inputs, outputs, byWords);
}

function multiplyBytes(
  rows: Matrix,
  inputs: readonly Uint8Array[],
  outputs: readonly Uint8Array[],
  from: number,
): void {
  const products = new Uint8Array(256);
  for (const [r, output] of outputs.entries()) {
    for (const [c, input] of inputs.entries()) {
      for (let value = 0; value < 256; value++) products[value] = multiply(rows[r]![c]!, value);
      for (let i = from; i < output.length; i++) output[i] = output[i]! ^ products[input[i]!]!;
    }
  }
}

function multiplyWords(
  rows: Matrix,
  inputs: readonly Uint8Array[],
  outputs: readonly Uint8Array[],
  length: number,
): void {
  const tables = Array.from({ length: LANES }, () => new Uint32Array(TABLE_WORDS));
  const words = inputs.map((input) => asWords(input, length));
  for (let r = 0; r < outputs.length; r += 2) {
    const low = asWords(outputs[r]!, length);
    // The last of an odd number of rows is its own partner: its high halves are zero.
    const high = outputs[r + 1] ? asWords(outputs[r + 1]!, length) : low;
    for (let c = 0; c < inputs.length; c += LANES) {
      for (const [lane, table] of tables.entries()) {
        fillTable(table, rows[r]![c + lane] ?? 0, rows[r + 1]?.[c + lane] ?? 0);
      }
      const lane = (index: number): Uint16Array => words[c + index] ?? words[c]!;
      addProducts(tables, [lane(0), lane(1), lane(2), lane(3)], low, high);
    }
  }
}

/** Sixteen-bit view of the first `length` bytes; of a copy where the bytes start at an odd address. */
function asWords(bytes: Uint8Array, length: number): Uint16Array {
  // not slice(): that of a Buffer is a view at the same odd address
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, length / 2);
}

/** For each two bytes: their products with `first` in the low half, with `second` in the high half. */
function fillTable(table: Uint32Array, first: number, second: number): void {
  for (let value = 0; value < 256; value++) table[value] = multiply(first, value) | (multiply(second, value) << 16);
  for (let high = 255; high >= 0; high--) {
    const product = table[high]! << 8;
    const row = high << 8;
    for (let low = 0; low < 256; low++) table[row + low] = table[low]! ^ product;
  }
}

function addProducts(
  tables: readonly Uint32Array[],
  inputs: readonly [Uint16Array, Uint16Array, Uint16Array, Uint16Array],
  low: Uint16Array,
  high: Uint16Array,
): void {
  const [a, b, c, d] = inputs;
  const ta = tables[0]!;
  const tb = tables[1]!;
  const tc = tables[2]!;
  const td = tables[3]!;
  for (let i = 0; i < low.length; i++) {
    const sum = ta[a[i]!]! ^ tb[b[i]!]! ^ tc[c[i]!]! ^ td[d[i]!]!;
    low[i] = low[i]! ^ sum;
    high[i] = high[i]! ^ (sum >>> 16);
  }
}
