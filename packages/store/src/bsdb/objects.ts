/** Objects, in the part of the table that their bucket's name gives. */

import type { NameQuery } from '@prairie/gfsp';
import { afterPrefix } from '../name-range.ts';
import { bucketShard } from '../shards.ts';
import type { RowOf } from '../sqlite/columns.ts';
import type { SqliteDatabase, SqlValue } from '../sqlite/database.ts';
import { ShardedTable } from '../sqlite/sharded-table.ts';
import { Table } from '../sqlite/table.ts';
import { objectIdMapTable, objectTable } from './schema/resources.ts';

export type ObjectRow = RowOf<typeof objectTable.columns>;

export class Objects {
  private readonly shards: ShardedTable<typeof objectTable.columns>;
  private readonly bucketOf: Table<typeof objectIdMapTable.columns>;

  constructor(db: SqliteDatabase) {
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

  live(bucketName: string, objectName: string): ObjectRow | undefined {
    const tail = 'WHERE bucket_name = ? AND object_name = ? AND removed = 0 LIMIT 1';
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

  private tableOf(objectId: bigint): Table<typeof objectTable.columns> | undefined {
    const bucketName = this.bucketOf.get({ object_id: objectId })?.bucket_name;
    return bucketName === undefined ? undefined : this.shards.existing(bucketShard(bucketName));
  }
}
