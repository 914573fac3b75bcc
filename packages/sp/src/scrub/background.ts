/** Pass after pass over all pieces of the provider, at a set rate. */
import { randomUUID } from 'node:crypto';
import { type Backoff, backoffMs, type Logger, type Metadata, type ScrubStatus, type SpDb } from '@prairie/gfsp';
import { pause } from '../common/pause.ts';
import { Pace } from './pace.ts';
import { allRows } from './rows.ts';
import type { Scrubbed, Scrubber } from './scrubber.ts';
import { withScrubbed } from './tally.ts';
import { type Reached, Turn } from './turn.ts';

export interface BackgroundOptions {
  /** Bytes a second; 0: nothing is done. Default 8 MiB: 720 GB in a day. */
  bytesPerSecond?: number;
  /** From the beginning of a pass to that of the next one, at least. Default a week. */
  intervalSeconds?: number;
  /** How far it is, is written down so often. Default 10 s: a sixth of the time that others wait for it. */
  keepMs?: number;
  /** Unix seconds. */
  now?: () => number;
}

export interface BackgroundDependencies {
  spdb: Pick<SpDb, 'transaction' | 'listIntegrity' | 'getScrubProgress'>;
  client: { readonly metadata: Pick<Metadata, 'listObjectsByIds'> };
  scrubber: Pick<Scrubber, 'look'>;
  logger: Logger;
  /** Told of each piece, and of each pass with the time of its end (unix seconds), for metrics. */
  onScrubbed?: ((scrubbed: Scrubbed) => void) | undefined;
  onPassed?: ((finishedAt: number) => void) | undefined;
}

const DEFAULT_RATE = 8 << 20;
const WEEK = 7 * 24 * 3600;
/** The longest wait that timers take is 24 days. */
const MAX_WAIT_SECONDS = 24 * 3600;
/** Tables that are away. */
const AGAIN: Backoff = { baseMs: 1000, maxMs: 300_000 };

export class BackgroundScrub {
  readonly #bytesPerSecond: number;
  readonly #intervalSeconds: number;
  readonly #keepMs: number;
  readonly #turn: Turn;
  readonly #dependencies: BackgroundDependencies;

  constructor(options: BackgroundOptions, dependencies: BackgroundDependencies) {
    const { now = () => Math.floor(Date.now() / 1000) } = options;
    this.#bytesPerSecond = options.bytesPerSecond ?? DEFAULT_RATE;
    this.#intervalSeconds = options.intervalSeconds ?? WEEK;
    this.#keepMs = options.keepMs ?? 10_000;
    this.#dependencies = dependencies;
    const turn = { holder: randomUUID(), intervalSeconds: this.#intervalSeconds, now };
    this.#turn = new Turn(turn, dependencies);
  }

  async status(): Promise<ScrubStatus> {
    return {
      bytes_per_second: BigInt(this.#bytesPerSecond),
      interval_seconds: BigInt(this.#intervalSeconds),
      progress: await this.#dependencies.spdb.getScrubProgress(),
    };
  }

  /** Until the signal aborts: then how far it is has been written down. Throws nothing. */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#bytesPerSecond === 0) return;
    await this.#tellLastPass();
    for (let failures = 0; !signal.aborted; ) {
      try {
        const waitSeconds = await this.#goOn(signal);
        failures = 0;
        if (waitSeconds > 0) await pause(Math.min(waitSeconds, MAX_WAIT_SECONDS) * 1000, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#dependencies.logger.warn('the scrubbing of pieces broke off, it goes on later', { error });
        await pause(backoffMs(++failures, AGAIN), signal).catch(() => {});
      }
    }
  }

  /** What is left of a pass, or a whole one; resolves with the seconds until there may be something to do again. */
  async #goOn(signal: AbortSignal): Promise<number> {
    const turn = await this.#turn.take();
    if ('waitSeconds' in turn) return turn.waitSeconds;
    let reached: Reached = turn;
    try {
      for await (const now of this.#pass(reached, signal)) reached = now;
    } catch (error) {
      await this.#turn.leave(reached);
      throw error;
    }
    return 0;
  }

  /** Yields what is behind it. Ends early when another process has taken over. */
  async *#pass(from: Reached, signal: AbortSignal): AsyncGenerator<Reached> {
    const { spdb, client, scrubber, onScrubbed } = this.#dependencies;
    const pace = new Pace({ bytesPerSecond: this.#bytesPerSecond });
    let reached = from;
    let kept = performance.now();
    for await (const row of allRows(spdb, client.metadata, from)) {
      // a row that was cut short is looked at again as a whole, and its pieces are counted then
      let counted = reached;
      for await (const scrubbed of scrubber.look(row, pace, signal)) {
        onScrubbed?.(scrubbed);
        counted = { ...counted, ...withScrubbed(counted, scrubbed) };
        if (performance.now() - kept < this.#keepMs) continue;
        if (!(await this.#turn.keep(reached))) return;
        kept = performance.now();
      }
      const { object_id, redundancy_index } = row;
      reached = { ...counted, object_id, redundancy_index };
      yield reached;
    }
    const finishedAt = await this.#turn.finish(reached);
    if (finishedAt !== undefined) this.#tell(reached, finishedAt);
  }

  #tell({ pieces, bytes, damaged, repaired, failed }: Reached, finishedAt: number): void {
    const { logger, onPassed } = this.#dependencies;
    if (pieces > 0) logger.info('all stored pieces were looked at', { pieces, bytes, damaged, repaired, failed });
    onPassed?.(finishedAt);
  }

  /** That of a process before this one, for metrics. */
  async #tellLastPass(): Promise<void> {
    const { spdb, onPassed } = this.#dependencies;
    const progress = await spdb.getScrubProgress().catch(() => undefined);
    if (progress && progress.last_finished_at > 0) onPassed?.(progress.last_finished_at);
  }
}
