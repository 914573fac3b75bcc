/** Objects, in the part of the table that their bucket's name gives. */

import type { LvgObjectsQuery, NameQuery } from '@prairie/gfsp';
import { afterPrefix } from '../name-range.ts';
import { ALL_SHARDS, bucketShard } from '../shards.ts';
import { id, idBytes, type RowOf } from '../sqlite/columns.ts';
import type { SqliteDatabase, SqlValue } from '../sqlite/database.ts';
import { ShardedTable } from '../sqlite/sharded-table.ts';
import { Table } from '../sqlite/table.ts';
import { HAS_PIECES, objectIdMapTable, objectTable } from './schema/resources.ts';

export type ObjectRow = RowOf<typeof objectTable.columns>;

export class Objects {
  private readonly db: SqliteDatabase;
  private readonly shards: ShardedTable<typeof objectTable.columns>;
  private readonly bucketOf: Table<typeof objectIdMapTable.columns>;

  constructor(db: SqliteDatabase) {
    this.db = db;
    this.shards = new ShardedTable(db, objectTable);
    this.bucketOf = new Table(db, objectIdMapTable);
  }

  /** The object and its entry in `object_id_map`. */
  put(row: Partial<ObjectRow> & Pick<ObjectRow, 'object_id' | 'bucket_name'>): void {
    this.shards.of(bucketShard(row.bucket_name)).replace(row);
    this.bucketOf.replace({ object_id: row.object_id, bucket_name: row.bucket_name });
  }

  /** The bucket comes from `object_id_map`: some events of the chain do not name it. */
  update(objectId: bigint, set: Partial<ObjectRow>): void {
    this.tableOf(objectId)?.update({ object_id: objectId }, set);
  }

  /** The object of that name that is not removed. */
  updateLive(bucketName: string, objectName: string, set: Partial<ObjectRow>): void {
    const where = { bucket_name: bucketName, object_name: objectName, removed: false };
    this.shards.existing(bucketShard(bucketName))?.update(where, set);
  }

  byId(objectId: bigint): ObjectRow | undefined {
    return this.tableOf(objectId)?.get({ object_id: objectId });
  }

  /** The latest of that name: a copy takes the name of what was there, which stays under its id. */
  live(bucketName: string, objectName: string): ObjectRow | undefined {
    const tail = 'WHERE bucket_name = ? AND object_name = ? AND removed = 0 ORDER BY id DESC LIMIT 1';
    return this.shards.existing(bucketShard(bucketName))?.select(tail, [bucketName, objectName])[0];
  }

  /** By name in byte order. */
  list({ bucket, prefix, from, limit }: NameQuery, includeRemoved: boolean): ObjectRow[] {
    const end = afterPrefix(prefix);
    const params: SqlValue[] = [bucket, prefix, from];
    if (end !== undefined) params.push(end);
    const tail = `WHERE bucket_name = ? AND object_name >= max(?, ?) ${end === undefined ? '' : 'AND object_name < ?'}
      ${includeRemoved ? '' : 'AND removed = 0'} ORDER BY object_name, id LIMIT ?`;
    return this.shards.existing(bucketShard(bucket))?.select(tail, [...params, limit]) ?? [];
  }

  /** Ids of live sealed objects that are not empty, ascending. Only an index is read: a group has thousands of these pages. */
  idsInLvg({ bucket, lvgId, after, until, createdUntil, limit }: LvgObjectsQuery): bigint[] {
    const table = this.shards.existing(bucketShard(bucket));
    if (!table) return [];
    const params: SqlValue[] = [bucket, lvgId, idBytes(after)];
    if (until !== undefined) params.push(idBytes(until));
    if (createdUntil !== undefined) params.push(createdUntil);
    const sql = `SELECT object_id FROM "${table.name}" WHERE bucket_name = ? AND local_virtual_group_id = ?
      AND ${HAS_PIECES} AND object_id > ?
      ${until === undefined ? '' : 'AND object_id <= ?'} ${createdUntil === undefined ? '' : 'AND create_at <= ?'}
      ORDER BY object_id LIMIT ?`;
    return this.db.all(sql, [...params, limit]).map((row) => id.decode(row.object_id!));
  }

  /** Removed objects of all buckets, by the height of their removal and id. */
  removedBetween(from: bigint, to: bigint, limit: number): ObjectRow[] {
    const parts = ALL_SHARDS.flatMap((shard) => {
      const table = this.shards.existing(shard);
      return table ? [{ shard, name: table.name }] : [];
    });
    if (parts.length === 0) return [];
    // every part is in order by its index: SQLite merges them, and stops at the limit
    const sql = parts
      .map(
        ({ shard, name }) =>
          `SELECT update_at, object_id, ${shard} AS shard FROM "${name}"
           WHERE removed = 1 AND update_at >= ?1 AND update_at <= ?2`,
      )
      .join(' UNION ALL ');
    const found = this.db.all(`${sql} ORDER BY update_at, object_id LIMIT ?3`, [from, to, limit]);
    return found.map((row) => this.shards.existing(Number(row.shard))!.get({ object_id: id.decode(row.object_id!) })!);
  }

  /** Largest id that was ever put, 0 without any. */
  latestId(): bigint {
    return id.decode(this.db.get('SELECT max(object_id) AS latest FROM object_id_map')?.latest ?? null);
  }

  private tableOf(objectId: bigint): Table<typeof objectTable.columns> | undefined {
    const bucketName = this.bucketOf.get({ object_id: objectId })?.bucket_name;
    return bucketName === undefined ? undefined : this.shards.existing(bucketShard(bucketName));
  }
}
