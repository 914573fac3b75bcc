/** Checksums of content that replaces sealed content, until it is sealed itself (`reference/block-syncer-and-db.md` §11.2). */
import type { ShadowIntegrityMeta } from '@prairie/gfsp';
import { blob, bytesList, int, int64, uint64 } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import type { Migration } from '../sqlite/migrate.ts';
import { ddl, defineTable, Table } from '../sqlite/table.ts';

const shadowIntegrityTable = defineTable({
  name: 'shadow_integrity_meta',
  columns: {
    object_id: uint64,
    redundancy_index: int,
    integrity_checksum: blob,
    piece_checksum_list: bytesList,
    version: int64,
    object_size: uint64,
    updated_at: int64,
  },
  primaryKey: ['object_id', 'redundancy_index'],
});

export const createShadowIntegrity: Migration = (db) => db.exec(ddl(shadowIntegrityTable));

/** The rows of uploads say which content they are about. A new file has the column from its beginning. */
export const addContentTime: Migration = (db) => {
  const column = "SELECT 1 FROM pragma_table_info('upload_object_progress') WHERE name = 'content_time'";
  if (!db.get(column)) db.exec('ALTER TABLE upload_object_progress ADD COLUMN content_time INTEGER');
};

export class ShadowIntegrityRows {
  private readonly table: Table<typeof shadowIntegrityTable.columns>;

  constructor(db: SqliteDatabase) {
    this.table = new Table(db, shadowIntegrityTable);
  }

  set(meta: ShadowIntegrityMeta): void {
    this.table.replace(meta);
  }

  get(objectId: bigint, redundancyIndex: number): ShadowIntegrityMeta | undefined {
    return this.table.get({ object_id: objectId, redundancy_index: redundancyIndex });
  }

  delete(objectId: bigint, redundancyIndex: number): void {
    this.table.delete({ object_id: objectId, redundancy_index: redundancyIndex });
  }
}
