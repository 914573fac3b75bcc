import { integrityHash } from './integrity.ts';
import { createPieceMaker, type PieceMaker } from './piece-maker.ts';
import type { WorkerPool } from './pool.ts';

export interface ObjectChecksumsOptions {
  /** Bytes of a full segment. */
  segmentSize: number;
  data: number;
  parity: number;
}

/**
 * The 1 + data + parity checksums of an object, of a payload that comes in chunks of any size: [0] the integrity hash
 * of the segments, [1 + i] that of redundancy index i (`reference/pieces-and-redundancy.md` §5). It holds one segment.
 */
export class ObjectChecksums {
  readonly #options: ObjectChecksumsOptions;
  readonly #pieceMaker: PieceMaker;
  readonly #lists: Buffer[][];
  #segment: Uint8Array = new Uint8Array(0);
  #filled = 0;
  #size = 0n;

  constructor(options: ObjectChecksumsOptions, dependencies: { pieceMaker: PieceMaker }) {
    this.#options = options;
    this.#pieceMaker = dependencies.pieceMaker;
    this.#lists = Array.from({ length: 1 + options.data + options.parity }, () => []);
  }

  /** Bytes taken so far. */
  get size(): bigint {
    return this.#size;
  }

  /** Takes the next bytes. Await it before the next call: that is the back-pressure. */
  async update(chunk: Uint8Array): Promise<void> {
    const { segmentSize } = this.#options;
    this.#size += BigInt(chunk.length);
    for (let offset = 0; offset < chunk.length; ) {
      const rest = chunk.length - offset;
      if (this.#filled === 0 && rest >= segmentSize) {
        await this.#addSegment(chunk.subarray(offset, offset + segmentSize));
        offset += segmentSize;
        continue;
      }
      const size = Math.min(rest, segmentSize - this.#filled);
      this.#append(chunk.subarray(offset, offset + size));
      offset += size;
      if (this.#filled === segmentSize) await this.#flush();
    }
  }

  /** The checksums of what was taken. */
  async finish(): Promise<Buffer[]> {
    if (this.#filled > 0) await this.#flush();
    return this.#lists.map((list) => integrityHash(list));
  }

  /** Grows the buffer with what comes: a small payload does not pay for a whole segment. */
  #append(bytes: Uint8Array): void {
    const needed = this.#filled + bytes.length;
    if (needed > this.#segment.length) {
      const size = Math.min(this.#options.segmentSize, Math.max(needed, 2 * this.#segment.length));
      // Shared memory, so that threads read the segment without another copy.
      const larger = new Uint8Array(new SharedArrayBuffer(size));
      larger.set(this.#segment.subarray(0, this.#filled));
      this.#segment = larger;
    }
    this.#segment.set(bytes, this.#filled);
    this.#filled = needed;
  }

  async #flush(): Promise<void> {
    const segment = this.#segment.subarray(0, this.#filled);
    this.#filled = 0;
    await this.#addSegment(segment);
  }

  async #addSegment(segment: Uint8Array): Promise<void> {
    const checksums = await this.#pieceMaker.makeChecksums(segment, this.#options);
    for (const [index, checksum] of checksums.entries()) this.#lists[index]!.push(checksum);
  }
}

/** The checksums of a whole payload, in memory or as a stream, with threads for as long as it takes. */
export async function objectChecksums(
  payload: Uint8Array | AsyncIterable<Uint8Array>,
  options: ObjectChecksumsOptions & { pool?: WorkerPool },
): Promise<Buffer[]> {
  const pieceMaker = createPieceMaker(options);
  const checksums = new ObjectChecksums(options, { pieceMaker });
  try {
    if (payload instanceof Uint8Array) await checksums.update(payload);
    else for await (const chunk of payload) await checksums.update(chunk);
    return await checksums.finish();
  } finally {
    await pieceMaker.close();
  }
}
