/** What the scrubbing in the background tells of itself. */
import type { ScrubFinding } from '@prairie/gfsp';
import type { Metrics } from './metrics.ts';

/** A piece that was looked at, or something else that is wrong. */
export interface ScrubFacts {
  pieces: number;
  bytes: number;
  finding?: Pick<ScrubFinding, 'fault' | 'repaired'>;
}

export interface ScrubObserver {
  onScrubbed(facts: ScrubFacts): void;
  /** Unix seconds. */
  onPassed(finishedAt: number): void;
}

export function observeScrub(metrics: Metrics): ScrubObserver {
  return {
    onScrubbed({ pieces, bytes, finding }) {
      metrics.add('scrubbed_pieces', {}, pieces);
      metrics.add('scrubbed_bytes', {}, bytes);
      if (!finding) return;
      metrics.add('scrub_damage', { fault: finding.fault, result: finding.repaired ? 'repaired' : 'failed' });
    },
    onPassed(finishedAt) {
      metrics.set('scrub_last_pass', {}, finishedAt);
    },
  };
}
