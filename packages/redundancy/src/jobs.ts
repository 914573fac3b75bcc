import { createHash } from 'node:crypto';
import { multiplyShards } from './kernel.ts';
import type { Matrix } from './matrix.ts';

/** Work on bulk bytes that may run on another thread. Inputs are read only. */
export type Job =
  | { kind: 'multiply'; rows: Matrix; inputs: readonly Uint8Array[] }
  | { kind: 'sha256'; inputs: readonly Uint8Array[] };

/** Runs a job here and now: `multiply` gives a shard per row, `sha256` a digest per input. */
export function runJob(job: Job): Uint8Array<ArrayBuffer>[] {
  if (job.kind === 'sha256') {
    return job.inputs.map((input) => new Uint8Array(createHash('sha256').update(input).digest()));
  }
  const length = job.inputs[0]?.length ?? 0;
  const outputs = job.rows.map(() => new Uint8Array(length));
  multiplyShards(job.rows, job.inputs, outputs);
  return outputs;
}

export function jobBytes(job: Job): number {
  return job.inputs.reduce((sum, input) => sum + input.length, 0);
}
