/** Read quota and read records that are old enough (`reference/tasks-and-manager.md` §10, GCMeta). */
import { type GcFinding, nowSeconds } from '@prairie/gfsp';
import { type GcCounts, type GcRun, type GcTools, noCounts } from './ports.ts';

export interface MetaKeeping {
  /** Days that the quota of a month stays after the month's end began to count; at least 90. */
  trafficDays: number;
  recordDays: number;
  /** Records at a time. */
  recordLimit: number;
}

/** `reference/tasks-and-manager.md` §4.3: the least that may be configured. */
const LEAST_TRAFFIC_DAYS = 90;
/** Rows of one run; the next one goes on. */
const BUDGET = 100_000;
const TRAFFIC_PAGE = 500;
const DAY_SECONDS = 86_400;

/** Deletes in pages until nothing is left that is so old, or the run has deleted a hundred thousand rows. */
export async function collectMeta(
  keeping: MetaKeeping,
  run: GcRun,
  tools: Pick<GcTools, 'spdb' | 'now'>,
): Promise<GcCounts> {
  const now = tools.now?.() ?? Number(nowSeconds());
  const counts = noCounts();
  const months = () =>
    collectTraffic(monthOf(now - Math.max(keeping.trafficDays, LEAST_TRAFFIC_DAYS) * DAY_SECONDS), run, tools);
  const records = () =>
    collectRecords(BigInt(now - keeping.recordDays * DAY_SECONDS) * 1_000_000n, keeping.recordLimit, run, tools);
  for (const collect of [months, records]) {
    for await (const finding of collect()) {
      run.signal?.throwIfAborted();
      await run.onFinding?.(finding);
      counts.rows += finding.rows.length;
      if (counts.rows >= BUDGET) break;
    }
  }
  return counts;
}

type Tools = Pick<GcTools, 'spdb'>;

/** Rows of months before `month`. */
async function* collectTraffic(month: string, { dryRun }: GcRun, { spdb }: Tools): AsyncGenerator<GcFinding> {
  for (;;) {
    const rows = await spdb.listTrafficBefore(month, TRAFFIC_PAGE);
    if (rows.length === 0) return;
    if (!dryRun) await spdb.deleteTrafficBefore(month, TRAFFIC_PAGE);
    const names = rows.map(({ bucket_id, month: of }) => `bucket_traffic ${bucket_id} ${of}`);
    yield { kind: 'meta', reason: `read quota of a month before ${month}`, keys: [], rows: names, bytes: 0n };
    if (dryRun || rows.length < TRAFFIC_PAGE) return;
  }
}

/** Records have no name: their number stands for them. */
async function* collectRecords(
  beforeUs: bigint,
  limit: number,
  { dryRun }: GcRun,
  { spdb }: Tools,
): AsyncGenerator<GcFinding> {
  // of a dry run all at once, and told in the same pages
  for (let left = dryRun ? await spdb.countReadRecordsBefore(beforeUs, BUDGET) : BUDGET; left > 0; ) {
    const count = dryRun ? Math.min(limit, left) : await spdb.deleteReadRecordsBefore(beforeUs, limit);
    if (count === 0) return;
    left -= count;
    const rows = Array.from({ length: count }, () => 'read_record');
    yield { kind: 'meta', reason: 'a read that is older than records are kept', keys: [], rows, bytes: 0n };
    if (count < limit) return;
  }
}

/** `YYYY-MM`, as the table has it: texts compare as months do. */
function monthOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 7);
}
