/** Requests to an object storage: each attempt has a deadline, and what may go away is tried again. */
import { type Logger, retry } from '@prairie/gfsp';
import { DEADLINE, type Failure, failureOf, isPassing, ObjectStorageError } from './errors.ts';

export interface AttemptOptions {
  /** How often a request is made again. */
  maxRetries: number;
  /** Least pause before that; it doubles each time. */
  minRetryDelayMs: number;
  /** Of one attempt, body included. Default two minutes: 16 MiB at 140 KB/s. */
  attemptMs?: number | undefined;
}

export interface AttemptDependencies {
  /** Told when a request is made again. */
  onRetry?: (() => void) | undefined;
  /** Told of what took more than one try. */
  logger?: Logger | undefined;
}

/** No pause is longer: the caller of a piece waits for it. */
const MAX_PAUSE_MS = 20_000;
const ATTEMPT_MS = 120_000;

export class Attempts {
  readonly #options: AttemptOptions;
  readonly #dependencies: AttemptDependencies;
  readonly #running = new Set<AbortController>();
  readonly #closing = new AbortController();

  constructor(options: AttemptOptions, dependencies: AttemptDependencies = {}) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /**
   * What `work` resolves with. Errors that are `own` pass as they are and are not tried again.
   * @throws ObjectStorageError that begins with `what`
   */
  async run<T>(what: string, work: (signal: AbortSignal) => Promise<T>, own: (error: unknown) => boolean): Promise<T> {
    let tries = 0;
    let last: Failure | undefined;
    const { onRetry, logger } = this.#dependencies;
    const { maxRetries, minRetryDelayMs } = this.#options;
    const options = {
      attempts: maxRetries + 1,
      // half of a pause is random: so the least one is as long as it was asked for
      baseMs: 2 * minRetryDelayMs,
      maxMs: Math.max(MAX_PAUSE_MS, minRetryDelayMs),
      signal: this.#closing.signal,
      retryable: (error: unknown) => {
        last = failureOf(error);
        return !own(error) && isPassing(last);
      },
    };
    try {
      const result = await retry(options, async (attempt) => {
        tries = attempt;
        if (attempt > 1) onRetry?.();
        return await this.#once(work);
      });
      if (tries > 1) logger?.info(`${what}: done at last`, { tries, code: last?.code, status: last?.status });
      return result;
    } catch (error) {
      if (own(error)) throw error;
      if (this.#closing.signal.aborted) throw new Error(`${what}: the piece store is closed`);
      throw new ObjectStorageError(what, failureOf(error), tries);
    }
  }

  /** Ends what runs. */
  close(): void {
    this.#closing.abort();
    for (const each of this.#running) each.abort();
  }

  async #once<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const late = Object.assign(new Error('there was no answer in time'), { code: DEADLINE });
    const timer = setTimeout(() => controller.abort(late), this.#options.attemptMs ?? ATTEMPT_MS);
    this.#running.add(controller);
    try {
      return await work(controller.signal);
    } catch (error) {
      // what the abort broke is told as what it was
      throw controller.signal.aborted ? controller.signal.reason : error;
    } finally {
      clearTimeout(timer);
      this.#running.delete(controller);
    }
  }
}
