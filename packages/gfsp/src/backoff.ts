import { setTimeout as delay } from 'node:timers/promises';

export interface Backoff {
  /** Wait after the first failure. */
  baseMs: number;
  /** No wait is longer. */
  maxMs: number;
}

/**
 * Milliseconds to wait after failure number `failures` (1 is the first): the base doubled each time up to the limit,
 * of which a random half is taken off, so that what failed together does not come back together.
 */
export function backoffMs(failures: number, backoff: Backoff, random: () => number = Math.random): number {
  const exponent = Math.min(Math.max(failures, 1) - 1, 30);
  const whole = Math.min(backoff.maxMs, backoff.baseMs * 2 ** exponent);
  return Math.round(whole * (1 - random() / 2));
}

/** @throws AbortError as soon as `signal` aborts. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal });
}

export interface RetryOptions extends Backoff {
  /** Calls at most; at least 1. */
  attempts: number;
  signal?: AbortSignal;
  /** false ends at once: the failure will not go away by itself. Default: always try again. */
  retryable?: (error: unknown) => boolean;
}

/** Calls `work` until it succeeds. @throws the last failure, or the signal's reason. */
export async function retry<T>(options: RetryOptions, work: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    options.signal?.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      const final = attempt >= options.attempts || options.retryable?.(error) === false;
      if (final || options.signal?.aborted) throw error;
      await sleep(backoffMs(attempt, options), options.signal);
    }
  }
}
