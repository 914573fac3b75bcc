import { type SegmentRange, splitRange } from '@prairie/redundancy';
import type { StoredObject } from '../common/pieces.ts';
import { type CheckedObject, checkedPiece } from './checked-object.ts';
import type { CheckedPieces, OpenPiece } from './checked-pieces.ts';

export interface ObjectReadsOptions extends StoredObject {
  /** First and last byte. */
  low: bigint;
  high: bigint;
  /** Bytes that are handed out at a time. */
  sliceBytes: number;
}

/** What the buffers of a connection take at once says nothing of its reader. */
const BRISK_FROM_BYTES = 12 << 20;
const BRISK_BYTES_PER_MS = 4096;

/** A range of an object as reads of its segments (`reference/pieces-and-redundancy.md` §6), one segment open at a time. */
export class ObjectReads {
  readonly #options: ObjectReadsOptions;
  readonly #dependencies: { stored: CheckedObject; checked: CheckedPieces };
  readonly #ranges: readonly SegmentRange[];
  /** By segment: the one that goes out, and for a brisk reader the next one while there is room for both. */
  readonly #open = new Map<number, Promise<OpenPiece>>();
  #closed = false;
  #begun = 0;
  #taken = 0;

  /** @throws RangeError when the range is not in the object */
  constructor(options: ObjectReadsOptions, dependencies: { stored: CheckedObject; checked: CheckedPieces }) {
    const { low, high, object_info, storage_params } = options;
    this.#options = options;
    this.#dependencies = dependencies;
    this.#ranges = splitRange(low, high, object_info.payload_size, storage_params.versioned_params.max_segment_size);
  }

  /**
   * In order, each made when it is wanted. They are read one ahead: whoever asks for a slice still has the one before, so
   * a segment stays open until the second slice after its last is asked for, the last one until `close`.
   */
  *slices(): Generator<() => Promise<Buffer>> {
    const { sliceBytes } = this.#options;
    for (const [at, range] of this.#ranges.entries()) {
      const end = range.offset + range.length;
      for (let offset = range.offset; offset < end; offset += sliceBytes) {
        const length = Math.min(sliceBytes, end - offset);
        yield () => this.#read(at, offset, length);
        if (offset === range.offset) this.#release(at - 1);
      }
    }
  }

  /** Gives all memory back. */
  close(): void {
    this.#closed = true;
    for (const at of [...this.#open.keys()]) this.#release(at);
  }

  async #read(at: number, offset: number, length: number): Promise<Buffer> {
    this.#begun ||= performance.now();
    const piece = await this.#opened(at);
    this.#taken += length;
    const next = this.#ranges[at + 1];
    if (next && this.#isBrisk && this.#dependencies.checked.hasRoomAhead(next.length)) this.#opened(at + 1);
    return piece.read(offset, length);
  }

  get #isBrisk(): boolean {
    const ms = performance.now() - this.#begun;
    return this.#taken >= BRISK_FROM_BYTES && this.#taken >= ms * BRISK_BYTES_PER_MS;
  }

  #opened(at: number): Promise<OpenPiece> {
    const known = this.#open.get(at);
    if (known) return known;
    const { stored, checked } = this.#dependencies;
    const { segment, offset, length } = this.#ranges[at]!;
    const opened = checked.open(checkedPiece(stored, segment, true), { offset, length }, this.#isBrisk);
    this.#open.set(at, opened);
    // a segment opened ahead is awaited when it is its turn, or never
    opened.then(
      () => this.#closed && this.#release(at),
      () => {},
    );
    return opened;
  }

  #release(at: number): void {
    const opened = this.#open.get(at);
    this.#open.delete(at);
    opened?.then(
      (piece) => piece.close(),
      () => {},
    );
  }
}
