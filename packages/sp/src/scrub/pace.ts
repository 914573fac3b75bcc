import { pause } from '../common/pause.ts';

export interface PaceOptions {
  /** 0: without a pause. */
  bytesPerSecond: number;
}

export interface PaceDependencies {
  /** Milliseconds of a clock that only goes forward. */
  now?: () => number;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What a small piece counts as: a disk or an object store serves so many in a second, however small they are. */
const LEAST_BYTES = 64 << 10;
/** A shorter wait is put off: timers are no finer, and each costs. */
const LEAST_WAIT_MS = 4;

/** A steady rate: what was not used in a quiet moment is not made up for, so nobody else has to wait for a burst. */
export class Pace {
  readonly #bytesPerMs: number;
  readonly #now: () => number;
  readonly #wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** When what was taken is paid for. */
  #paidAt = Number.NEGATIVE_INFINITY;

  constructor({ bytesPerSecond }: PaceOptions, { now = () => performance.now(), wait = pause }: PaceDependencies = {}) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#now = now;
    this.#wait = wait;
  }

  /** Resolves when so many bytes may be read. @throws when the signal aborts */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#bytesPerMs === 0) return;
    const now = this.#now();
    const from = Math.max(this.#paidAt, now);
    this.#paidAt = from + Math.max(bytes, LEAST_BYTES) / this.#bytesPerMs;
    if (from - now >= LEAST_WAIT_MS) await this.#wait(from - now, signal);
  }
}
