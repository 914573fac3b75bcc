import { ecPieceSize, type PieceMaker } from '@prairie/redundancy';
import { isReplicated, type StoredObject } from '../common/pieces.ts';
import type { Piece } from './receive-tasks.ts';

/** A segment in memory, with room for its parity shards (`parityBytes`). */
export interface SegmentInMemory {
  index: number;
  data: Uint8Array;
  parity: Uint8Array;
}

/** Room that the parity shards of a segment of `length` bytes take. */
export function parityBytes(object: StoredObject, length: number): number {
  const { data, parity } = codeOf(object);
  return parity * ecPieceSize(length, data);
}

/** The checksum of a segment, and its pieces for the secondaries with these redundancy indexes. */
export async function makePieces(
  object: StoredObject,
  { index: segment, data: whole, parity: parityInto }: SegmentInMemory,
  indexes: readonly number[],
  { pieceMaker, signal }: { pieceMaker: PieceMaker; signal: AbortSignal },
): Promise<{ checksum: Buffer; pieces: Piece[] }> {
  const code = codeOf(object);
  if (isReplicated(object.object_info)) {
    const { checksum } = await pieceMaker.makePieces(whole, { ...code, only: [], signal });
    return { checksum, pieces: indexes.map((index) => ({ segment, index, data: whole, checksum })) };
  }
  const room = indexes.length > 0 ? { parityInto } : {};
  const made = await pieceMaker.makePieces(whole, { ...code, ...room, only: indexes, signal });
  const piece = (index: number, at: number): Piece => ({
    ...{ segment, index },
    ...{ data: made.shards[at]!, checksum: made.checksums[at]! },
  });
  return { checksum: made.checksum, pieces: indexes.map(piece) };
}

/** What is replicated whole has one shard, the segment. */
function codeOf({ object_info, storage_params }: StoredObject): { data: number; parity: number } {
  if (isReplicated(object_info)) return { data: 1, parity: 0 };
  const { redundant_data_chunk_num: data, redundant_parity_chunk_num: parity } = storage_params.versioned_params;
  return { data, parity };
}
