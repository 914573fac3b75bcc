/**
 * Which pieces are on their way out, in a table of its own: written with what takes their rows away, and kept until they
 * are gone, so that a crash leaves nothing behind; and while it stands nobody begins to store them anew.
 */
import { type CondemnedKey, nowSeconds, type SpDb, type SpDbTables } from '@prairie/gfsp';
import type { Doomed } from './rules.ts';
import { ChangedRow, deleteSame } from './same-row.ts';

/** So long nobody stores anew what a run is about to delete; a run that takes longer gives up what it has left. */
const HELD_SECONDS = 600;
/** A run deletes nothing any more so long before others may store it: a deletion that hangs has come to its end by then. */
const RESERVE_SECONDS = 300;

const YOUNG_SECONDS = 60;

/** For ever: no row and no other run is in the way. */
const FOR_EVER = 0;
/** A time that is over. */
const ENDED = 1;

export class Holds {
  readonly #spdb: SpDb;
  readonly #now: () => number;

  constructor({ spdb, now = () => Number(nowSeconds()) }: { spdb: SpDb; now?: () => number }) {
    this.#spdb = spdb;
    this.#now = now;
  }

  /** One run at a time. Until when it is held, unix seconds; undefined when another run has it. */
  take(objectId: bigint, { index, version, segments }: Doomed): Promise<number | undefined> {
    const key = { object_id: objectId, redundancy_index: index, version };
    return this.#spdb.transaction(async (tables) => {
      const known = await tables.getCondemned(key);
      if (known && this.isHeld(known)) return undefined;
      const blocked_until = this.#now() + HELD_SECONDS;
      await tables.setCondemned({ ...key, segment_count: most(segments, known), blocked_until });
      return blocked_until;
    });
  }

  isHeld({ blocked_until }: { blocked_until: number }): boolean {
    return blocked_until > this.#now();
  }

  /** Held for less than a minute. */
  isYoung(until: number): boolean {
    return until > this.#now() + HELD_SECONDS - YOUNG_SECONDS;
  }

  /** Whether what is held until then may still be deleted. */
  isSafe(until: number): boolean {
    return until === FOR_EVER || until - RESERVE_SECONDS > this.#now();
  }

  /**
   * Takes the rows away, if they are what they were; `until` is what `take` gave, or nothing for what is never needed
   * again. false when one has changed, or another run has it.
   */
  async takeRows(objectId: bigint, doomed: Doomed, until = FOR_EVER): Promise<boolean> {
    const key = { object_id: objectId, redundancy_index: doomed.index, version: doomed.version };
    const work = async (tables: SpDbTables): Promise<void> => {
      const known = await tables.getCondemned(key);
      const isOurs = until === FOR_EVER ? !known || !this.isHeld(known) : known?.blocked_until === until;
      if (!isOurs) throw new ChangedRow();
      for (const row of doomed.rows) await deleteSame(tables, row);
      // of a content that stays only what is beyond its end goes, and no row stood for that
      if (doomed.from > 0) return;
      const segment_count = most(doomed.segments, known);
      if (segment_count > 0) await tables.setCondemned({ ...key, segment_count, blocked_until: until });
    };
    try {
      await this.#spdb.transaction(work);
      return true;
    } catch (error) {
      if (error instanceof ChangedRow) return false;
      throw error;
    }
  }

  /** Its pieces are gone, or it is needed again. Of another run's nothing changes. */
  async release(key: CondemnedKey, until = FOR_EVER): Promise<void> {
    await this.#spdb.transaction(async (tables) => {
      if ((await tables.getCondemned(key))?.blocked_until === until) await tables.deleteCondemned(key);
    });
  }

  /** Others may store it, and the next run judges it anew: something of an earlier one may be left. */
  async letGo(key: CondemnedKey, until: number): Promise<void> {
    await this.#spdb.transaction(async (tables) => {
      const row = await tables.getCondemned(key);
      if (row?.blocked_until === until) await tables.setCondemned({ ...row, blocked_until: ENDED });
    });
  }
}

const most = (segments: number, known: { segment_count: number } | undefined): number =>
  Math.max(segments, known?.segment_count ?? 0);
