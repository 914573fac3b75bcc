/** Reads single pieces and compares them with their checksums. */
import type { PieceStore, ScrubFault } from '@prairie/gfsp';
import type { Hasher } from '@prairie/redundancy';
import type { PieceMemory } from '../common/piece-memory.ts';
import { lossOf } from '../recovery/index.ts';
import { pieceKeyOf, pieceSizeOf, type StoredContent } from './content.ts';

export interface PieceLookDependencies {
  /** The backend itself: what is read here is of no use in a cache, and a cache knows nothing of a disk's damage. */
  pieceStore: Pick<PieceStore, 'get'>;
  hasher: Hasher;
  /** For the pieces in hand. */
  memory: PieceMemory;
}

export interface Look {
  /** Bytes that were there. */
  bytes: number;
  /** undefined when the piece is whole. */
  fault: Extract<ScrubFault, 'missing' | 'damaged' | 'unreadable'> | undefined;
}

/** @throws what says nothing of the piece, like an outage */
export async function lookAtPiece(
  content: StoredContent,
  segment: number,
  { pieceStore, hasher, memory }: PieceLookDependencies,
  signal: AbortSignal,
): Promise<Look> {
  // one byte more than there should be tells a piece that is too long, however long it is
  const room = pieceSizeOf(content, segment) + 1;
  const { parts, release } = await memory.take([room], signal);
  try {
    const piece = await pieceStore.get(pieceKeyOf(content, segment), 0, room, parts[0]);
    const checksum = await hasher.sha256(piece);
    const isWhole = checksum.equals(content.row.piece_checksum_list[segment]!);
    return { bytes: piece.length, fault: isWhole ? undefined : 'damaged' };
  } catch (error) {
    const fault = lossOf(error);
    if (!fault) throw error;
    return { bytes: 0, fault };
  } finally {
    release();
  }
}
