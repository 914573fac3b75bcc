import type { CodeJob } from './jobs.ts';
import { encodingMatrix, recoveryRows } from './matrix.ts';
import { partsOf, placesOf, requireRoom } from './output.ts';
import { WorkerPool } from './pool.ts';
import { ecPieceSize } from './segments.ts';
import { dataShards, requireIndexes } from './shards.ts';

/**
 * Systematic Reed-Solomon code of one segment (`reference/pieces-and-redundancy.md` §3). Shards are equally long, and
 * their index is the redundancy index. Bytes in shared memory are read and written by threads without a copy.
 */
export interface ErasureCoder {
  /**
   * `data + parity` shards. Data shards are views of `segment` where no padding is needed: do not change it while they
   * are in use. An empty segment gives empty shards. `into` has room for `parity` shards.
   */
  encode(segment: Uint8Array, data: number, parity: number, options?: CodeOptions): Promise<Uint8Array[]>;
  /**
   * Whether the shards that are there belong together: of all `data + parity`, whether the parity is that of the data;
   * of `data` alone nothing can be said, and the answer is true. @throws when fewer are present
   */
  verify(shards: readonly Shard[], data: number, parity: number, options?: WaitOptions): Promise<boolean>;
  /**
   * All shards, the missing ones (undefined or empty) made again; with `only`, those indexes in this order. Nothing
   * else is computed. `into` has room for the shards that are made. @throws when fewer than `data` are present
   */
  reconstruct(
    shards: readonly Shard[],
    data: number,
    parity: number,
    options?: ReconstructOptions,
  ): Promise<Uint8Array[]>;
  /**
   * The segment, written to `into` when that is given.
   * @throws when fewer than `data` shards are present or their size is not that of such a segment
   */
  decode(
    shards: readonly Shard[],
    data: number,
    parity: number,
    segmentLength: number,
    options?: CodeOptions,
  ): Promise<Uint8Array>;
  close(): Promise<void>;
}

export type Shard = Uint8Array | undefined;

export interface WaitOptions {
  /** Gives up while the job waits for a thread; one that runs is done within milliseconds. */
  signal?: AbortSignal;
}

export interface CodeOptions extends WaitOptions {
  /** Where what is made is written, from the start. It belongs to the job until that is done. Default: fresh memory. */
  into?: Uint8Array;
}

export interface ReconstructOptions extends CodeOptions {
  only?: readonly number[];
}

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

  async encode(
    segment: Uint8Array,
    data: number,
    parity: number,
    { into, signal }: CodeOptions = {},
  ): Promise<Uint8Array[]> {
    const rows = encodingMatrix(data, parity).slice(data);
    const inputs = dataShards(segment, data);
    const places = placesOf(parity, ecPieceSize(segment.length, data));
    return [...inputs, ...(await this.#code({ rows, inputs, into, places }, signal))];
  }

  async verify(shards: readonly Shard[], data: number, parity: number, { signal }: WaitOptions = {}): Promise<boolean> {
    const { present, used } = inspect(shards, data, parity);
    const others = present.slice(data);
    if (others.length === 0) return true;
    const rows = recoveryRows(data, parity, used, others);
    return this.#pool.run({ kind: 'verify', rows, inputs: present.map((index) => shards[index]!) }, signal);
  }

  async reconstruct(
    shards: readonly Shard[],
    data: number,
    parity: number,
    { only = shards.map((_, index) => index), into, signal }: ReconstructOptions = {},
  ): Promise<Uint8Array[]> {
    const { used, size } = inspect(shards, data, parity);
    requireIndexes(only, shards.length);
    const missing = [...new Set(only)].filter((index) => !shards[index]?.length);
    const rows = recoveryRows(data, parity, used, missing);
    const inputs = used.map((index) => shards[index]!);
    const made = await this.#code({ rows, inputs, into, places: placesOf(missing.length, size) }, signal);
    const all = new Map(missing.map((index, at) => [index, made[at]!]));
    return only.map((index) => all.get(index) ?? shards[index]!);
  }

  async decode(
    shards: readonly Shard[],
    data: number,
    parity: number,
    segmentLength: number,
    { into, signal }: CodeOptions = {},
  ): Promise<Uint8Array> {
    if (segmentLength === 0) return into?.subarray(0, 0) ?? new Uint8Array(0);
    const { used, size } = inspect(shards, data, parity);
    const expected = ecPieceSize(segmentLength, data);
    if (size !== expected) {
      throw new RangeError(`shards of ${size} bytes: a segment of ${segmentLength} bytes has shards of ${expected}`);
    }
    // Rows of shards that are there have a single 1: the kernel copies those.
    const wanted = Array.from({ length: data }, (_, index) => index);
    const rows = recoveryRows(data, parity, used, wanted);
    const inputs = used.map((index) => shards[index]!);
    const job = { kind: 'code', rows, inputs, into, places: placesOf(data, size, segmentLength) } as const;
    requireRoom(job);
    const { fresh } = await this.#pool.run(job, signal);
    return fresh ?? into!.subarray(0, segmentLength);
  }

  async close(): Promise<void> {
    if (this.#owned) await this.#pool.close();
  }

  /** The shards that the rows make. */
  async #code(job: CodeJob, signal: AbortSignal | undefined): Promise<Uint8Array[]> {
    requireRoom(job);
    if (job.rows.length === 0) return [];
    const { fresh } = await this.#pool.run({ kind: 'code', ...job }, signal);
    return partsOf(job.into ?? fresh!, job.places);
  }
}

/** The shards that are there; `used` are the first `data` of them. */
function inspect(
  shards: readonly Shard[],
  data: number,
  parity: number,
): { present: number[]; used: number[]; size: number } {
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
  return { present, used: present.slice(0, data), size };
}
