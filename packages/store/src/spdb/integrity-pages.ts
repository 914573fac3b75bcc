/** All integrity rows in the order of objects, over the parts of their table (`reference/block-syncer-and-db.md` §11.2). */
import type { IntegrityMeta } from '@prairie/gfsp';
import { ALL_SHARDS, integrityShard, integrityShardEnd } from '../shards.ts';
import type { ShardedTable } from '../sql/sharded-table.ts';
import type { Table } from '../sql/table.ts';
import type { integrityTable } from './schema/integrity.ts';

type Columns = typeof integrityTable.columns;
type Key = Pick<IntegrityMeta, 'object_id' | 'redundancy_index'>;

/** Below every index: -1 is the primary's. */
const BEFORE_ALL = -2;

/** Up to `limit` rows after that key; fewer only at the end. */
export async function integrityPage(
  parts: ShardedTable<Columns>,
  after: Key | undefined,
  limit: number,
): Promise<IntegrityMeta[]> {
  const rows: IntegrityMeta[] = [];
  let from: Key | undefined = after ?? { object_id: 0n, redundancy_index: BEFORE_ALL };
  while (from) {
    // a part has ids of several ranges: ids beyond all ranges begin anew with the first part
    const end = integrityShardEnd(from.object_id);
    const part = parts.of(integrityShard(from.object_id));
    rows.push(...(await rowsAfter(part, from, end, limit - rows.length)));
    if (rows.length >= limit) return rows;
    const next = await firstFrom(parts, end);
    from = next === undefined ? undefined : { object_id: next, redundancy_index: BEFORE_ALL };
  }
  return rows;
}

function rowsAfter(part: Table<Columns>, { object_id, redundancy_index }: Key, end: bigint, limit: number) {
  return part.select(
    'after',
    (query, mark) =>
      query
        .where('object_id', '>=', mark.of('object_id'))
        .where('object_id', '<', mark.of('object_id', 'end'))
        // one range of the key, and those of its first object that were there before
        .where(({ not, and, eb }) =>
          not(
            and([
              eb('object_id', '=', mark.of('object_id')),
              eb('redundancy_index', '<=', mark.of('redundancy_index')),
            ]),
          ),
        )
        .orderBy('object_id')
        .orderBy('redundancy_index')
        .limit(mark.limit('limit')),
    { object_id, redundancy_index, end, limit },
  );
}

/** The least object id of all parts that is not below `id`. Asked once in five million objects, and at the end. */
async function firstFrom(parts: ShardedTable<Columns>, id: bigint): Promise<bigint | undefined> {
  const firsts = await Promise.all(ALL_SHARDS.map((shard) => firstOf(parts.of(shard), id)));
  return firsts.reduce((least, one) => (least === undefined || (one !== undefined && one < least) ? one : least));
}

async function firstOf(part: Table<Columns>, id: bigint): Promise<bigint | undefined> {
  const [row] = await part.select(
    'first from',
    (query, mark) =>
      query
        .where('object_id', '>=', mark.of('object_id'))
        .orderBy('object_id')
        .orderBy('redundancy_index')
        .limit(mark.limit('limit')),
    { object_id: id, limit: 1 },
  );
  return row?.object_id;
}
