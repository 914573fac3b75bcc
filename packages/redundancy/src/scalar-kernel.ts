import { multiply } from './galois.ts';
import type { Multiply } from './kernel.ts';
import type { Matrix } from './matrix.ts';

/** Products of a coefficient with every byte; made when they are first needed, 64 KiB in all. */
const products: Uint8Array[] = [];

function productsOf(coefficient: number): Uint8Array {
  products[coefficient] ??= Uint8Array.from({ length: 256 }, (_, value) => multiply(coefficient, value));
  return products[coefficient];
}

/** The kernel for machines without WebAssembly SIMD, and what the other one is checked against: a look-up a product. */
export function scalarKernel(rows: Matrix): Multiply {
  return (inputs, outputs, length) => {
    for (const [r, output] of outputs.entries()) {
      output.subarray(0, length).fill(0);
      for (const [c, input] of inputs.entries()) {
        if (rows[r]![c] !== 0) addProducts(productsOf(rows[r]![c]!), input, output, length);
      }
    }
  };
}

function addProducts(table: Uint8Array, input: Uint8Array, output: Uint8Array, length: number): void {
  const end = Math.min(length, input.length, output.length);
  for (let i = 0; i < end; i++) output[i] = output[i]! ^ table[input[i]!]!;
}
