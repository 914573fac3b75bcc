import type { ScrubCounts, ScrubProgress } from '../spdb/scrub.ts';

/** Which pieces are looked at: of one object, of the objects of a bucket, or with no name all that this provider has. */
export interface ScrubRequest {
  bucket_name: string;
  /** In that bucket; empty for all of them. */
  object_name: string;
  /** Read at most; 0: one piece after the other, without a pause. */
  bytes_per_second: bigint;
}

/**
 * What is wrong: the piece is not there, has other bytes than its checksum says, cannot be read from the disk, the
 * integrity row itself is not what the chain says, or that could not be found out.
 */
export const SCRUB_FAULTS = ['missing', 'damaged', 'unreadable', 'row', 'unchecked'] as const;
export type ScrubFault = (typeof SCRUB_FAULTS)[number];

export interface ScrubFinding {
  object_id: bigint;
  bucket_name: string;
  object_name: string;
  redundancy_index: number;
  /** -1 when it is about the integrity row. */
  segment_index: number;
  /** Key of the piece; empty when it is about the row. */
  piece_key: string;
  fault: ScrubFault;
  repaired: boolean;
  /** Why it was not repaired. */
  error: string;
}

/** How far a pass is. Counts are of the whole pass, findings those since the report before. */
export interface ScrubReport {
  counts: ScrubCounts;
  /** Of the integrity row that was looked at last; 0 before the first. */
  object_id: bigint;
  findings: ScrubFinding[];
  finished: boolean;
}

export interface ScrubStatus {
  /** Of the scrubbing in the background; 0: it is off. */
  bytes_per_second: bigint;
  /** From the beginning of a pass to that of the next one, at least. */
  interval_seconds: bigint;
  /** undefined when nothing was ever scrubbed. */
  progress: ScrubProgress | undefined;
}

/** Looking for silent damage in stored pieces, and repairing it. */
export interface Scrubbing {
  /**
   * A pass, beside the one in the background. Reports come some times a second; whoever is slow to read them holds the
   * pass back, and ends it with the signal or with `return`.
   * @throws manager 60003 when too many run; 60001 for an object or a bucket that is not on chain; 65201
   */
  scrub(request: ScrubRequest, signal: AbortSignal): AsyncIterable<ScrubReport>;
  /** Of the background. @throws manager 65201 */
  scrubStatus(): Promise<ScrubStatus>;
}
