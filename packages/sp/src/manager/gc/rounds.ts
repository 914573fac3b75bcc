import { backoffMs, type Logger } from '@prairie/gfsp';
import { pause } from '../../common/pause.ts';

export interface RoundsOptions {
  /** For the log: `gc-object`. */
  name: string;
  intervalMs: number;
  signal: AbortSignal;
  logger: Logger;
}

/** After a failure that comes sooner than the next round would. */
const BACKOFF = { baseMs: 1000, maxMs: 600_000 };

/**
 * Work that comes again and again, a pause before each time, until the signal aborts. What fails is tried again after a
 * growing pause, and at the latest in the next round.
 */
export async function rounds({ name, intervalMs, signal, logger }: RoundsOptions, work: () => Promise<unknown>) {
  for (let failures = 0; !signal.aborted; ) {
    const wait = failures > 0 ? Math.min(backoffMs(failures, BACKOFF), intervalMs) : intervalMs;
    await pause(wait, signal).catch(() => {});
    if (signal.aborted) return;
    try {
      await work();
      failures = 0;
    } catch (error) {
      failures++;
      if (!signal.aborted) logger.warn('a round of the collection failed', { name, failures, error });
    }
  }
}
