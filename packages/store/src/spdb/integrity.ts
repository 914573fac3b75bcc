/** Checksums of stored pieces: of whole objects, and of pieces on their way (`reference/block-syncer-and-db.md` §11.2). */
import type { IntegrityMeta, PieceHash } from '@prairie/gfsp';
import { integrityShard } from '../shards.ts';
import { toSqlUint64 } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { ShardedTable } from '../sqlite/sharded-table.ts';
import { Table } from '../sqlite/table.ts';
import { integrityTable, pieceHashTable } from './schema.ts';

export class IntegrityRows {
  private readonly shards: ShardedTable<typeof integrityTable.columns>;
  private readonly pieces: Table<typeof pieceHashTable.columns>;

  constructor(db: SqliteDatabase) {
    this.shards = new ShardedTable(db, integrityTable);
    this.pieces = new Table(db, pieceHashTable);
  }

  /** Replaces what is there: content that is uploaded again has other checksums. */
  set(meta: IntegrityMeta): void {
    this.shards.of(integrityShard(meta.object_id)).replace(meta);
  }

  get(objectId: bigint, redundancyIndex: number): IntegrityMeta | undefined {
    const key = { object_id: objectId, redundancy_index: redundancyIndex };
    return this.shards.existing(integrityShard(objectId))?.get(key);
  }

  delete(objectId: bigint, redundancyIndex: number): void {
    const key = { object_id: objectId, redundancy_index: redundancyIndex };
    this.shards.existing(integrityShard(objectId))?.delete(key);
  }

  setPiece(row: PieceHash): void {
    this.pieces.replace(row);
  }

  listPieces(objectId: bigint, redundancyIndex: number): PieceHash[] {
    return this.pieces.select('WHERE object_id = ? AND redundancy_index = ? ORDER BY segment_index', [
      toSqlUint64(objectId),
      redundancyIndex,
    ]);
  }

  deletePieces(objectId: bigint, redundancyIndex: number): void {
    this.pieces.delete({ object_id: objectId, redundancy_index: redundancyIndex });
  }
}
