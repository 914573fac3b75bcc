import { createHash, type Hash } from 'node:crypto';
import type { PiecesJob } from './jobs.ts';
import { kernel } from './kernel.ts';
import { ecPieceSize } from './segments.ts';

/** Digests of 32 bytes. */
export interface PieceHashes {
  /** Of the segment. */
  checksum: Uint8Array;
  /** Of the data shards that were to be hashed, then of the parity shards. */
  checksums: Uint8Array[];
}

/** Bytes of a shard per step: what is multiplied is hashed or compared while it is in the second-level cache. */
export const STEP_BYTES = 64 << 10;
const ZEROS = new Uint8Array(STEP_BYTES);

/**
 * Hashes a segment and its shards and makes parity shards, reading it almost once: each stripe is hashed and multiplied
 * while it is in the cache. The hash of the segment is on its way the hash of the first shard, so that one is free;
 * only the rest of the segment is read again, as its hash needs the bytes in order. Without outputs the parity shards
 * are hashed and forgotten.
 */
export function hashAndEncode(
  { data, inputs: [segment], hashed, rows }: Pick<PiecesJob, 'data' | 'inputs' | 'hashed' | 'rows'>,
  outputs: readonly Uint8Array[],
): PieceHashes {
  const size = ecPieceSize(segment.length, data);
  const shards = Array.from({ length: data }, (_, index) => segment.subarray(index * size, (index + 1) * size));
  const whole = createHash('sha256');
  const ofData = new Map(hashed.filter((index) => index > 0).map((index) => [index, createHash('sha256')]));
  const ofParity = rows.map(() => createHash('sha256'));
  const scratch = outputs.length > 0 ? undefined : rows.map(() => new Uint8Array(Math.min(STEP_BYTES, size)));
  const multiply = kernel(rows);
  for (let from = 0; from < size; from += STEP_BYTES) {
    const to = Math.min(size, from + STEP_BYTES);
    const parts = shards.map((shard) => shard.subarray(from, to));
    const made =
      scratch?.map((row) => row.subarray(0, to - from)) ?? outputs.map((output) => output.subarray(from, to));
    whole.update(parts[0]!);
    for (const [index, hash] of ofData) updatePadded(hash, parts[index]!, to - from);
    multiply(parts, made, to - from);
    for (const [row, hash] of ofParity.entries()) hash.update(made[row]!);
  }
  const first = hashed.includes(0) ? whole.copy() : undefined;
  const digestOf = (index: number): Uint8Array => (index === 0 ? first! : ofData.get(index)!).digest();
  return {
    checksum: whole.update(segment.subarray(size)).digest(),
    checksums: [...hashed.map(digestOf), ...ofParity.map((hash) => hash.digest())],
  };
}

/** The last shards of a segment are padded with zeros to the length of the others. */
function updatePadded(hash: Hash, part: Uint8Array, length: number): void {
  hash.update(part);
  if (part.length < length) hash.update(ZEROS.subarray(part.length, length));
}
