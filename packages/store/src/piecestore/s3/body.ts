import type { Readable } from 'node:stream';
import { roomFor } from '../keys.ts';
import { BROKEN_BODY } from './errors.ts';

/** Far above any piece: what an answer may make us keep. */
const MAX_PIECE_BYTES = 1 << 28;

/** All bytes of an answer, which said that there are `size`; in `into` if they fit. @throws Error of code BROKEN_BODY when there are not */
export async function collect(body: Readable, size: number | undefined, into?: Uint8Array): Promise<Buffer> {
  if (size === undefined || size > MAX_PIECE_BYTES) {
    body.destroy();
    throw new Error(`a piece of ${size ?? 'an unknown number of'} bytes: expected ${MAX_PIECE_BYTES} at most`);
  }
  const bytes = roomFor(size, into);
  let at = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (at + chunk.length > size) throw broken(size, at + chunk.length);
    bytes.set(chunk, at);
    at += chunk.length;
  }
  if (at < size) throw broken(size, at);
  return bytes;
}

function broken(size: number, got: number): Error {
  return Object.assign(new Error(`${got} bytes came of ${size}`), { code: BROKEN_BODY });
}
