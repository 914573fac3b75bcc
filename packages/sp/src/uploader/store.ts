import { GfSpError, type PieceStore, type SpDbTables } from '@prairie/gfsp';
import { type PieceMaker, segmentKey } from '@prairie/redundancy';
import { afterAll } from '../common/after-all.ts';
import type { StoredObject } from '../common/pieces.ts';
import { keepChecksums } from '../replication/agent.ts';
import type { Outgoing } from '../replication/outgoing.ts';
import { makePieces, parityBytes } from '../replication/pieces.ts';
import { uploaderErrors } from './errors.ts';
import type { Segment, SegmentReader } from './segments.ts';

export interface SegmentStoreOptions extends StoredObject {
  /** Checksums of segments that are stored already: these are compared, not written. */
  stored?: readonly Uint8Array[];
  /** Segments that are there from before and are written over; a discard deletes them too. Default 0. */
  replaces?: number;
  /** Called each time a segment is durable, in their order: the next one is not taken before it has resolved. */
  onStored?: (index: number, checksum: Buffer) => Promise<void>;
  /** Where the pieces go at once. */
  outgoing?: Outgoing;
  /** The segment may be what the chain expects, as far as is known. Default: it may. */
  mayBeRight?: (checksum: Buffer) => boolean;
  /** Nobody else has computed the checksums of the pieces: they are kept. */
  isAgentUpload?: boolean;
}

export interface SegmentStoreDependencies {
  pieceStore: PieceStore;
  pieceMaker: PieceMaker;
  spdb: SpDbTables;
  signal: AbortSignal;
}

/**
 * Hashes, stores, encodes and sends the segments of one upload as they come, all of it while the next ones are read. A
 * segment is in memory until its piece is written here and sent to all secondaries.
 */
export class SegmentStore {
  /** Of the segments that came, at their indexes. */
  readonly checksums: Buffer[] = [];
  readonly #options: SegmentStoreOptions;
  readonly #dependencies: SegmentStoreDependencies;
  #begun = 0;

  constructor(options: SegmentStoreOptions, dependencies: SegmentStoreDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#begun = options.stored?.length ?? options.replaces ?? 0;
  }

  /** Room that it takes beside a segment of so many bytes. */
  parityBytes(length: number): number {
    return this.#options.outgoing ? parityBytes(this.#options, length) : 0;
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
    for (const key of keys) await this.#dependencies.pieceStore.delete(key).catch(() => {});
  }

  async #take(segment: Segment): Promise<void> {
    const known = this.#options.stored?.[segment.index];
    const checksum = known ? await this.#compare(segment, known) : await this.#store(segment);
    this.checksums[segment.index] = checksum;
    if (!known) await this.#options.onStored?.(segment.index, checksum);
  }

  async #store(segment: Segment): Promise<Buffer> {
    const { index, data } = segment;
    this.#begun = Math.max(this.#begun, index + 1);
    const release = afterAll(2, segment.release);
    // Both end before the memory is given back, whatever happens to either.
    const [hashed, written] = await Promise.allSettled([
      this.#send(segment, release),
      this.#dependencies.pieceStore.put(this.#key(index), data).finally(release),
    ]);
    if (written.status === 'rejected') throw uploaderErrors.pieceStore(...failed('put', index, written.reason));
    if (hashed.status === 'fulfilled') return hashed.value;
    throw uploaderErrors.pieceStore(...failed('hash', index, hashed.reason));
  }

  /** Its checksum, once there is room for the next segment's pieces. */
  async #send(segment: Segment, release: () => void): Promise<Buffer> {
    const { outgoing, isAgentUpload, object_info, mayBeRight } = this.#options;
    let isHandedOver = false;
    try {
      const wanting = outgoing?.wanting(segment.index) ?? [];
      const { checksum, pieces } = await makePieces(this.#options, segment, wanting, this.#dependencies);
      if (!outgoing || (mayBeRight && !mayBeRight(checksum))) return checksum;
      if (isAgentUpload) await keepChecksums(this.#dependencies.spdb, object_info, pieces);
      isHandedOver = true;
      await outgoing.offer(pieces, release);
      return checksum;
    } finally {
      if (!isHandedOver) release();
    }
  }

  async #compare(segment: Segment, known: Uint8Array): Promise<Buffer> {
    const { checksum } = await makePieces(this.#options, segment, [], this.#dependencies).finally(segment.release);
    if (checksum.equals(known)) return checksum;
    throw uploaderErrors.integrityMismatch(
      `invalid payload data integrity hash: segment ${segment.index} was stored with other bytes before, and was not changed`,
    );
  }

  #key(index: number): string {
    const { id, version } = this.#options.object_info;
    return segmentKey(id, index, version);
  }
}

function failed(verb: string, index: number, error: unknown): [string, unknown] {
  return [`failed to ${verb} segment ${index}: ${GfSpError.from(error).message}`, error];
}
