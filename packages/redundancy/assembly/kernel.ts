/**
 * The inner loop of the erasure code in AssemblyScript: rows of a matrix times shards, sixteen bytes at a time.
 *
 * A product with a coefficient is the sum of those of the byte's two halves, and a half has sixteen products: two
 * look-ups in tables that are one vector each. Four inputs and two outputs are in registers together. The relaxed
 * look-up is one instruction; machines differ only where an index is above 15, and halves never are.
 */

/** Bytes of a coefficient's tables: products of the low halves, products of the high halves. */
const COEFFICIENT = 32;

/**
 * `outputs[r] = sum over c of rows[r][c] * inputs[c]`. Tables are those of two rows, interleaved: first the
 * coefficients of column 0 in both, and so on. Inputs and outputs begin `stride` bytes after one another, and `length`
 * is a multiple of 16. `rows` is even.
 */
export function multiply(
  tables: usize,
  inputs: usize,
  outputs: usize,
  stride: usize,
  columns: u32,
  rows: u32,
  length: usize,
): void {
  for (let row: u32 = 0; row < rows; row += 2) {
    let column: u32 = 0;
    let input = inputs;
    for (; column + 4 <= columns; column += 4) {
      fourInputs(tables, input, outputs, stride, length, column === 0);
      tables += 8 * COEFFICIENT;
      input += 4 * stride;
    }
    for (; column < columns; column++) {
      oneInput(tables, input, outputs, stride, length, column === 0);
      tables += 2 * COEFFICIENT;
      input += stride;
    }
    outputs += 2 * stride;
  }
}

function product(tables: usize, low: v128, high: v128): v128 {
  return v128.xor(i8x16.relaxed_swizzle(v128.load(tables), low), i8x16.relaxed_swizzle(v128.load(tables, 16), high));
}

function fourInputs(tables: usize, input: usize, output: usize, stride: usize, length: usize, first: bool): void {
  const nibble = i8x16.splat(15);
  for (const end = input + length; input < end; input += 16) {
    let sum0 = first ? i8x16.splat(0) : v128.load(output);
    let sum1 = first ? i8x16.splat(0) : v128.load(output + stride);
    let vector = v128.load(input);
    let low = v128.and(vector, nibble);
    let high = v128.and(i16x8.shr_u(vector, 4), nibble);
    sum0 = v128.xor(sum0, product(tables, low, high));
    sum1 = v128.xor(sum1, product(tables + 32, low, high));
    vector = v128.load(input + stride);
    low = v128.and(vector, nibble);
    high = v128.and(i16x8.shr_u(vector, 4), nibble);
    sum0 = v128.xor(sum0, product(tables + 64, low, high));
    sum1 = v128.xor(sum1, product(tables + 96, low, high));
    vector = v128.load(input + 2 * stride);
    low = v128.and(vector, nibble);
    high = v128.and(i16x8.shr_u(vector, 4), nibble);
    sum0 = v128.xor(sum0, product(tables + 128, low, high));
    sum1 = v128.xor(sum1, product(tables + 160, low, high));
    vector = v128.load(input + 3 * stride);
    low = v128.and(vector, nibble);
    high = v128.and(i16x8.shr_u(vector, 4), nibble);
    sum0 = v128.xor(sum0, product(tables + 192, low, high));
    sum1 = v128.xor(sum1, product(tables + 224, low, high));
    v128.store(output, sum0);
    v128.store(output + stride, sum1);
    output += 16;
  }
}

function oneInput(tables: usize, input: usize, output: usize, stride: usize, length: usize, first: bool): void {
  const nibble = i8x16.splat(15);
  for (const end = input + length; input < end; input += 16) {
    const vector = v128.load(input);
    const low = v128.and(vector, nibble);
    const high = v128.and(i16x8.shr_u(vector, 4), nibble);
    let sum0 = product(tables, low, high);
    let sum1 = product(tables + 32, low, high);
    if (!first) {
      sum0 = v128.xor(sum0, v128.load(output));
      sum1 = v128.xor(sum1, v128.load(output + stride));
    }
    v128.store(output, sum0);
    v128.store(output + stride, sum1);
    output += 16;
  }
}
