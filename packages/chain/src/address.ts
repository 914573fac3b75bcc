/** Account addresses: 20 bytes, written as EIP-55 checksummed hex (`reference/chain-rpc.md` §9). */
import { BoundedCache } from './bounded-cache.ts';
import { uncompressPublicKey } from './ecdsa.ts';
import { asBuffer, keccak256, sha256 } from './hash.ts';

const PATTERN = /^(?:0[xX])?[0-9a-fA-F]{40}$/;

/** Checksumming costs a Keccak and the same few addresses come again and again. */
const checksummed = new BoundedCache<string, string>(8192);

export function isAddress(text: string): boolean {
  return PATTERN.test(text);
}

/** 20 bytes. @throws Error when the text is not 40 hex digits, with or without `0x`. */
export function addressBytes(text: string): Buffer {
  return Buffer.from(hexDigits(text), 'hex');
}

/** EIP-55 text with `0x`. @throws Error when `address` is not 20 bytes or 40 hex digits. */
export function toChecksumAddress(address: string | Uint8Array): string {
  const digits = typeof address === 'string' ? hexDigits(address) : hexOf(address);
  return checksummed.getOrMake(digits, () => checksum(digits));
}

/** As {@link toChecksumAddress}; what is no address stays as it is. */
export function checksumIfAddress(text: string): string {
  return isAddress(text) ? toChecksumAddress(text) : text;
}

/** Whether two texts name the same account; false when one of them is no address. */
export function sameAddress(a: string, b: string): boolean {
  return isAddress(a) && isAddress(b) && hexDigits(a) === hexDigits(b);
}

/** Address of a secp256k1 public key: 33 (compressed), 65 or 64 bytes. */
export function addressFromPublicKey(publicKey: Uint8Array): string {
  const point = publicKey.length === 33 ? uncompressPublicKey(publicKey) : publicKey;
  if (point.length !== 65 && point.length !== 64) {
    throw new Error(`public key has ${publicKey.length} bytes, expected 33, 64 or 65`);
  }
  return toChecksumAddress(keccak256(point.subarray(-64)).subarray(12));
}

/** Address of a module account (`fee_collector`, `gov`, …). */
export function moduleAddress(name: string): string {
  return toChecksumAddress(sha256(Buffer.from(name)).subarray(0, 20));
}

/**
 * Address derived from a type and a key, such as a payment account: owner's 20 bytes and its number as u64
 * little-endian.
 */
export function derivedAddress(type: Uint8Array | string, key: Uint8Array): string {
  const prefix = sha256(typeof type === 'string' ? Buffer.from(type) : type);
  return toChecksumAddress(sha256(sha256(Buffer.concat([prefix, key]))).subarray(0, 20));
}

function hexDigits(text: string): string {
  if (!PATTERN.test(text)) {
    throw new Error(`not an address: ${JSON.stringify(text.slice(0, 80))}, expected 0x and 40 hex digits`);
  }
  return text.slice(-40).toLowerCase();
}

function hexOf(bytes: Uint8Array): string {
  if (bytes.length !== 20) throw new Error(`an address has 20 bytes, got ${bytes.length}`);
  return asBuffer(bytes).toString('hex');
}

function checksum(digits: string): string {
  const hash = keccak256(Buffer.from(digits, 'latin1')).toString('hex');
  let out = '0x';
  for (let i = 0; i < 40; i++) {
    const digit = digits[i]!;
    out += hash.charCodeAt(i) >= 0x38 ? digit.toUpperCase() : digit;
  }
  return out;
}
