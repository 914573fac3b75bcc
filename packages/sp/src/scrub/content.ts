/** What the chain and the tables together say of an object's pieces here. */
import { greenfieldStorage } from '@prairie/chain';
import {
  type Consensus,
  contentTime,
  type IntegrityMeta,
  type IntegrityTables,
  type ObjectOnChain,
} from '@prairie/gfsp';
import { CHECKSUM_BYTES, ecPieceSize, integrityHash, segmentKey, segmentSizeAt } from '@prairie/redundancy';
import { PRIMARY, storedIntegrity } from '../common/integrity.ts';
import { isReplicated, type StoredObject, secondaryPieceKey, segmentsOf } from '../common/pieces.ts';

/** Sealed content that this provider has a row of. */
export interface StoredContent {
  object: StoredObject;
  row: IntegrityMeta;
  group: ObjectOnChain['global_virtual_group'];
}

export type ContentTables = Pick<IntegrityTables, 'getIntegrity' | 'getShadowIntegrity'>;

/** Also while an update of it is under way. */
export function hasSealedContent({ object_status }: Pick<greenfieldStorage.ObjectInfo, 'object_status'>): boolean {
  return object_status === greenfieldStorage.ObjectStatus.OBJECT_STATUS_SEALED;
}

/**
 * undefined when nothing is promised: the object is gone, or not sealed yet, or the row is. An object that is being
 * updated has its sealed content meanwhile.
 */
export async function contentOf(
  { object_id: id, redundancy_index: index }: Pick<IntegrityMeta, 'object_id' | 'redundancy_index'>,
  consensus: Pick<Consensus, 'objectById' | 'storageParams'>,
  tables: ContentTables,
): Promise<StoredContent | undefined> {
  const found = await consensus.objectById(id);
  if (!found || !hasSealedContent(found.object_info)) return undefined;
  const { object_info, global_virtual_group: group } = found;
  const storage_params = await consensus.storageParams(contentTime(object_info));
  // after the chain: what the row of a later version takes the place of is asked for again
  const row = await storedIntegrity(tables, object_info, index);
  return row && { object: { object_info, storage_params }, row, group };
}

/** Nothing changed between two looks: neither the content nor what the tables say of it. */
export function isSameContent(a: StoredContent, b: StoredContent | undefined): boolean {
  return (
    b !== undefined &&
    a.object.object_info.version === b.object.object_info.version &&
    a.object.object_info.updated_at === b.object.object_info.updated_at &&
    isSameRow(a.row, b.row)
  );
}

export function isSameRow(a: IntegrityMeta, b: IntegrityMeta | undefined): boolean {
  const { piece_checksum_list: list } = a;
  return (
    b !== undefined &&
    isSame(a.integrity_checksum, b.integrity_checksum) &&
    list.length === b.piece_checksum_list.length &&
    list.every((checksum, segment) => isSame(checksum, b.piece_checksum_list[segment]!))
  );
}

/**
 * A row without a checksum for each segment, or with others than its own hash or the chain's say, cannot tell whether a
 * piece is whole. A primary's is believed without the chain: of delegated updates that has the hash of the content
 * before (`reference/pieces-and-redundancy.md` §9.6).
 */
export function isRowWrong({ object, row }: StoredContent): boolean {
  const { redundancy_index: index, piece_checksum_list: list, integrity_checksum } = row;
  if (list.length !== segmentsOf(object) || !isHashOf(integrity_checksum, list)) return true;
  return index !== PRIMARY && !isListRight(object, index, list);
}

/** Whether these are the checksums of all pieces, by the chain's word. */
export function isListRight(object: StoredObject, index: number, list: readonly Uint8Array[]): boolean {
  const onChain = object.object_info.checksums[index + 1];
  return list.length === segmentsOf(object) && onChain !== undefined && isHashOf(onChain, list);
}

export function pieceKeyOf({ object: { object_info }, row }: StoredContent, segment: number): string {
  const { redundancy_index: index } = row;
  if (index === PRIMARY) return segmentKey(object_info.id, segment, object_info.version);
  return secondaryPieceKey(object_info, segment, index);
}

/** Bytes of a piece. */
export function pieceSizeOf({ object, row }: StoredContent, segment: number): number {
  const { object_info, storage_params } = object;
  const { max_segment_size, redundant_data_chunk_num: data } = storage_params.versioned_params;
  const size = segmentSizeAt(object_info.payload_size, max_segment_size, segment);
  return row.redundancy_index === PRIMARY || isReplicated(object_info) ? size : ecPieceSize(size, data);
}

/** Whether the group of the object has this provider at the place that the row is of. */
export function isPlaceOf({ row, group }: StoredContent, spId: number): boolean {
  if (!group) return false;
  const { redundancy_index: index } = row;
  return (index === PRIMARY ? group.primary_sp_id : group.secondary_sp_ids[index]) === spId;
}

function isHashOf(hash: Uint8Array, list: readonly Uint8Array[]): boolean {
  return list.every(({ length }) => length === CHECKSUM_BYTES) && isSame(integrityHash(list), hash);
}

const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
