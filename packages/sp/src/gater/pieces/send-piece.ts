import type { ServerResponse } from 'node:http';
import type { ByteStream } from '@prairie/gfsp';
import type { GatewayRequest } from '../http/handler.ts';
import { send } from '../read/send.ts';

/** What goes out at a time. */
const CHUNK_BYTES = 128 * 1024;

/** A piece on its way out: `size` bytes. */
export interface Piece {
  readonly size: number;
  readonly bytes: ByteStream;
}

/** The piece as the answer's body, at the pace of the client. */
export async function sendPiece(piece: Piece, request: GatewayRequest, response: ServerResponse): Promise<void> {
  const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': piece.size };
  const bytes = { low: 0n, high: BigInt(piece.size) - 1n };
  await send(piece.bytes, { request, response }, { status: 200, headers, bytes });
}

/** A piece that is in memory. */
export function wholePiece(data: Uint8Array): Piece {
  return { size: data.length, bytes: inChunks(data) };
}

export async function* inChunks(data: Uint8Array): ByteStream {
  for (let at = 0; at < data.length; at += CHUNK_BYTES) yield data.subarray(at, at + CHUNK_BYTES);
}
