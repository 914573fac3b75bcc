import { createHash } from 'node:crypto';

/** A piece of the crash test, recognisable: its version in front, then bytes that only this key and version have. */
export function crashPiece(key: string, version: number): Buffer {
  const seed = createHash('sha256').update(`${key} ${version}`).digest();
  const piece = Buffer.alloc(20_000 + (seed.readUInt16BE(0) % 200_000));
  for (let offset = 0; offset < piece.length; offset += seed.length) seed.copy(piece, offset);
  piece.writeUInt32BE(version, 0);
  return piece;
}

/** The version of a piece that was read. */
export function crashVersion(piece: Buffer): number {
  return piece.readUInt32BE(0);
}
