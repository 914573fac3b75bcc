import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { multiply } from './galois.ts';
import { scalarKernel } from './scalar-kernel.ts';
import { wasmKernel } from './wasm-kernel.ts';

const simd = wasmKernel();

test('this machine has the SIMD kernel', () => {
  assert.ok(simd);
});

/** Bytes at some address of a larger buffer, as segments and pieces lie. */
const bytes = (length: number, shift: number, seed: number): Uint8Array => {
  const memory = new Uint8Array(shift % 2 ? new SharedArrayBuffer(length + shift) : new ArrayBuffer(length + shift));
  for (let i = 0, value = seed; i < memory.length; i++) {
    value = (Math.imul(value, 1_103_515_245) + 12_345) >>> 0;
    memory[i] = value >>> 16;
  }
  return memory.subarray(shift);
};

const coefficients = (rows: number, columns: number) =>
  fc.array(fc.uint8Array({ minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });

/** Matrices with rows that are copies and rows that are not; shards that end early. */
const products = fc
  .record({ rows: fc.integer({ min: 0, max: 7 }), columns: fc.integer({ min: 1, max: 9 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      matrix: fc.oneof(
        coefficients(rows, columns),
        fc.constant(Array.from({ length: rows }, (_, r) => Uint8Array.from({ length: columns }, (_, c) => +(r === c)))),
      ),
      length: fc.oneof(fc.nat(200), fc.nat(80_000)),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
      missing: fc.array(fc.nat(300), { minLength: rows + columns, maxLength: rows + columns }),
      shift: fc.nat(17),
      seed: fc.nat(),
    }),
  )
  .map(({ matrix, length, part, missing, shift, seed }) => {
    const columns = missing.length - matrix.length;
    // most shards are whole
    const shards = missing.map((short, index) =>
      bytes(short % 3 ? length : Math.max(0, length - short), (shift + index) % 18, seed + index),
    );
    return {
      matrix,
      length: Math.floor(part * length),
      inputs: shards.slice(0, columns),
      outputs: shards.slice(columns),
    };
  });

test('SIMD gives what look-ups give, up to the length and nowhere else', () => {
  fc.assert(
    fc.property(products, ({ matrix, length, inputs, outputs }) => {
      const expected = outputs.map((output) => Buffer.from(output));
      scalarKernel(matrix)(inputs, expected, length);
      simd!(matrix)(inputs, outputs, length);
      for (const [r, output] of outputs.entries()) assert.ok(expected[r]!.equals(output), `row ${r}`);
    }),
    { numRuns: 150 },
  );
});

test('look-ups give sums of products', () => {
  fc.assert(
    fc.property(products, ({ matrix, length, inputs, outputs }) => {
      const before = outputs.map((output) => Buffer.from(output));
      scalarKernel(matrix)(inputs, outputs, length);
      for (const [r, output] of outputs.entries()) {
        for (let i = 0; i < output.length; i += 1 + (i % 7)) {
          const sum = inputs.reduce((total, input, c) => total ^ multiply(matrix[r]![c]!, input[i] ?? 0), 0);
          assert.equal(output[i], i < length ? sum : before[r]![i], `byte ${i} of row ${r}`);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('the greatest codes fit into the memory of the kernel', () => {
  for (const [rows, columns] of [
    [128, 128],
    [127, 129],
    [129, 127],
    [1, 255],
    [255, 1],
  ] as const) {
    const matrix = Array.from({ length: rows }, (_, r) => bytes(columns, 0, r + 1));
    const inputs = Array.from({ length: columns }, (_, c) => bytes(9000, 0, c));
    const [made, expected] = [0, 1].map(() => Array.from({ length: rows }, () => new Uint8Array(9000)));
    simd!(matrix)(inputs, made!, 9000);
    scalarKernel(matrix.slice(-1))(inputs, expected!.slice(-1), 9000);
    assert.ok(Buffer.from(made!.at(-1)!).equals(expected!.at(-1)!), `${rows} rows of ${columns}`);
  }
});
