/** Scrubbing as an operator asks for it; the reference has none. Counts and times are whole numbers below 2⁵³. */
import { define } from '@prairie/chain';
import type { ScrubCounts, ScrubFinding, ScrubProgress, ScrubReport, ScrubRequest, ScrubStatus } from '@prairie/gfsp';

export const ScrubRequestMessage = define<ScrubRequest>('prairie.ScrubRequest', {
  bucket_name: [1, 'string'],
  object_name: [2, 'string'],
  bytes_per_second: [3, 'uint64'],
});

export const CountsMessage = define<ScrubCounts>('prairie.ScrubCounts', {
  pieces: [1, 'double'],
  bytes: [2, 'double'],
  damaged: [3, 'double'],
  repaired: [4, 'double'],
  failed: [5, 'double'],
});

/** The fault as its name. */
export const FindingMessage = define<ScrubFinding>('prairie.ScrubFinding', {
  object_id: [1, 'uint64'],
  bucket_name: [2, 'string'],
  object_name: [3, 'string'],
  redundancy_index: [4, 'int32'],
  segment_index: [5, 'int32'],
  piece_key: [6, 'string'],
  fault: [7, 'string'],
  repaired: [8, 'bool'],
  error: [9, 'string'],
});

export const ReportMessage = define<ScrubReport>('prairie.ScrubReport', {
  counts: [1, 'prairie.ScrubCounts!'],
  object_id: [2, 'uint64'],
  findings: [3, 'prairie.ScrubFinding[]'],
  finished: [4, 'bool'],
});

export type ScrubStatusRequest = Record<never, never>;
export const ScrubStatusRequest = define<ScrubStatusRequest>('prairie.ScrubStatusRequest', {});

export const ProgressMessage = define<ScrubProgress>('prairie.ScrubProgress', {
  holder: [1, 'string'],
  held_until: [2, 'double'],
  object_id: [3, 'uint64'],
  redundancy_index: [4, 'int32'],
  started_at: [5, 'double'],
  pieces: [6, 'double'],
  bytes: [7, 'double'],
  damaged: [8, 'double'],
  repaired: [9, 'double'],
  failed: [10, 'double'],
  last_started_at: [11, 'double'],
  last_finished_at: [12, 'double'],
  last_pieces: [13, 'double'],
  last_bytes: [14, 'double'],
  last_damaged: [15, 'double'],
  last_repaired: [16, 'double'],
  last_failed: [17, 'double'],
});

export const StatusMessage = define<ScrubStatus>('prairie.ScrubStatus', {
  bytes_per_second: [1, 'uint64'],
  interval_seconds: [2, 'uint64'],
  progress: [3, 'prairie.ScrubProgress'],
});
