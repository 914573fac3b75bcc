/** Tasks for the tests of queues. */
import type { QueueTask } from '../contracts.ts';

export interface Work {
  id: bigint;
  bytes: Uint8Array;
}

export function work(key: string, change: Partial<QueueTask<Work>> = {}): QueueTask<Work> {
  const value = { id: 18_446_744_073_709_551_615n, bytes: new Uint8Array([0, 255]) };
  return { key, priority: 100, value, timeoutMs: 60_000, maxAttempts: 3, ...change };
}
