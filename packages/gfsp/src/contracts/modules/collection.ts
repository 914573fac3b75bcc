/** Garbage collection as an operator sees it (`reference/pieces-and-redundancy.md` §11). */

/** What there is to collect, in the order in which a pass over all of it goes. */
export const GC_KINDS = ['object', 'zombie', 'meta', 'stale', 'migration'] as const;
export type GcKind = (typeof GC_KINDS)[number];

/** One thing that was deleted, or in a dry run would be. */
export interface GcFinding {
  /** A {@link GcKind}. */
  kind: string;
  /** In words, with the facts that it stands on: `deleted on chain at height 4711`. */
  reason: string;
  /** Of pieces; empty when only rows go. */
  keys: string[];
  /** Table and key of rows: `integrity_meta 1042 -1`. */
  rows: string[];
  /** Of the pieces. */
  bytes: bigint;
}

/** Where one kind of collection stands. */
export interface GcStanding {
  /** A {@link GcKind}, or `store` for the pass over the piece store. */
  kind: string;
  /** It runs by itself. */
  enabled: boolean;
  /** Seconds between two rounds. */
  interval: number;
  /** What was looked at up to here: a block of `object` and `migration`, an object id of `zombie`; else 0. */
  cursor: bigint;
  /** Tasks that are queued or running. */
  queued: number;
  /** Rounds or tasks that ended since the start of the manager. */
  rounds: number;
  /** When the last one ended, unix seconds; 0 for never. */
  last_time: bigint;
  /** Why the last one failed; empty when it did not. */
  last_error: string;
}

export interface Collections {
  /**
   * A pass over all that the kinds stand for, now: deletes, or in a dry run only tells. Ends with the last finding; what
   * the caller does not take is not looked for.
   * @throws manager 60001 for a kind that is none, 60003 while another such pass runs
   */
  collect(request: { kinds: readonly string[]; dryRun: boolean }, signal: AbortSignal): AsyncIterable<GcFinding>;
  gcStatus(): Promise<GcStanding[]>;
}
