/** What looking through stored pieces found. */
export interface ScrubCounts {
  pieces: number;
  bytes: number;
  /** Pieces that were missing or had other bytes, and integrity rows that were wrong. */
  damaged: number;
  /** Of these. */
  repaired: number;
  failed: number;
}

/** How far the scrubbing in the background is: one row. Times are unix seconds. */
export interface ScrubProgress extends ScrubCounts {
  /** Which process scrubs, and until when nobody else does. Empty and 0 when none does. */
  holder: string;
  held_until: number;
  /** Key of the last integrity row that was looked at in this pass; of none: 0, -2. */
  object_id: bigint;
  redundancy_index: number;
  /** Of the pass under way, whose counts those above are; 0 when there is none. */
  started_at: number;
  /** Of the last pass that came to its end; 0 when there was none. */
  last_started_at: number;
  last_finished_at: number;
  last_pieces: number;
  last_bytes: number;
  last_damaged: number;
  last_repaired: number;
  last_failed: number;
}

export interface ScrubTables {
  getScrubProgress(): Promise<ScrubProgress | undefined>;
  /** Replaces the row. Loss of power may undo the newest: a part of a pass is done again then. */
  setScrubProgress(progress: ScrubProgress): Promise<void>;
}
