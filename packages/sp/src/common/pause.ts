import { setTimeout as delay } from 'node:timers/promises';

/** A pause between two rounds of background work, which keeps no process alive. @throws AbortError as soon as `signal` aborts */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal, ref: false });
}
