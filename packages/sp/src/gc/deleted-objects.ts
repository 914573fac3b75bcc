/** Pieces of objects that were deleted on chain (`reference/tasks-and-manager.md` §10, GCObject). */
import type { ObjectMeta } from '@prairie/gfsp';
import { together } from '../common/together.ts';
import { type Collector, collecting } from './collector.ts';
import { ASKED_AT_ONCE, type GcCounts, type GcRun, type GcTools } from './ports.ts';

export interface DeletedObjectsRange {
  /** Heights of the removals, both inclusive. */
  from: bigint;
  to: bigint;
  /** Of the objects that were removed at `from` those up to this id are done. Default 0. */
  afterObjectId?: bigint;
}

/** How far it came: all removals below `next` are done; `next` is beyond the range at its end. */
export interface DeletedObjectsCounts extends GcCounts {
  next: bigint;
}

/** Rows that the tables give at a time; objects that are looked at together. */
const PAGE = 1000;
const TOGETHER = 50;

/**
 * Deletes what is here of the objects of the range, in the order of their removal. Of most deleted objects of a network
 * a provider has nothing: they cost one look at its rows for fifty of them. An object that the chain still has stays,
 * and ends the run with an error: tables that say otherwise are wrong, and are not to be acted on.
 * @throws Error for that; what chain, tables or store throw
 */
export async function collectDeletedObjects(
  range: DeletedObjectsRange,
  run: GcRun,
  tools: GcTools,
): Promise<DeletedObjectsCounts> {
  let next = range.from;
  const counts = await collecting({ kind: 'object', knownDeleted: true }, run, tools, async (collector) => {
    next = await collectRange(range, collector, run, tools);
  });
  return { ...counts, next };
}

async function collectRange(
  { from, to, afterObjectId = 0n }: DeletedObjectsRange,
  collector: Collector,
  run: GcRun,
  tools: GcTools,
): Promise<bigint> {
  const cursor = { height: from, objectId: afterObjectId };
  for (;;) {
    run.signal?.throwIfAborted();
    const { objects, end_block_number: end } = await tools.client.metadata.listDeletedObjects(cursor.height, to);
    const left = objects.filter((object) => isAfter(object, cursor));
    for (let at = 0; at < left.length; at += TOGETHER) {
      const together = left.slice(at, at + TOGETHER);
      await collectTogether(together, collector, tools);
      const last = together.at(-1)!;
      cursor.height = last.update_at;
      cursor.objectId = last.object_info.id;
      await run.onProgress?.({ position: cursor.height, objectId: cursor.objectId });
    }
    if (objects.length < PAGE) return later(cursor.height, end + 1n);
    if (left.length > 0) continue;
    // more than a page were removed in one block: the tables do not tell the others, the pass over the rows finds them
    tools.logger.warn('a block with more deleted objects than a page', { height: cursor.height });
    cursor.height += 1n;
    cursor.objectId = 0n;
  }
}

async function collectTogether(objects: readonly ObjectMeta[], collector: Collector, tools: GcTools): Promise<void> {
  const ids = objects.map(({ object_info }) => object_info.id);
  const ours = await tools.spdb.listClaims(ids);
  await together([...ours.keys()], ASKED_AT_ONCE, (id) => requireDeleted(id, tools));
  const candidates = objects.map(({ object_info: { id: objectId, version } }) => ({ objectId, version }));
  await collector.collect(candidates.filter(({ objectId }) => ours.has(objectId)));
}

async function requireDeleted(objectId: bigint, { consensus }: GcTools): Promise<void> {
  if (!(await consensus.objectById(objectId))) return;
  throw new Error(
    `object ${objectId} is deleted according to the tables, and is on chain: nothing is collected. The block syncer has ` +
      'to be looked at',
  );
}

function isAfter({ update_at, object_info }: ObjectMeta, cursor: { height: bigint; objectId: bigint }): boolean {
  return update_at > cursor.height || (update_at === cursor.height && object_info.id > cursor.objectId);
}

const later = (a: bigint, b: bigint) => (a > b ? a : b);
