/**
 * Ids of the objects in a global virtual group, a page at a time: its local groups are in many buckets, each has its ids
 * in order in an index, and nothing but indexes is read.
 */
import type { GvgObjectsQuery } from '@prairie/gfsp';
import { sql } from 'kysely';
import { bucketShard } from '../shards.ts';
import { id, uint } from '../sql/columns.ts';
import type { Builder, Session } from '../sql/session.ts';
import type { ShardedTable } from '../sql/sharded-table.ts';
import { Table } from '../sql/table.ts';
import { unionPage } from '../sql/union.ts';
import { lvgTable } from './schema/providers.ts';
import { bucketTable, HAS_PIECES, type objectTable } from './schema/resources.ts';

/** Local groups that one statement looks at. */
const AT_ONCE = 64;
const BY_ID = ['object_id'];
/** Above every id, and every height. */
const LAST_ID = 2n ** 256n - 1n;
const LAST_HEIGHT = 2n ** 63n - 1n;

interface LocalGroup {
  readonly bucket: string;
  readonly lvg: number;
}

export interface FoundId {
  readonly object_id: bigint;
  readonly shard: number;
}

export class GroupsObjects {
  readonly #session: Session;
  readonly #shards: ShardedTable<typeof objectTable.columns>;

  constructor(session: Session, shards: ShardedTable<typeof objectTable.columns>) {
    this.#session = session;
    this.#shards = shards;
  }

  async page(query: GvgObjectsQuery): Promise<FoundId[]> {
    const byShard = Map.groupBy(await this.#localGroups(query), ({ bucket }) => bucketShard(bucket));
    let page: FoundId[] = [];
    let until = LAST_ID;
    for (const [shard, groups] of byShard) {
      for (let at = 0; at < groups.length; at += AT_ONCE) {
        const found = await this.#idsIn(shard, groups.slice(at, at + AT_ONCE), query, until);
        page = [...page, ...found].sort(byId).slice(0, query.limit);
        // the next ones need not look beyond a page that is full
        if (page.length === query.limit) until = page.at(-1)!.object_id;
      }
    }
    return page;
  }

  /** Live ones of buckets that are not removed. */
  async #localGroups({ gvgId, bucketId }: GvgObjectsQuery): Promise<LocalGroup[]> {
    const lvgs = new Table(this.#session, lvgTable);
    const build = (builder: Builder) => {
      const all = builder
        .selectFrom(`${lvgTable.name} as l`)
        .innerJoin(`${bucketTable.name} as b`, 'b.bucket_id', 'l.bucket_id')
        .select(['b.bucket_name', 'l.local_virtual_group_id'])
        .where('l.global_virtual_group_id', '=', lvgs.marks.of('global_virtual_group_id'))
        .where('l.removed', '=', sql.lit(false))
        .where('b.removed', '=', sql.lit(false));
      return bucketId === undefined ? all : all.where('l.bucket_id', '=', lvgs.marks.of('bucket_id'));
    };
    const values = { global_virtual_group_id: gvgId, bucket_id: bucketId };
    const rows = await this.#session.rows(`local groups ${bucketId === undefined}`, build, values);
    const { bucket_name } = bucketTable.columns;
    return rows.map((row) => ({
      bucket: bucket_name.decode(row.bucket_name!),
      lvg: uint.decode(row.local_virtual_group_id!),
    }));
  }

  async #idsIn(
    shard: number,
    groups: readonly LocalGroup[],
    { after, createdUntil = LAST_HEIGHT, limit }: GvgObjectsQuery,
    until: bigint,
  ): Promise<FoundId[]> {
    const { name, marks } = this.#shards.of(shard);
    const build = (builder: Builder) => {
      const branches = groups.map((_, i) =>
        builder
          .selectFrom(name)
          .select('object_id')
          .where('bucket_name', '=', marks.of('bucket_name', `bucket ${i}`))
          .where('local_virtual_group_id', '=', marks.of('local_virtual_group_id', `lvg ${i}`))
          .where(sql.raw<boolean>(HAS_PIECES))
          .where('object_id', '>', marks.of('object_id', 'after'))
          .where('object_id', '<=', marks.of('object_id', 'until'))
          .where('create_at', '<=', marks.of('create_at')),
      );
      return unionPage(builder, this.#session.engine, branches, { by: BY_ID, limit: marks.limit('limit') });
    };
    const values: Record<string, unknown> = { after, until, create_at: createdUntil, limit };
    for (const [i, { bucket, lvg }] of groups.entries()) {
      values[`bucket ${i}`] = bucket;
      values[`lvg ${i}`] = lvg;
    }
    const rows = await this.#session.rows(`${name} in ${groups.length} groups`, build, values);
    return rows.map((row) => ({ shard, object_id: id.decode(row.object_id!) }));
  }
}

function byId(a: FoundId, b: FoundId): number {
  return a.object_id < b.object_id ? -1 : 1;
}
