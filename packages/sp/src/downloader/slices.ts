import { NoSuchKeyError, type PieceStore } from '@prairie/gfsp';
import { segmentKey, splitRange } from '@prairie/redundancy';
import { storeErrors } from './errors.ts';

/** A part of a stored piece that is read at a time. */
export interface Slice {
  key: string;
  offset: number;
  length: number;
}

export interface SliceRequest {
  objectId: bigint;
  version: bigint;
  low: bigint;
  high: bigint;
  payloadSize: bigint;
  segmentSize: bigint;
  /** Slices are no longer than that. */
  sliceSize: number;
}

/**
 * The slices that make up the range, in order (`reference/pieces-and-redundancy.md` §6). Made as they are wanted: a
 * list for a large object would be long. @throws RangeError when the range is not in the object
 */
export function* slicesOf(request: SliceRequest): IterableIterator<Slice> {
  const { objectId, version, low, high, payloadSize, segmentSize, sliceSize } = request;
  for (const range of splitRange(low, high, payloadSize, segmentSize)) {
    const key = segmentKey(objectId, range.segment, version);
    const end = range.offset + range.length;
    for (let offset = range.offset; offset < end; offset += sliceSize) {
      yield { key, offset, length: Math.min(sliceSize, end - offset) };
    }
  }
}

/** @throws 85102 when the piece is missing, 85101 when it cannot be read or is too short */
export async function readSlice(pieceStore: PieceStore, { key, offset, length }: Slice): Promise<Buffer> {
  const bytes = await stored(key, pieceStore.get(key, offset, length));
  if (bytes.length === length) return bytes;
  const expected = `${length} bytes from offset ${offset}`;
  throw storeErrors.pieceStore(`piece ${key} is too short: expected ${expected}, there are ${bytes.length}`);
}

/** The whole piece. @throws 85102 when it is missing, 85101 when it cannot be read */
export function readPiece(pieceStore: PieceStore, key: string): Promise<Buffer> {
  return stored(key, pieceStore.get(key));
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
