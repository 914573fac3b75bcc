/** Checksums of pieces (`reference/block-syncer-and-db.md` §11.2). */
import { hexList, hexText, int, int64, uint, uint64 } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

/** In 64 parts, `integrity_meta_00` … */
export const integrityTable = defineTable({
  name: 'integrity_meta',
  columns: {
    object_id: uint64,
    redundancy_index: int,
    integrity_checksum: hexText,
    piece_checksum_list: hexList,
    object_size: uint64,
  },
  primaryKey: ['object_id', 'redundancy_index'],
});

export const shadowIntegrityTable = defineTable({
  name: 'shadow_integrity_meta',
  columns: {
    object_id: uint64,
    redundancy_index: int,
    integrity_checksum: hexText,
    piece_checksum_list: hexList,
    version: int64,
    object_size: uint64,
    // ours
    updated_at: int64,
  },
  primaryKey: ['object_id', 'redundancy_index'],
});

export const pieceHashTable = defineTable({
  name: 'piece_hash',
  columns: { object_id: uint64, segment_index: uint, redundancy_index: int, piece_checksum: hexText, version: int64 },
  primaryKey: ['object_id', 'segment_index', 'redundancy_index'],
});
