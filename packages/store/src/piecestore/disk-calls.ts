/** For calls of the system that may wait for a disk or for names, in the whole process (`packages/cli/src/engine.ts`). */
const THREADS = Number(process.env.UV_THREADPOOL_SIZE) || 4;
/** Three disks that hang leave threads to everybody else. */
const AT_A_TIME = Math.max(2, Math.floor(THREADS / 4));
/** A disk that repairs a sector, or a file server that starts anew, is mostly back by then. */
const STALL_MS = 30_000;

export interface DiskCallsOptions {
  /** Default: a quarter of the process's threads. */
  atATime?: number;
  /** Default 30 s. */
  stallMs?: number;
}

/**
 * The calls that one disk has under way. Each keeps a thread of the process until the disk answers, and cannot be taken
 * back: a disk that hangs would have all threads, and nothing else would be read or written, not even names looked up.
 * So a disk has a few; others wait as long as some end, and fail when none does.
 */
export class DiskCalls {
  readonly #disk: string;
  readonly #atATime: number;
  readonly #clock: NodeJS.Timeout;
  readonly #waiting = new Set<PromiseWithResolvers<void>>();
  #running = 0;
  /** Why nobody waits: no call has ended for too long. */
  #stall: Error | undefined;

  constructor(disk: string, { atATime = AT_A_TIME, stallMs = STALL_MS }: DiskCallsOptions = {}) {
    this.#disk = disk;
    this.#atATime = atATime;
    this.#clock = setTimeout(() => this.#onSilence(stallMs), stallMs).unref();
  }

  /** `work` has one call under way at a time, and does not call this. @throws Error when the disk does not answer */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atATime) this.#running++;
    else await this.#turn();
    this.#clock.refresh();
    try {
      return await work();
    } finally {
      this.#clock.refresh();
      this.#stall = undefined;
      this.#next();
    }
  }

  #turn(): Promise<void> {
    if (this.#stall) throw this.#stall;
    const turn = Promise.withResolvers<void>();
    this.#waiting.add(turn);
    return turn.promise;
  }

  /** The place of a call that has ended goes to who waits longest. */
  #next(): void {
    const [first] = this.#waiting;
    if (!first) {
      this.#running--;
      return;
    }
    this.#waiting.delete(first);
    first.resolve();
  }

  /** No call has begun or ended for that long. */
  #onSilence(ms: number): void {
    if (this.#running < this.#atATime) return;
    this.#stall = new Error(`${this.#disk}: no call has ended for ${ms / 1000} s, is the disk in order?`);
    for (const turn of this.#waiting) turn.reject(this.#stall);
    this.#waiting.clear();
  }
}
