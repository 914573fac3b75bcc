import type { ScrubCounts } from '@prairie/gfsp';
import type { Scrubbed } from './scrubber.ts';

export const NOTHING: Readonly<ScrubCounts> = { pieces: 0, bytes: 0, damaged: 0, repaired: 0, failed: 0 };

export function withScrubbed(counts: ScrubCounts, { pieces, bytes, finding }: Scrubbed): ScrubCounts {
  return {
    pieces: counts.pieces + pieces,
    bytes: counts.bytes + bytes,
    damaged: counts.damaged + (finding ? 1 : 0),
    repaired: counts.repaired + (finding?.repaired ? 1 : 0),
    failed: counts.failed + (finding && !finding.repaired ? 1 : 0),
  };
}
