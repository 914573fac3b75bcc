import { type Budget, busyErrors } from '@prairie/gfsp';
import type { Held, PieceMemory } from '../common/piece-memory.ts';
import { within } from '../common/within.ts';

/** So long an upload waits for memory; then its client is told to come again. */
const WAIT_MS = 30_000;
/** How often it is looked whether slow ones keep others waiting. */
const LOOK_MS = 1000;
/** A segment that has come in for less long may still get faster. */
const GRACE_MS = 5000;
/** Bytes a second below which it is slow. */
const BRISK = 256 << 10;

export interface UploadMemoryOptions {
  waitMs?: number;
  lookMs?: number;
  graceMs?: number;
}

/** Who wants memory for a segment. */
export interface Filler {
  /** What this upload may have at a time. */
  own: Budget;
  /** Ends the wait: the client left, or the uploader stops. */
  signal: AbortSignal;
  /** It is too slow, and others need the memory: it has to be released soon. */
  onSlow: (error: Error) => void;
}

/** Memory of a segment that comes in. */
export interface Room extends Held {
  /** So many bytes more came. */
  came(bytes: number): void;
  /** It is whole: what becomes of it now is not the client's doing. */
  filled(): void;
}

interface Filling {
  bytes: number;
  received: number;
  since: number;
  onSlow: (error: Error) => void;
}

/**
 * Memory for the segments that come in. A client that sends slowly holds as much of it as a fast one, and for longer: as
 * long as nobody waits it may, but while others wait, slow ones keep half of it, and the slowest of them go first.
 */
export class UploadMemory {
  readonly #pieces: PieceMemory;
  readonly #options: Required<UploadMemoryOptions>;
  readonly #filling = new Set<Filling>();
  /** Bytes that are waited for. */
  #wanted = 0;
  #looking: NodeJS.Timeout | undefined;

  constructor(pieces: PieceMemory, options: UploadMemoryOptions = {}) {
    this.#pieces = pieces;
    this.#options = { waitMs: WAIT_MS, lookMs: LOOK_MS, graceMs: GRACE_MS, ...options };
  }

  /** @throws the signal's reason; 991102 when none was free for too long */
  async take(sizes: readonly number[], { own, signal, onSlow }: Filler): Promise<Room> {
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const giveBackOwn = await own.take(bytes, signal);
    this.#wanted += bytes;
    this.#looking ??= setInterval(() => this.#look(), this.#options.lookMs).unref();
    try {
      const held = await this.#wait(sizes, signal);
      return this.#room(held, giveBackOwn, { bytes, received: 0, since: performance.now(), onSlow });
    } catch (error) {
      giveBackOwn();
      throw error;
    } finally {
      this.#wanted -= bytes;
    }
  }

  #wait(sizes: readonly number[], signal: AbortSignal): Promise<Held> {
    const time = { ms: this.#options.waitMs, late: () => busyErrors.uploader(), signal };
    return within(time, (ended) => this.#pieces.take(sizes, ended));
  }

  #room({ parts, release }: Held, giveBackOwn: () => void, filling: Filling): Room {
    this.#filling.add(filling);
    return {
      parts,
      came: (bytes) => {
        filling.received += bytes;
      },
      filled: () => void this.#filling.delete(filling),
      release: () => {
        this.#filling.delete(filling);
        release();
        giveBackOwn();
      },
    };
  }

  /** Ends as many slow ones as others need, the slowest first. */
  #look(): void {
    if (this.#wanted === 0) {
      clearInterval(this.#looking);
      this.#looking = undefined;
      return;
    }
    const now = performance.now();
    const rate = ({ received, since }: Filling): number => (1000 * received) / (now - since);
    const slow = [...this.#filling]
      .filter((filling) => now - filling.since >= this.#options.graceMs && rate(filling) < BRISK)
      .sort((one, other) => rate(one) - rate(other));
    let ofSlow = slow.reduce((sum, { bytes }) => sum + bytes, 0);
    let missing = this.#wanted - this.#pieces.free;
    for (const { bytes, onSlow } of slow) {
      if (missing <= 0 || ofSlow <= this.#pieces.capacity / 2) return;
      missing -= bytes;
      ofSlow -= bytes;
      onSlow(busyErrors.uploader('server overload: the payload came too slowly while others waited, try again later'));
    }
  }
}
