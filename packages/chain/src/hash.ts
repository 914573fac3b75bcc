/** Digests: Keccak-256 is Ethereum's (not SHA3-256), SHA-256 is OpenSSL's. */
import { hash } from 'node:crypto';

export { keccak256 } from './keccak.ts';

/** 32 bytes. */
export function sha256(data: Uint8Array): Buffer {
  return hash('sha256', data, 'buffer') as Buffer;
}

/** The same bytes, seen as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
