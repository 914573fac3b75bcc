/** Ed25519, the curve of off-chain keys of the second generation (`reference/gateway-http.md` §2.6). */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** What DER has before the 32 bytes of a private and of a public key (RFC 8410). */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;

/** A public key of 32 bytes. Whether they are a point of the curve is found when something is verified. */
export function ed25519PublicKey(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: der(PUBLIC_PREFIX, bytes), format: 'der', type: 'spki' });
}

/** A private key from its seed of 32 bytes. */
export function ed25519PrivateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: der(PRIVATE_PREFIX, seed), format: 'der', type: 'pkcs8' });
}

/** 32 bytes. */
export function ed25519PublicBytes(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_PREFIX.length);
}

/** 64 bytes. */
export function ed25519Sign(key: KeyObject, message: Uint8Array): Buffer {
  return sign(null, message, key);
}

/** false also for a signature of another length than 64 bytes. */
export function ed25519Verify(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  return verify(null, message, key, signature);
}

function der(prefix: Buffer, bytes: Uint8Array): Buffer {
  if (bytes.length !== KEY_BYTES) throw new Error(`an Ed25519 key has ${KEY_BYTES} bytes, got ${bytes.length}`);
  return Buffer.concat([prefix, bytes]);
}
