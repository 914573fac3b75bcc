/** Rows, and their pieces, without a reason to exist (`reference/tasks-and-manager.md` §10, GCZombiePiece). */
import { collecting } from './collector.ts';
import type { GcCounts, GcRun, GcTools } from './ports.ts';

export interface ObjectIdRange {
  /** Both inclusive. */
  from: bigint;
  to: bigint;
}

/** Objects that are looked at together. */
const TOGETHER = 50;

/**
 * Looks at every object of the range that has a row here, in the order of ids. One that neither the chain nor the tables
 * know goes too, other than in the reference, unless it is among the newest: ids are never used again, so nothing will
 * ever ask for it. @throws what chain, tables or store throw
 */
export function collectZombies({ from, to }: ObjectIdRange, run: GcRun, tools: GcTools): Promise<GcCounts> {
  return collecting({ kind: 'zombie' }, run, tools, async (collector) => {
    for (let after = from > 0n ? from - 1n : 0n; ; ) {
      run.signal?.throwIfAborted();
      const ids = await tools.spdb.listClaimedObjects(after, to, TOGETHER);
      await collector.collect(ids.map((objectId) => ({ objectId })));
      const last = ids.at(-1);
      if (last !== undefined) await run.onProgress?.({ position: 0n, objectId: last });
      if (last === undefined || ids.length < TOGETHER) return;
      after = last;
    }
  });
}
