import type { Matrix } from './matrix.ts';
import { scalarKernel } from './scalar-kernel.ts';
import { wasmKernel } from './wasm-kernel.ts';

/**
 * The first `length` bytes of `outputs[r] = sum over c of rows[r][c] · inputs[c]`. Inputs that are shorter count as
 * padded with zeros, outputs that are shorter get what they have room for.
 */
export type Multiply = (inputs: readonly Uint8Array[], outputs: readonly Uint8Array[], length: number) => void;

/** The inner loop of the erasure code: prepares a matrix. What it gives is used before the next matrix is prepared. */
export type Kernel = (rows: Matrix) => Multiply;

let chosen: Kernel | undefined;

/** The fastest kernel of this machine, one for a thread. */
export const kernel: Kernel = (rows) => {
  chosen ??= wasmKernel() ?? scalarKernel;
  return chosen(rows);
};
