import { encodingMatrix } from './matrix.ts';
import { partsOf, placesOf, requireRoom } from './output.ts';
import { WorkerPool } from './pool.ts';
import { ecPieceSize } from './segments.ts';
import { dataShard, requireIndexes } from './shards.ts';

export interface PieceOptions {
  /** Data shards; 1 with no parity for objects that are replicated whole. */
  data: number;
  parity: number;
  /**
   * Where the parity shards are written, each at its place: `parity` times the shard size. Shared memory that is used
   * again and again costs least, fresh pages as much as half of the hashing. It is the job's until that is done.
   */
  parityInto?: Uint8Array;
  /** Redundancy indexes of the shards that are wanted, others are neither made nor hashed. Default: all. */
  only?: readonly number[];
  /** Gives up while the job waits for a thread; one that runs is done within milliseconds. */
  signal?: AbortSignal;
}

export interface Pieces {
  /** SHA-256 of the segment. */
  checksum: Buffer;
  /** The wanted shards in the order of `only`; data shards are views of the segment where no padding is needed. */
  shards: Uint8Array[];
  /** SHA-256 of each of them. */
  checksums: Buffer[];
}

/** Makes the pieces of segments: erasure code and checksums in one pass over the bytes, in one job of the pool. */
export interface PieceMaker {
  /**
   * Nothing is copied of a segment in shared memory. Do not change it while the job or its shards are in use.
   * @throws RangeError for a code, an index or memory that does not fit, the signal's reason
   */
  makePieces(segment: Uint8Array, options: PieceOptions): Promise<Pieces>;
  /** SHA-256 of the segment, then of all shards. Those of the parity are not kept: it takes no memory. */
  makeChecksums(segment: Uint8Array, code: { data: number; parity: number; signal?: AbortSignal }): Promise<Buffer[]>;
  close(): Promise<void>;
}

export interface PieceMakerOptions {
  /** Threads to share with others; whoever made the pool closes it. Default: a pool of the maker's own. */
  pool?: WorkerPool;
}

export function createPieceMaker(options: PieceMakerOptions = {}): PieceMaker {
  const pool = options.pool ?? new WorkerPool();
  return {
    makePieces: (segment, pieceOptions) => makePieces(pool, segment, pieceOptions),
    async makeChecksums(segment, { data, parity, signal }) {
      const rows = encodingMatrix(data, parity).slice(data);
      const hashed = Array.from({ length: data }, (_, index) => index);
      const { checksum, checksums } = await pool.run(
        { kind: 'pieces', data, inputs: [segment], hashed, rows, ...NOWHERE },
        signal,
      );
      return [checksum, ...checksums].map(asBuffer);
    },
    async close() {
      if (!options.pool) await pool.close();
    },
  };
}

async function makePieces(pool: WorkerPool, segment: Uint8Array, options: PieceOptions): Promise<Pieces> {
  const { data, parity, signal } = options;
  const matrix = encodingMatrix(data, parity);
  const wanted = options.only ?? matrix.map((_, index) => index);
  requireIndexes(wanted, data + parity);
  if (new Set(wanted).size < wanted.length) throw new RangeError(`a shard is wanted twice: ${wanted.join(', ')}`);
  const hashed = wanted.filter((index) => index < data);
  const coded = wanted.filter((index) => index >= data);
  const places = placesOf(parity, ecPieceSize(segment.length, data));
  const job = {
    kind: 'pieces',
    data,
    inputs: [segment],
    hashed,
    rows: coded.map((index) => matrix[index]!),
    into: options.parityInto,
    places: coded.map((index) => places[index - data]!),
  } as const;
  requireRoom(job);
  const { checksum, checksums, fresh } = await pool.run(job, signal);
  const digests = new Map([...hashed, ...coded].map((index, at) => [index, asBuffer(checksums[at]!)]));
  const made = new Map(partsOf(job.into ?? fresh!, job.places).map((shard, at) => [coded[at]!, shard]));
  return {
    checksum: asBuffer(checksum),
    shards: wanted.map((index) => made.get(index) ?? dataShard(segment, data, index)),
    checksums: wanted.map((index) => digests.get(index)!),
  };
}

const NOWHERE = { into: undefined, places: [] };

const asBuffer = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length);
