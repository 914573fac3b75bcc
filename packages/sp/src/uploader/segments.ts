import { type Budget, type ByteStream, busyErrors, GfSpError } from '@prairie/gfsp';
import { segmentCount, segmentSizeAt } from '@prairie/redundancy';
import type { SegmentInMemory } from '../replication/pieces.ts';
import { uploaderErrors } from './errors.ts';
import type { Room, UploadMemory } from './memory.ts';

const STREAM_BROKEN = 'upload payload data stream exception';

export interface SegmentReaderOptions {
  /** Of the whole object. */
  payloadSize: bigint;
  segmentSize: bigint;
  /** Index of the segment that the payload begins with. Default 0. */
  first?: number;
  /** Room that is wanted beside a segment of so many bytes, for its parity shards. */
  parityBytes: (length: number) => number;
  /** A sender that is silent for so long is given up. */
  idleTimeoutMs: number;
}

export interface SegmentReaderDependencies {
  memory: UploadMemory;
  /** What this upload may have of it at a time. */
  own: Budget;
  /** The uploader is stopping. */
  signal: AbortSignal;
  /** The client has left: who waits for memory learns it only so. */
  gone?: AbortSignal | undefined;
}

/** One segment in memory. Whoever gets it calls `release` once its bytes are no longer used. */
export interface Segment extends SegmentInMemory {
  release(): void;
}

/**
 * Cuts a payload into segments. Memory is taken before a segment is read, so a process full of uploads stops
 * reading its sockets instead of growing. Reading ends one byte after the expected end at the latest.
 */
export class SegmentReader {
  readonly #options: SegmentReaderOptions;
  readonly #memory: UploadMemory;
  readonly #own: Budget;
  readonly #signal: AbortSignal;
  readonly #gone: AbortSignal | undefined;
  readonly #iterator: AsyncIterator<Uint8Array>;
  /** Bytes that came with the last chunk and belong to later segments. */
  #rest: Uint8Array = new Uint8Array(0);
  #ended = false;
  #received = 0n;
  /** Ends the read that is under way. One timer and one listener serve all reads of the payload. */
  #interrupt: ((error: Error) => void) | undefined;
  readonly #silence: NodeJS.Timeout;
  readonly #onAbort = (): void => this.#interrupt?.(this.#signal.reason);

  constructor(payload: ByteStream, options: SegmentReaderOptions, dependencies: SegmentReaderDependencies) {
    this.#options = options;
    this.#memory = dependencies.memory;
    this.#own = dependencies.own;
    this.#signal = dependencies.signal;
    this.#gone = dependencies.gone;
    this.#iterator = payload[Symbol.asyncIterator]();
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#silence = setTimeout(() => {
      this.#interrupt?.(uploaderErrors.streamBroken(`${STREAM_BROKEN}: no byte for ${options.idleTimeoutMs} ms`));
    }, options.idleTimeoutMs).unref();
  }

  /** Bytes of the payload seen; more than expected means at least one too many. */
  get received(): bigint {
    return this.#received;
  }

  /**
   * Yields whole segments: of a payload that ends within one, its bytes are only counted.
   * @throws uploader 110005; 991102 when others need the memory
   */
  async *segments(): AsyncGenerator<Segment, void, undefined> {
    const { payloadSize, segmentSize, parityBytes, first = 0 } = this.#options;
    const count = segmentCount(payloadSize, segmentSize);
    for (let index = first; index < count; index++) {
      const size = segmentSizeAt(payloadSize, segmentSize, index);
      const room = await this.#take([size, parityBytes(size)]);
      const { parts, release } = room;
      const [data, parity] = [parts[0]!, parts[1]!];
      let filled: number;
      try {
        filled = await this.#fill(data, room);
      } catch (error) {
        release();
        throw error;
      }
      if (filled < size) return release();
      room.filled();
      yield { index, data, parity, release };
    }
    // A byte more than announced is all that is needed to refuse the payload.
    if (this.#rest.length === 0) await this.#pull();
  }

  /** Tells the sender that no more is wanted. */
  close(): void {
    clearTimeout(this.#silence);
    this.#signal.removeEventListener('abort', this.#onAbort);
    if (this.#ended) return;
    this.#ended = true;
    // Not awaited: a sender that is silent would hold up the answer.
    void this.#iterator.return?.().catch(() => undefined);
  }

  async #take(sizes: readonly number[]): Promise<Room> {
    const signal = this.#gone ? AbortSignal.any([this.#signal, this.#gone]) : this.#signal;
    const onSlow = (error: Error) => this.#interrupt?.(error);
    try {
      return await this.#memory.take(sizes, { own: this.#own, signal, onSlow });
    } catch (error) {
      if (signal.aborted || error instanceof GfSpError) throw streamError(error);
      throw busyErrors.uploader(undefined, error);
    }
  }

  /** Bytes that came: fewer than there is room for at the payload's end. */
  async #fill(segment: Uint8Array, room: Room): Promise<number> {
    let filled = 0;
    while (filled < segment.length) {
      if (this.#rest.length === 0 && !(await this.#pull())) break;
      const part = this.#rest.subarray(0, segment.length - filled);
      segment.set(part, filled);
      filled += part.length;
      room.came(part.length);
      this.#rest = this.#rest.subarray(part.length);
    }
    return filled;
  }

  /** Reads the next chunk that is not empty. false at the end. */
  async #pull(): Promise<boolean> {
    while (!this.#ended) {
      this.#signal.throwIfAborted();
      const { value, done } = await this.#next();
      if (done) {
        this.#ended = true;
        return false;
      }
      if (value.length === 0) continue;
      this.#received += BigInt(value.length);
      this.#rest = value;
      return true;
    }
    return false;
  }

  /** The iterator's next, or an error when the sender is silent for too long or the uploader stops. */
  #next(): Promise<IteratorResult<Uint8Array>> {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      this.#silence.refresh();
      this.#iterator.next().then(resolve, (error: unknown) => reject(streamError(error)));
    }).finally(() => {
      this.#interrupt = undefined;
    }) as Promise<IteratorResult<Uint8Array>>;
  }
}

function streamError(error: unknown): GfSpError {
  return error instanceof GfSpError ? error : uploaderErrors.streamBroken(undefined, error);
}
