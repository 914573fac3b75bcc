import { CorruptPieceError, type GfSpError, NoSuchKeyError, type PieceStore } from '@prairie/gfsp';
import { storeErrors } from './errors.ts';

/** A part of a stored piece that is read at a time. */
export interface Slice {
  key: string;
  offset: number;
  length: number;
}

/** @throws 85102 when the piece is missing, 85101 when it cannot be read or is too short */
export async function readSlice(
  pieceStore: PieceStore,
  { key, offset, length }: Slice,
  into?: Uint8Array,
): Promise<Buffer> {
  const bytes = await stored(key, pieceStore.get(key, offset, length, into));
  if (bytes.length === length) return bytes;
  const expected = `${length} bytes from offset ${offset}`;
  throw damaged(key, `it is too short: expected ${expected}, there are ${bytes.length}`);
}

/** There is a piece, and it is not what it should be. */
export function damaged(key: string, why: string): GfSpError {
  const error = new CorruptPieceError(key, why);
  return storeErrors.pieceStore(error.message, error);
}

/** The whole piece, in `into` if it fits. @throws 85102 when it is missing, 85101 when it cannot be read */
export function readPiece(pieceStore: PieceStore, key: string, into?: Uint8Array): Promise<Buffer> {
  return stored(key, pieceStore.get(key, 0, undefined, into));
}

async function stored(key: string, bytes: Promise<Buffer>): Promise<Buffer> {
  try {
    return await bytes;
  } catch (error) {
    if (error instanceof NoSuchKeyError) throw storeErrors.noSuchPiece(error.message, error);
    const reason = error instanceof Error ? error.message : String(error);
    throw storeErrors.pieceStore(`failed to read piece ${key}: ${reason}`, error);
  }
}
