/** Contents that an update has replaced, or that were never sealed (`reference/pieces-and-redundancy.md` §11). */
import { collecting } from './collector.ts';
import type { GcCounts, GcRun, GcTools } from './ports.ts';

/** Rows read, and objects looked at, at a time. */
const PAGE = 50;

/** Of these objects: shadow rows are promoted or deleted, and what is condemned, or kept for others, goes. */
export function collectStaleOf(objectIds: readonly bigint[], run: GcRun, tools: GcTools): Promise<GcCounts> {
  return collecting({ kind: 'stale' }, run, tools, async (collector) => {
    for (let at = 0; at < objectIds.length; at += PAGE) {
      await collector.collect(objectIds.slice(at, at + PAGE).map((objectId) => ({ objectId })));
    }
  });
}

/** All objects with a shadow row, or with pieces that are condemned. */
export function collectStaleVersions(run: GcRun, tools: GcTools): Promise<GcCounts> {
  return collecting({ kind: 'stale' }, run, tools, async (collector) => {
    for await (const ids of staleObjects(tools)) {
      run.signal?.throwIfAborted();
      await collector.collect(ids.map((objectId) => ({ objectId })));
    }
  });
}

async function* staleObjects({ spdb }: Pick<GcTools, 'spdb'>): AsyncGenerator<bigint[]> {
  for (let after = 0n; ; ) {
    const rows = await spdb.listShadowIntegrity(PAGE, { object_id: after, redundancy_index: ABOVE_ALL });
    yield* idsOf(rows);
    if (rows.length < PAGE) break;
    after = rows.at(-1)!.object_id;
  }
  for (let after = 0n; ; ) {
    const rows = await spdb.listCondemned(PAGE, after);
    yield* idsOf(rows);
    if (rows.length < PAGE) break;
    after = rows.at(-1)!.object_id;
  }
}

/** All rows of the last object of a page are looked at with it. */
const ABOVE_ALL = 0x7fff_ffff;

function* idsOf(rows: readonly { object_id: bigint }[]): Generator<bigint[]> {
  if (rows.length > 0) yield [...new Set(rows.map(({ object_id }) => object_id))];
}
