import { encodingMatrix, recoveryRows } from './matrix.ts';
import { WorkerPool } from './pool.ts';
import { ecPieceSize } from './segments.ts';

/** Systematic Reed-Solomon code of one segment (`reference/pieces-and-redundancy.md` §3). */
export interface ErasureCoder {
  /**
   * `data + parity` equally long shards, index = redundancy index. Data shards are views of `segment` where no padding
   * is needed: do not change it while they are in use. An empty segment gives empty shards.
   */
  encode(segment: Uint8Array, data: number, parity: number): Promise<Uint8Array[]>;
  /** All shards, the missing ones (undefined or empty) made again. @throws when fewer than `data` are present. */
  reconstruct(shards: readonly Shard[], data: number, parity: number): Promise<Uint8Array[]>;
  /** The segment. @throws when fewer than `data` shards are present or their size is not that of such a segment. */
  decode(shards: readonly Shard[], data: number, parity: number, segmentLength: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export type Shard = Uint8Array | undefined;

export interface ErasureCoderOptions {
  /** Threads to share with others; whoever made the pool closes it. Default: a pool of the coder's own. */
  pool?: WorkerPool;
}

export class NotEnoughShardsError extends Error {
  override readonly name = 'NotEnoughShardsError';
  constructor(present: number, needed: number) {
    super(`${present} shards are present, ${needed} are needed to reconstruct: fetch more`);
  }
}

export function createErasureCoder(options: ErasureCoderOptions = {}): ErasureCoder {
  return new PoolErasureCoder(options);
}

class PoolErasureCoder implements ErasureCoder {
  readonly #pool: WorkerPool;
  readonly #owned: boolean;

  constructor(options: ErasureCoderOptions) {
    this.#owned = !options.pool;
    this.#pool = options.pool ?? new WorkerPool();
  }

  async encode(segment: Uint8Array, data: number, parity: number): Promise<Uint8Array[]> {
    const rows = encodingMatrix(data, parity).slice(data);
    const shards = splitShards(segment, data);
    if (segment.length === 0) return [...shards, ...rows.map(() => new Uint8Array(0))];
    if (parity === 0) return shards;
    return [...shards, ...(await this.#pool.run({ kind: 'multiply', rows, inputs: shards }))];
  }

  async reconstruct(shards: readonly Shard[], data: number, parity: number): Promise<Uint8Array[]> {
    const all = shards.map((_, index) => index);
    const { made } = await this.#make(shards, data, parity, all);
    return all.map((index) => made.get(index) ?? shards[index]!);
  }

  async decode(shards: readonly Shard[], data: number, parity: number, segmentLength: number): Promise<Uint8Array> {
    if (segmentLength === 0) return new Uint8Array(0);
    const wanted = Array.from({ length: data }, (_, index) => index);
    const { made, size } = await this.#make(shards, data, parity, wanted);
    const expected = ecPieceSize(segmentLength, data);
    if (size !== expected) {
      throw new RangeError(`shards of ${size} bytes: a segment of ${segmentLength} bytes has shards of ${expected}`);
    }
    const segment = new Uint8Array(segmentLength);
    for (const index of wanted) {
      const shard = made.get(index) ?? shards[index]!;
      const start = index * size;
      if (start < segmentLength) segment.set(shard.subarray(0, Math.min(size, segmentLength - start)), start);
    }
    return segment;
  }

  async close(): Promise<void> {
    if (this.#owned) await this.#pool.close();
  }

  /** Computes those of the `wanted` shards that are missing. */
  async #make(
    shards: readonly Shard[],
    data: number,
    parity: number,
    wanted: readonly number[],
  ): Promise<{ made: Map<number, Uint8Array>; size: number }> {
    const { present, size } = inspect(shards, data, parity);
    const missing = wanted.filter((index) => !shards[index]?.length);
    if (missing.length === 0) return { made: new Map(), size };
    const rows = recoveryRows(data, parity, present, missing);
    const inputs = present.map((index) => shards[index]!);
    const outputs = await this.#pool.run({ kind: 'multiply', rows, inputs });
    return { made: new Map(missing.map((index, i) => [index, outputs[i]!])), size };
  }
}

/** The data shards of a segment: views, except those that need padding. */
function splitShards(segment: Uint8Array, data: number): Uint8Array[] {
  const size = ecPieceSize(segment.length, data);
  return Array.from({ length: data }, (_, index) => {
    const view = segment.subarray(index * size, (index + 1) * size);
    if (view.length === size) return view;
    const padded = new Uint8Array(size);
    padded.set(view);
    return padded;
  });
}

/** The first `data` shards that are there, and their size. */
function inspect(shards: readonly Shard[], data: number, parity: number): { present: number[]; size: number } {
  if (shards.length !== data + parity) {
    throw new RangeError(
      `${shards.length} shards: a ${data}+${parity} code has ${data + parity}, missing ones undefined`,
    );
  }
  const present = shards.flatMap((shard, index) => (shard?.length ? [index] : []));
  if (present.length < data) throw new NotEnoughShardsError(present.length, data);
  const size = shards[present[0]!]!.length;
  const odd = present.find((index) => shards[index]!.length !== size);
  if (odd !== undefined) {
    throw new RangeError(
      `shard ${odd} has ${shards[odd]!.length} bytes, shard ${present[0]} has ${size}: expected equal`,
    );
  }
  return { present: present.slice(0, data), size };
}
