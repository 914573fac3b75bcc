import { nowSeconds, type SpDb } from '@prairie/gfsp';
import { pause } from '../../common/pause.ts';

export interface StoreTimeDependencies {
  spdb: Pick<SpDb, 'getSubscribeProgress' | 'setSubscribeProgress'>;
}

/** When the last pass over the piece store ended, unix seconds, in the table of cursors. */
const LAST = 'prairie_gc_store';
/** A start has other things to do first, and a pass that broke off waits as long. */
const LEAST_MS = 600_000;

/** When the piece store is gone through again: what a restart must not begin anew each time. */
export class StoreTime {
  readonly #intervalMs: number;
  readonly #spdb: StoreTimeDependencies['spdb'];

  constructor({ storeMs }: { storeMs: number }, { spdb }: StoreTimeDependencies) {
    this.#intervalMs = storeMs;
    this.#spdb = spdb;
  }

  /** true when it is time, false when the signal has aborted. */
  async wait(signal: AbortSignal): Promise<boolean> {
    const least = Math.min(LEAST_MS, this.#intervalMs);
    // 0 of one that never was: long ago
    const last = await this.#spdb.getSubscribeProgress(LAST).catch(() => 0n);
    const sinceMs = Number(nowSeconds() - last) * 1000;
    const waitMs = Math.min(Math.max(this.#intervalMs - sinceMs, least), this.#intervalMs);
    await pause(waitMs, signal).catch(() => {});
    return !signal.aborted;
  }

  async done(): Promise<void> {
    await this.#spdb.setSubscribeProgress(LAST, nowSeconds());
  }
}
