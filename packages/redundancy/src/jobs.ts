import { createHash } from 'node:crypto';
import { kernel } from './kernel.ts';
import type { Matrix } from './matrix.ts';
import { type Made, type Output, openOutput } from './output.ts';
import { hashAndEncode, type PieceHashes, STEP_BYTES } from './segment-pass.ts';

/** Digests of the inputs. */
export interface Sha256Job {
  inputs: readonly Uint8Array[];
}

/** Rows of a matrix times shards, an output per row. */
export interface CodeJob extends Output {
  rows: Matrix;
  inputs: readonly Uint8Array[];
}

/** Whether the rows times the first inputs are the other inputs, one per row. */
export interface VerifyJob {
  rows: Matrix;
  inputs: readonly Uint8Array[];
}

/** The digests of a segment and of its shards, and parity shards of it. */
export interface PiecesJob extends Output {
  data: number;
  inputs: readonly [segment: Uint8Array];
  /** Data shards that are hashed, by index. */
  hashed: readonly number[];
  /** Rows of the parity shards that are made; without places for them they are only hashed. */
  rows: Matrix;
}

interface Jobs {
  sha256: Sha256Job;
  code: CodeJob;
  verify: VerifyJob;
  pieces: PiecesJob;
}

export interface JobResults {
  sha256: Uint8Array[];
  code: Made;
  verify: boolean;
  pieces: PieceHashes & Made;
}

export type JobKind = keyof Jobs;

/**
 * Work on bulk bytes that may run on another thread: `inputs` are read only, what is made goes to `into` or to memory
 * that comes with the result.
 */
export type Job<K extends JobKind = JobKind> = { [P in K]: { kind: P } & Jobs[P] }[K];

const RUNNERS: { readonly [K in JobKind]: (job: Job<K>) => JobResults[K] } = {
  sha256: ({ inputs }) => inputs.map((input) => createHash('sha256').update(input).digest()),
  code: (job) => {
    const { fresh, parts } = openOutput(job);
    kernel(job.rows)(job.inputs, parts, lengthOf(job.inputs));
    return { fresh };
  },
  verify: ({ rows, inputs }) => isSame(rows, inputs.slice(0, -rows.length), inputs.slice(-rows.length)),
  pieces: (job) => {
    const { fresh, parts } = openOutput(job);
    return { ...hashAndEncode(job, parts), fresh };
  },
};

/** Runs a job here and now. */
export function runJob<K extends JobKind>(job: Job<K>): JobResults[K] {
  return RUNNERS[job.kind](job);
}

/** Bytes that a job reads. */
export function jobBytes({ inputs }: Job): number {
  return inputs.reduce((sum, input) => sum + input.length, 0);
}

/** Of shards: the longest is a whole one. */
const lengthOf = (inputs: readonly Uint8Array[]): number => Math.max(0, ...inputs.map((input) => input.length));

function isSame(rows: Matrix, inputs: readonly Uint8Array[], expected: readonly Uint8Array[]): boolean {
  const multiply = kernel(rows);
  const length = lengthOf(inputs);
  const made = rows.map(() => Buffer.alloc(Math.min(STEP_BYTES, length)));
  for (let from = 0; from < length; from += STEP_BYTES) {
    const to = Math.min(length, from + STEP_BYTES);
    const partsOf = (shards: readonly Uint8Array[]) => shards.map((shard) => shard.subarray(from, to));
    multiply(partsOf(inputs), made, to - from);
    if (partsOf(expected).some((part, row) => !made[row]!.subarray(0, to - from).equals(part))) return false;
  }
  return true;
}
