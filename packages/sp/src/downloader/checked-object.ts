/** What the pieces of an object should be. */
import { timingSafeEqual } from 'node:crypto';
import type { SpDb } from '@prairie/gfsp';
import { ecPieceKey, ecPieceSize, segmentKey, segmentSizeAt } from '@prairie/redundancy';
import { PRIMARY } from '../common/integrity.ts';
import { isReplicated, type StoredObject, segmentsOf } from '../common/pieces.ts';
import { isRootOf, knownChecksums, rootOf } from '../recovery/index.ts';
import type { CheckedPiece } from './checked-pieces.ts';

/** The pieces of one redundancy index of an object. */
export interface CheckedObject {
  readonly object: StoredObject;
  readonly index: number;
  /** By segment; undefined when no row tells, or none was read. */
  readonly checksums: readonly Buffer[] | undefined;
  /** Reads the row, for an object that the chain's checksum tells enough of mostly. */
  readonly row?: () => Promise<readonly Buffer[] | undefined>;
}

/** An object of one segment is known by the chain's checksum: only when that does not fit a row is read. @throws 45201 */
export async function checkedObject(
  spdb: Pick<SpDb, 'getIntegrity' | 'getShadowIntegrity'>,
  object: StoredObject,
  index: number,
): Promise<CheckedObject> {
  const row = () => knownChecksums(spdb, object, index);
  if (segmentsOf(object) === 1 && rootOf(object.object_info, index))
    return { object, index, checksums: undefined, row };
  return { object, index, checksums: await row() };
}

/** @throws RangeError for a segment that the object does not have */
export function checkedPiece(of: CheckedObject, segment: number, mayRepair: boolean): CheckedPiece {
  const { object, index } = of;
  const { max_segment_size, redundant_data_chunk_num: data } = object.storage_params.versioned_params;
  const segmentLength = segmentSizeAt(object.object_info.payload_size, max_segment_size, segment);
  const { id, version } = object.object_info;
  const isWhole = index === PRIMARY || isReplicated(object.object_info);
  const key = isWhole ? segmentKey(id, segment, version) : ecPieceKey(id, segment, index, version);
  const length = isWhole ? segmentLength : ecPieceSize(segmentLength, data);
  return { object, segment, index, key, length, mayRepair, fits: fitsOf(of, segment) };
}

function fitsOf({ object, index, checksums, row }: CheckedObject, segment: number): CheckedPiece['fits'] {
  const checksum = checksums?.[segment];
  if (checksum) return (found) => timingSafeEqual(found, checksum);
  if (segmentsOf(object) !== 1 || !rootOf(object.object_info, index)) return undefined;
  return async (found) => isRootOf(object, index, [found]) || (await row?.())?.[0]?.equals(found) === true;
}
