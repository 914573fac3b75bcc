/** Objects, in the part of the table that their bucket's name gives. */
import type { GvgObjectsQuery, NameQuery } from '@prairie/gfsp';
import { sql } from 'kysely';
import { rangeOf } from '../name-range.ts';
import { ALL_SHARDS, bucketShard } from '../shards.ts';
import { id, type RowOf } from '../sql/columns.ts';
import { selectIn } from '../sql/in-list.ts';
import type { Builder, Session } from '../sql/session.ts';
import { ShardedTable } from '../sql/sharded-table.ts';
import { Table } from '../sql/table.ts';
import { unionPage } from '../sql/union.ts';
import { type FoundId, GroupsObjects } from './groups-objects.ts';
import { objectIdMapTable, objectTable } from './schema/resources.ts';

export type ObjectRow = RowOf<typeof objectTable.columns>;
type NewObjectRow = Partial<ObjectRow> & Pick<ObjectRow, 'object_id' | 'bucket_name'>;

const BY_NAME = ['object_name', 'id'];
const BY_REMOVAL = ['update_at', 'object_id'];

export class Objects {
  readonly #session: Session;
  readonly #shards: ShardedTable<typeof objectTable.columns>;
  readonly #bucketOf: Table<typeof objectIdMapTable.columns>;

  constructor(session: Session) {
    this.#session = session;
    this.#shards = new ShardedTable(session, objectTable);
    this.#bucketOf = new Table(session, objectIdMapTable);
  }

  /** The object and its entry in `object_id_map`. */
  put(row: NewObjectRow): Promise<void> {
    return this.putAll([row]);
  }

  /** As put, of objects with different ids, in few statements. */
  async putAll(rows: readonly NewObjectRow[]): Promise<void> {
    for (const [shard, part] of Map.groupBy(rows, ({ bucket_name }) => bucketShard(bucket_name))) {
      await this.#shards.of(shard).putAll(part);
    }
    await this.#bucketOf.putAll(rows.map(({ object_id, bucket_name }) => ({ object_id, bucket_name })));
  }

  /** Without a name the bucket comes from `object_id_map`: some events of the chain do not name it. */
  async update(objectId: bigint, set: Partial<ObjectRow>, bucketName?: string): Promise<void> {
    const table = await this.#tableOf(objectId, bucketName);
    await table?.update({ object_id: objectId }, set);
  }

  /** The object of that name that is not removed. */
  async updateLive(bucketName: string, objectName: string, set: Partial<ObjectRow>): Promise<void> {
    const where = { bucket_name: bucketName, object_name: objectName, removed: false };
    await this.#shards.of(bucketShard(bucketName)).update(where, set);
  }

  async byId(objectId: bigint, bucketName?: string): Promise<ObjectRow | undefined> {
    return (await this.#tableOf(objectId, bucketName))?.get({ object_id: objectId });
  }

  /** The latest of that name: a copy takes the name of what was there, which stays under its id. */
  async live(bucketName: string, objectName: string): Promise<ObjectRow | undefined> {
    const rows = await this.#shards
      .of(bucketShard(bucketName))
      .select(
        'live',
        (all, mark) =>
          all
            .where('bucket_name', '=', mark.of('bucket_name'))
            .where('removed', '=', sql.lit(false))
            .where('object_name', '=', mark.of('object_name'))
            .orderBy('id', 'desc')
            .limit(sql.lit(1)),
        { bucket_name: bucketName, object_name: objectName },
      );
    return rows[0];
  }

  /** By name in byte order. */
  list({ bucket, prefix, from, limit }: NameQuery, includeRemoved: boolean): Promise<ObjectRow[]> {
    const range = rangeOf(prefix, from);
    const table = this.#shards.of(bucketShard(bucket));
    const { session, name, columns, marks } = table;
    const build = (builder: Builder) => {
      const branches = (includeRemoved ? [false, true] : [false]).map((removed) => {
        const names = builder
          .selectFrom(name)
          .select([...columns, 'id'])
          .where('bucket_name', '=', marks.of('bucket_name'))
          .where('removed', '=', sql.lit(removed))
          .where('object_name', '>=', marks.of('object_name', 'from'));
        return range.end === undefined ? names : names.where('object_name', '<', marks.of('object_name', 'end'));
      });
      return unionPage(builder, session.engine, branches, { by: BY_NAME, limit: marks.limit('limit') });
    };
    const key = `${name} list ${includeRemoved} ${range.end === undefined}`;
    return table.read(key, build, { bucket_name: bucket, ...range, limit });
  }

  async liveByIds(objectIds: readonly bigint[]): Promise<ObjectRow[]> {
    const found = await selectIn(this.#bucketOf, 'object_id', objectIds);
    const places = found.map(({ object_id, bucket_name }) => ({ object_id, shard: bucketShard(bucket_name) }));
    return this.#rowsAt(places, { removed: false });
  }

  /** Live sealed objects that are not empty, by id. */
  async inGvg(query: GvgObjectsQuery): Promise<ObjectRow[]> {
    const page = await new GroupsObjects(this.#session, this.#shards).page(query);
    const rows = await this.#rowsAt(page, { removed: false });
    return rows.sort((a, b) => (a.object_id < b.object_id ? -1 : 1));
  }

  /** Removed objects of all buckets, by the height of their removal and id. */
  async removedBetween(from: bigint, to: bigint, limit: number): Promise<ObjectRow[]> {
    const { marks } = this.#shards.of(0);
    const build = (builder: Builder) => {
      const branches = ALL_SHARDS.map((shard) =>
        builder
          .selectFrom(this.#shards.of(shard).name)
          .select(['update_at', 'object_id', sql.lit(shard).as('shard')])
          .where('removed', '=', sql.lit(true))
          .where('update_at', '>=', marks.of('update_at', 'from'))
          .where('update_at', '<=', marks.of('update_at', 'to')),
      );
      return unionPage(builder, this.#session.engine, branches, { by: BY_REMOVAL, limit: marks.limit('limit') });
    };
    const found = await this.#session.rows('objects removed between', build, { from, to, limit });
    const page = found.map((row) => ({ shard: Number(row.shard), object_id: id.decode(row.object_id!) }));
    const rows = new Map((await this.#rowsAt(page)).map((row) => [row.object_id, row]));
    return page.flatMap(({ object_id }) => rows.get(object_id) ?? []);
  }

  /** Largest id that was ever put, 0 without any. */
  async latestId(): Promise<bigint> {
    const [row] = await this.#bucketOf.select('latest', (all) => all.orderBy('object_id', 'desc').limit(sql.lit(1)));
    return row?.object_id ?? 0n;
  }

  /** In any order, a statement for each part of the table. */
  async #rowsAt(places: readonly FoundId[], where: Partial<ObjectRow> = {}): Promise<ObjectRow[]> {
    const reads = [...Map.groupBy(places, ({ shard }) => shard)].map(([shard, found]) => {
      const ids = found.map(({ object_id }) => object_id);
      return selectIn(this.#shards.of(shard), 'object_id', ids, where);
    });
    return (await Promise.all(reads)).flat();
  }

  /** `bucketName` saves the look at the map of ids. */
  async #tableOf(objectId: bigint, bucketName?: string): Promise<Table<typeof objectTable.columns> | undefined> {
    const name = bucketName ?? (await this.#bucketOf.get({ object_id: objectId }))?.bucket_name;
    return name === undefined ? undefined : this.#shards.of(bucketShard(name));
  }
}
