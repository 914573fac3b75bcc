/** How many objects each part of their table has (`reference/block-syncer-and-db.md` §4). */
import type { BsdbObjectCounts } from '@prairie/gfsp';
import { ALL_SHARDS, bucketShard } from '../shards.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { objectCountTable } from './schema/statistics.ts';

export class Statistics {
  private readonly db: SqliteDatabase;
  private readonly counts: Table<typeof objectCountTable.columns>;

  constructor(db: SqliteDatabase) {
    this.db = db;
    this.counts = new Table(db, objectCountTable);
  }

  /** Adds to the counts of the part that the bucket's objects are in; the deltas may be negative. */
  addObjects(bucketName: string, total: number, sealed: number): void {
    this.db.run(
      `INSERT INTO object_counts (shard, total, sealed) VALUES (?, ?, ?)
       ON CONFLICT (shard) DO UPDATE SET total = total + excluded.total, sealed = sealed + excluded.sealed`,
      [bucketShard(bucketName), total, sealed],
    );
  }

  objectCounts(): BsdbObjectCounts {
    const rows = new Map(this.counts.select('ORDER BY shard').map((row) => [row.shard, row]));
    const column = (name: 'total' | 'sealed') => ALL_SHARDS.map((shard) => rows.get(shard)?.[name] ?? 0n);
    return { total: column('total'), sealed: column('sealed') };
  }
}
