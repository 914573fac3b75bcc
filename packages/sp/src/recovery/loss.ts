/** What an error of the piece store says of the piece itself. */
import { CorruptPieceError, NoSuchKeyError } from '@prairie/gfsp';

export type Loss = 'missing' | 'damaged' | 'unreadable';

/** What a disk says of a sector that it has lost: of its errors the only one that is about the piece. */
const LOST_SECTOR = 'EIO';

/** undefined for everything that may be an outage, and says nothing of the piece. */
export function lossOf(error: unknown): Loss | undefined {
  if (error instanceof NoSuchKeyError) return 'missing';
  if (error instanceof CorruptPieceError) return 'damaged';
  return (error as NodeJS.ErrnoException | undefined)?.code === LOST_SECTOR ? 'unreadable' : undefined;
}
