/** Names and sizes of doomed pieces. */
import type { PieceStore } from '@prairie/gfsp';
import { pieceKey } from '@prairie/redundancy';
import type { Doomed } from './rules.ts';

export interface FoundPiece {
  key: string;
  bytes: number;
}

/** Questions to the store at a time. */
const AT_ONCE = 16;

/**
 * Pieces are asked for by their names, never by a prefix: a directory of a million files would be read from end to end
 * for each object, and an object store charges for lists, not for deletions. What the rows do not name is found by the
 * pass over the store.
 */
export async function* piecesOf(
  objectId: bigint,
  { index, version, from, segments }: Pick<Doomed, 'index' | 'version' | 'from' | 'segments'>,
  pieceStore: Pick<PieceStore, 'size'>,
): AsyncGenerator<FoundPiece[]> {
  for (let first = from; first < segments; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, segments - first);
    const keys = Array.from({ length: count }, (_, i) => pieceKey(objectId, first + i, index, version));
    const sizes = await Promise.all(keys.map((key) => pieceStore.size(key)));
    const found = keys.flatMap((key, i) => {
      const bytes = sizes[i];
      return bytes === undefined ? [] : [{ key, bytes }];
    });
    if (found.length > 0) yield found;
  }
}
