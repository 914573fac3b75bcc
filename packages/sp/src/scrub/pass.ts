/** A pass that somebody asked for. */
import type { ScrubFinding, ScrubReport } from '@prairie/gfsp';
import type { Pace } from './pace.ts';
import type { Row } from './rows.ts';
import type { Scrubber } from './scrubber.ts';
import { NOTHING, withScrubbed } from './tally.ts';

export interface PassOptions {
  /** Pause between two reports at least. Default 250 ms. */
  reportMs?: number;
}

/** Findings of a report at most. */
const MAX_FINDINGS = 100;

/** Goes on when a report is asked for: whoever does not read any more pays for nothing. */
export async function* passOver(
  rows: AsyncIterable<Row>,
  scrubber: Pick<Scrubber, 'look'>,
  { pace, signal, reportMs = 250 }: PassOptions & { pace: Pace; signal: AbortSignal },
): AsyncGenerator<ScrubReport> {
  let counts = { ...NOTHING };
  let findings: ScrubFinding[] = [];
  let objectId = 0n;
  let told = performance.now();
  const report = (finished: boolean): ScrubReport => {
    const made = { counts, object_id: objectId, findings, finished };
    findings = [];
    told = performance.now();
    return made;
  };
  for await (const row of rows) {
    objectId = row.object_id;
    for await (const scrubbed of scrubber.look(row, pace, signal)) {
      counts = withScrubbed(counts, scrubbed);
      if (scrubbed.finding) findings.push(scrubbed.finding);
      if (findings.length >= MAX_FINDINGS || performance.now() - told >= reportMs) yield report(false);
    }
  }
  yield report(true);
}
