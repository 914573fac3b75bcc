import type { PieceStore } from '@prairie/gfsp';
import { type Hasher, segmentKey } from '@prairie/redundancy';
import { uploaderErrors } from './errors.ts';
import type { Segment, SegmentReader } from './segments.ts';

export interface SegmentStoreOptions {
  objectId: bigint;
  version: bigint;
  /** Checksums of segments that are stored already: these are compared, not written. */
  stored?: readonly Uint8Array[];
  /** Segments that are there from before and are written over; a discard deletes them too. Default 0. */
  replaces?: number;
  /** Called each time a segment is durable, in their order: the next one is not taken before it has resolved. */
  onStored?: (index: number, checksum: Buffer) => Promise<void>;
}

/**
 * Hashes and stores the segments of one upload as they come: one is hashed and written while the next one is read, so
 * two are in memory. Erasure coding and sending to the secondaries while later
 * segments arrive has its place in `#store`, before the memory of the segment is released.
 */
export class SegmentStore {
  /** Of the segments that came, at their indexes. */
  readonly checksums: Buffer[] = [];
  readonly #options: SegmentStoreOptions;
  readonly #pieceStore: PieceStore;
  readonly #hasher: Hasher;
  #begun = 0;

  constructor(options: SegmentStoreOptions, dependencies: { pieceStore: PieceStore; hasher: Hasher }) {
    this.#options = options;
    this.#pieceStore = dependencies.pieceStore;
    this.#hasher = dependencies.hasher;
    this.#begun = options.stored?.length ?? options.replaces ?? 0;
  }

  /** Stores all that the reader gives. When it resolves or rejects, nothing is being written any more. */
  async storeAll(reader: SegmentReader): Promise<void> {
    let before: Promise<void> = Promise.resolve();
    try {
      for await (const segment of reader.segments()) {
        await before.catch((error: unknown) => {
          segment.release();
          throw error;
        });
        before = this.#take(segment);
        // Not an unhandled rejection: it is awaited with the next segment, or at the end.
        before.catch(() => {});
      }
    } finally {
      await before.catch(() => {});
    }
    await before;
  }

  /** Deletes whatever this upload has written or begun with. Errors are swallowed: a later upload overwrites, GC collects. */
  async discard(): Promise<void> {
    const keys = Array.from({ length: this.#begun }, (_, index) => this.#key(index));
    for (const key of keys) await this.#pieceStore.delete(key).catch(() => {});
  }

  async #take(segment: Segment): Promise<void> {
    const known = this.#options.stored?.[segment.index];
    const checksum = known ? await this.#compare(segment, known) : await this.#store(segment);
    this.checksums[segment.index] = checksum;
    if (!known) await this.#options.onStored?.(segment.index, checksum);
  }

  async #store({ index, data, release }: Segment): Promise<Buffer> {
    this.#begun = Math.max(this.#begun, index + 1);
    // Both end before the memory is given back, whatever happens to either.
    const [hashed, written] = await Promise.allSettled([
      this.#hasher.sha256(data),
      this.#pieceStore.put(this.#key(index), data),
    ]);
    release();
    if (written.status === 'rejected') throw uploaderErrors.pieceStore(...failed('put', index, written.reason));
    if (hashed.status === 'rejected') throw uploaderErrors.pieceStore(...failed('hash', index, hashed.reason));
    return hashed.value;
  }

  async #compare({ index, data, release }: Segment, known: Uint8Array): Promise<Buffer> {
    const checksum = await this.#hasher.sha256(data).finally(release);
    if (checksum.equals(known)) return checksum;
    throw uploaderErrors.integrityMismatch(
      `invalid payload data integrity hash: segment ${index} was stored with other bytes before, and was not changed`,
    );
  }

  #key(index: number): string {
    return segmentKey(this.#options.objectId, index, this.#options.version);
  }
}

function failed(verb: string, index: number, error: unknown): [string, unknown] {
  return [`failed to ${verb} segment ${index}: ${error instanceof Error ? error.message : String(error)}`, error];
}
