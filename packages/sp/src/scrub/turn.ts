/** Whose turn it is to scrub in the background, and how far that is: of the managers of a provider, one at a time. */
import type { ScrubProgress, SpDb } from '@prairie/gfsp';
import { BEFORE_ALL } from './rows.ts';
import { NOTHING } from './tally.ts';

/** A process that died is not waited for any longer. */
const HELD_SECONDS = 60;

export const NO_PROGRESS: Readonly<ScrubProgress> = {
  ...{ ...NOTHING, holder: '', held_until: 0, object_id: 0n, redundancy_index: BEFORE_ALL, started_at: 0 },
  ...{ last_started_at: 0, last_finished_at: 0 },
  ...{ last_pieces: 0, last_bytes: 0, last_damaged: 0, last_repaired: 0, last_failed: 0 },
};

/** What a pass has come to. */
export type Reached = Pick<
  ScrubProgress,
  'object_id' | 'redundancy_index' | 'pieces' | 'bytes' | 'damaged' | 'repaired' | 'failed'
>;

export interface TurnOptions {
  /** Of this process: nobody else has it. */
  holder: string;
  /** From the beginning of a pass to that of the next one, at least. */
  intervalSeconds: number;
  /** Unix seconds. */
  now: () => number;
}

export class Turn {
  readonly #options: TurnOptions;
  readonly #spdb: Pick<SpDb, 'transaction'>;

  constructor(options: TurnOptions, { spdb }: { spdb: Pick<SpDb, 'transaction'> }) {
    this.#options = options;
    this.#spdb = spdb;
  }

  /** The pass to go on with, or to begin; else the seconds until it is worth asking again. */
  take(): Promise<ScrubProgress | { waitSeconds: number }> {
    const { holder, intervalSeconds, now } = this.#options;
    return this.#change((row) => {
      const time = now();
      if (this.#isOthers(row)) return { waitSeconds: row.held_until - time };
      const due = row.last_started_at + intervalSeconds;
      if (row.started_at === 0 && row.last_started_at > 0 && due > time) return { waitSeconds: due - time };
      return { ...row, started_at: row.started_at || time, holder, held_until: time + HELD_SECONDS };
    });
  }

  /** false when another process has taken over: this one was thought dead. */
  async keep(reached: Reached): Promise<boolean> {
    const kept = await this.#change((row) => {
      const time = this.#options.now();
      return this.#isOthers(row) ? undefined : { ...row, ...reached, ...this.#holding(time) };
    });
    return kept !== undefined;
  }

  /** The process stops: the next one goes on from there at once. */
  async leave(reached: Reached): Promise<void> {
    await this.#change((row) => (this.#isOthers(row) ? undefined : { ...row, ...reached, holder: '', held_until: 0 }));
  }

  /** The pass is through. When that was, unix seconds; undefined when another process has taken over. */
  async finish({ pieces, bytes, damaged, repaired, failed }: Reached): Promise<number | undefined> {
    const last = { last_pieces: pieces, last_bytes: bytes, last_damaged: damaged };
    const finished = await this.#change((row) =>
      this.#isOthers(row)
        ? undefined
        : {
            ...{ ...NO_PROGRESS, ...last, last_repaired: repaired, last_failed: failed },
            ...{ last_started_at: row.started_at, last_finished_at: this.#options.now() },
          },
    );
    return finished?.last_finished_at;
  }

  #holding(time: number) {
    return { holder: this.#options.holder, held_until: time + HELD_SECONDS };
  }

  #isOthers({ holder, held_until }: ScrubProgress): boolean {
    return holder !== '' && holder !== this.#options.holder && held_until > this.#options.now();
  }

  /** Writes what `change` makes of the row, if that is a row. */
  #change<T extends ScrubProgress | { waitSeconds: number } | undefined>(
    change: (row: ScrubProgress) => T,
  ): Promise<T> {
    const work = this.#spdb.transaction(
      async (tables) => {
        const changed = change((await tables.getScrubProgress()) ?? NO_PROGRESS);
        if (changed && 'started_at' in changed) await tables.setScrubProgress(changed);
        return changed;
      },
      // what is lost with the power is a part of a pass, which is done again
      { durable: false },
    );
    return work;
  }
}
