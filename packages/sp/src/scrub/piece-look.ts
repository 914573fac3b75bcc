/** Reads single pieces and compares them with their checksums. */
import { CorruptPieceError, NoSuchKeyError, type PieceStore, type ScrubFault } from '@prairie/gfsp';
import type { Hasher } from '@prairie/redundancy';
import type { PieceMemory } from '../common/piece-memory.ts';
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

/** What a disk says of a sector that it has lost. Everything else that fails may be an outage, and says nothing of a piece. */
const LOST_SECTOR = 'EIO';

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
    return { bytes: 0, fault: faultOf(error) };
  } finally {
    release();
  }
}

/** @throws what says nothing of the piece */
function faultOf(error: unknown): Look['fault'] {
  if (error instanceof NoSuchKeyError) return 'missing';
  if (error instanceof CorruptPieceError) return 'damaged';
  if ((error as NodeJS.ErrnoException).code === LOST_SECTOR) return 'unreadable';
  throw error;
}
