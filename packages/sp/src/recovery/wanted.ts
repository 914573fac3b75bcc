/** Which piece is to be made again, and what is known of it before. */
import type { greenfieldStorage as storage } from '@prairie/chain';
import { ecPieceSize, pieceKey, segmentSizeAt } from '@prairie/redundancy';
import { PRIMARY } from '../common/integrity.ts';
import { isReplicated, type StoredObject, segmentsOf } from '../common/pieces.ts';
import { recoveryErrors } from './errors.ts';

/** One piece of an erasure-coded object. */
export interface Wanted {
  readonly object: StoredObject;
  readonly segment: number;
  /** Redundancy index; -1 is the primary's whole segment. */
  readonly index: number;
  /** In the piece store. */
  readonly key: string;
  /** Data and parity pieces of a segment. */
  readonly data: number;
  readonly parity: number;
  /** Bytes of the segment. */
  readonly segmentLength: number;
  /** Bytes of each of its erasure-coded pieces. */
  readonly shardLength: number;
}

/** @throws 45202 for a replicated object, 45209 for a segment or an index that it does not have */
export function wantedPiece(object: StoredObject, segment: number, index: number): Wanted {
  const { object_info, storage_params } = object;
  const { redundant_data_chunk_num: data, redundant_parity_chunk_num: parity } = storage_params.versioned_params;
  if (isReplicated(object_info)) {
    throw recoveryErrors.replicated(
      `recovery only support EC redundancy type: object ${object_info.id} is replicated whole`,
    );
  }
  requireIndex(index, data + parity);
  const segments = segmentsOf(object);
  if (!Number.isInteger(segment) || segment < 0 || segment >= segments) {
    throw recoveryErrors.index(
      `recovery piece index invalid: segment ${segment} of object ${object_info.id}, which has ${segments}`,
    );
  }
  const { max_segment_size } = storage_params.versioned_params;
  const segmentLength = segmentSizeAt(object_info.payload_size, max_segment_size, segment);
  const key = pieceKey(object_info.id, segment, index, object_info.version);
  return { object, segment, index, key, data, parity, segmentLength, shardLength: ecPieceSize(segmentLength, data) };
}

/** @throws 45209 */
function requireIndex(index: number, pieces: number): void {
  if (Number.isInteger(index) && index >= PRIMARY && index < pieces) return;
  throw recoveryErrors.index(`recovery piece index invalid: expected -1 to ${pieces - 1}, got ${index}`);
}

/** Bytes of the piece itself. */
export function lengthOf({ index, segmentLength, shardLength }: Wanted): number {
  return index === PRIMARY ? segmentLength : shardLength;
}

/** What the chain has of all pieces of the index together; undefined while it has nothing. */
export function rootOf({ checksums }: Pick<storage.ObjectInfo, 'checksums'>, index: number): Buffer | undefined {
  const root = checksums[index + 1];
  return root && Buffer.from(root);
}
