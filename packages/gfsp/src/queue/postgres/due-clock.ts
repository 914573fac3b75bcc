/** One timer for all queues of an engine, set to the next time at which a task of one is due. */
import { backoffMs } from '../../backoff.ts';

/** Timers count whole milliseconds and the database has its own clock: closer ones are served together. */
const MIN_WAIT_MS = 5;

export interface DueClockOptions {
  /** The longest wait, whatever is known. */
  sweepMs: number;
  reconnect: { baseMs: number; maxMs: number };
}

export interface DueClockDependencies {
  /** Serves what is due now. Milliseconds until the next one is, undefined when none is known. */
  serve: () => Promise<number | undefined>;
}

export class DueClock {
  readonly #options: DueClockOptions;
  readonly #dependencies: DueClockDependencies;
  #timer: NodeJS.Timeout | undefined;
  #at = Number.POSITIVE_INFINITY;
  #serving: Promise<void> | undefined;
  #again = false;
  #failures = 0;
  #stopped = false;

  constructor(options: DueClockOptions, dependencies: DueClockDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** A task is due in `delayMs`. true when that is earlier than all that was known. */
  due(delayMs: number): boolean {
    const at = performance.now() + delayMs;
    if (this.#stopped || at >= this.#at) return false;
    this.#set(delayMs);
    return true;
  }

  /** Asks the database now. */
  ask(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#serving ??= this.#serve();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#serving;
  }

  #set(delayMs: number): void {
    const wait = Math.max(MIN_WAIT_MS, Math.min(delayMs, this.#options.sweepMs));
    clearTimeout(this.#timer);
    this.#at = performance.now() + wait;
    this.#timer = setTimeout(() => this.ask(), wait).unref();
  }

  async #serve(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      // What becomes known while the database is asked must not be lost: it is earlier than no time at all.
      clearTimeout(this.#timer);
      this.#at = Number.POSITIVE_INFINITY;
      const wait = await this.#next();
      if (!this.#stopped) this.due(wait);
    }
    this.#serving = undefined;
  }

  /** A failed question is put again after a pause; the end of the pauses is {@link stop}. */
  async #next(): Promise<number> {
    try {
      const next = await this.#dependencies.serve();
      this.#failures = 0;
      return next ?? this.#options.sweepMs;
    } catch {
      this.#failures += 1;
      return backoffMs(this.#failures, this.#options.reconnect);
    }
  }
}
