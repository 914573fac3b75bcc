/** Waiting between attempts. */
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds before attempt `attempt` (1 is the first repetition): doubling, capped, with jitter of half. */
export function backoff(attempt: number, { base = 100, cap = 5000 } = {}): number {
  const whole = Math.min(cap, base * 2 ** Math.min(attempt - 1, 20));
  return whole / 2 + Math.random() * (whole / 2);
}

/** @throws the signal's reason when it aborts. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    throw signal?.reason;
  }
}
