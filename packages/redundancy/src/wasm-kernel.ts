import { multiply } from './galois.ts';
import { KERNEL_MODULE } from './generated/kernel-module.ts';
import type { Kernel, Multiply } from './kernel.ts';
import { MAX_SHARDS, type Matrix } from './matrix.ts';

/** What `assembly/kernel.ts` exports. */
interface Exports {
  multiply(
    tables: number,
    inputs: number,
    outputs: number,
    stride: number,
    columns: number,
    rows: number,
    length: number,
  ): void;
}

const PAGE_BYTES = 65_536;
/** Products of the sixteen values of a byte's low half, then of its high half. */
const TABLE_BYTES = 32;
/** Coefficients of the greatest code, 128 rows of 128; a row more makes an odd number even. */
const TABLES_BYTES = roundUp(((MAX_SHARDS / 2) * (MAX_SHARDS / 2) + MAX_SHARDS) * TABLE_BYTES, PAGE_BYTES);
/** Blocks of all shards at a time: they stay in the second-level cache. Smaller ones cost more calls and read worse. */
const BLOCKS_BYTES = 1 << 20;
const BLOCK_BYTES = 64 << 10;
const VECTOR_BYTES = 16;

/**
 * The kernel in WebAssembly with SIMD, or undefined on machines that lack it. It works on its own memory of 1.6 MiB:
 * blocks are copied in and out, which costs 0.04 CPU seconds a GB, and shards may lie anywhere.
 */
export function wasmKernel(): Kernel | undefined {
  const bytes = Buffer.from(KERNEL_MODULE, 'base64');
  if (!WebAssembly.validate(bytes)) return undefined;
  const pages = (TABLES_BYTES + BLOCKS_BYTES) / PAGE_BYTES;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const view = Buffer.from(memory.buffer);
  return (rows) => prepare(rows, view, exports as unknown as Exports);
}

function prepare(rows: Matrix, memory: Buffer, kernel: Exports): Multiply {
  const columns = rows[0]?.length ?? 0;
  const copied = rows.map(onlyColumn);
  const coded = rows.flatMap((_, r) => (copied[r] === undefined ? [r] : []));
  const codedRows = roundUp(coded.length, 2);
  writeTables(
    memory,
    coded.map((r) => rows[r]!),
    columns,
  );
  const stride = Math.min(BLOCK_BYTES, Math.floor(BLOCKS_BYTES / (columns + codedRows) / VECTOR_BYTES) * VECTOR_BYTES);
  const blocks = TABLES_BYTES;
  const made = blocks + columns * stride;
  const multiplyBlock = (inputs: readonly Uint8Array[], outputs: readonly Uint8Array[], from: number, to: number) => {
    for (const [c, input] of inputs.entries()) copyIn(input, from, to, memory, blocks + c * stride);
    kernel.multiply(0, blocks, made, stride, columns, codedRows, roundUp(to - from, VECTOR_BYTES));
    for (const [at, r] of coded.entries()) copyOut(memory, made + at * stride, outputs[r]!, from, to);
  };
  return (inputs, outputs, length) => {
    for (const [r, column] of copied.entries()) {
      if (column !== undefined) copyShard(inputs[column]!, outputs[r]!, length);
    }
    if (coded.length === 0) return;
    for (let from = 0; from < length; from += stride) {
      multiplyBlock(inputs, outputs, from, Math.min(length, from + stride));
    }
  };
}

/** The column of a row that has a single 1, so that its product is one of the inputs. */
function onlyColumn(row: Uint8Array): number | undefined {
  const column = row.indexOf(1);
  return column >= 0 && row.every((value, index) => value === 0 || index === column) ? column : undefined;
}

/** Tables of each two rows, interleaved by column; a row without a partner gets one of zeros. */
function writeTables(memory: Buffer, rows: Matrix, columns: number): void {
  let offset = 0;
  for (let r = 0; r < rows.length; r += 2) {
    for (let c = 0; c < columns; c++) {
      memory.set(halvesOf(rows[r]![c]!), offset);
      memory.set(halvesOf(rows[r + 1]?.[c] ?? 0), offset + TABLE_BYTES);
      offset += 2 * TABLE_BYTES;
    }
  }
}

/** Tables of coefficients, made when they are first needed; 8 KiB in all. */
const halves: Uint8Array[] = [];

function halvesOf(coefficient: number): Uint8Array {
  halves[coefficient] ??= Uint8Array.from({ length: TABLE_BYTES }, (_, i) =>
    multiply(coefficient, i < 16 ? i : (i - 16) << 4),
  );
  return halves[coefficient];
}

// Buffer's copy is called for what may be plain arrays: it is twice as fast as set() where memory is shared.
const { copy } = Buffer.prototype;

function copyIn(input: Uint8Array, from: number, to: number, memory: Buffer, at: number): void {
  const end = Math.min(to, input.length);
  if (from < end) copy.call(input, memory, at, from, end);
  if (end < to) memory.fill(0, at + Math.max(0, end - from), at + to - from);
}

function copyOut(memory: Buffer, at: number, output: Uint8Array, from: number, to: number): void {
  const end = Math.min(to, output.length);
  if (from < end) copy.call(memory, output, from, at, at + end - from);
}

function copyShard(input: Uint8Array, output: Uint8Array, length: number): void {
  const end = Math.min(length, output.length);
  const copied = copy.call(input, output, 0, 0, Math.min(end, input.length));
  if (copied < end) output.fill(0, copied, end);
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
