/**
 * secp256k1 signatures with recovery: 65 bytes R‖S‖V, V 0 or 1, low S, deterministic (RFC 6979).
 *
 * The native libsecp256k1 recovers 25 times as fast as JavaScript; where its addon cannot load, @noble/curves takes
 * over with the same results.
 */
import { createRequire } from 'node:module';
import { secp256k1 as noble } from '@noble/curves/secp256k1.js';
import type { SignOptions } from 'secp256k1';
import { addressFromPublicKey } from './address.ts';
import { asBuffer } from './hash.ts';

/** What this module needs of a curve implementation. Both fail by throwing. */
export interface EcdsaBackend {
  readonly name: 'native' | 'noble';
  /** 64 bytes R‖S and the recovery id. */
  sign(digest: Uint8Array, privateKey: Uint8Array): { signature: Uint8Array; recid: number };
  recover(signature: Uint8Array, recid: number, digest: Uint8Array): Uint8Array;
  publicKey(privateKey: Uint8Array): Uint8Array;
  uncompress(publicKey: Uint8Array): Uint8Array;
}

interface NativeBinding {
  ecdsaSign(digest: Uint8Array, key: Uint8Array, options?: SignOptions): { signature: Uint8Array; recid: number };
  ecdsaRecover(signature: Uint8Array, recid: number, digest: Uint8Array): Uint8Array;
  publicKeyCreate(key: Uint8Array): Uint8Array;
  publicKeyConvert(key: Uint8Array, compressed: boolean): Uint8Array;
}

/** @throws Error when the addon is missing for this platform. */
export function nativeEcdsa(): EcdsaBackend {
  // the package's own index falls back to a slow pure JavaScript library: ask for the addon only
  const binding = createRequire(import.meta.url)('secp256k1/bindings.js') as NativeBinding;
  return {
    name: 'native',
    sign: (digest, key) => binding.ecdsaSign(digest, key),
    recover: (signature, recid, digest) => binding.ecdsaRecover(signature, recid, digest),
    publicKey: (key) => binding.publicKeyCreate(key),
    uncompress: (key) => binding.publicKeyConvert(key, false),
  };
}

export function nobleEcdsa(): EcdsaBackend {
  return {
    name: 'noble',
    sign(digest, key) {
      const bytes = noble.sign(digest, key, { prehash: false, format: 'recovered' });
      return { signature: bytes.subarray(1), recid: bytes[0]! };
    },
    recover(signature, recid, digest) {
      return noble.recoverPublicKey(Buffer.concat([Buffer.of(recid), signature]), digest, { prehash: false });
    },
    publicKey: (key) => noble.getPublicKey(key),
    uncompress: (key) => noble.Point.fromBytes(key).toBytes(false),
  };
}

export function loadEcdsa(load: () => EcdsaBackend = nativeEcdsa): EcdsaBackend {
  try {
    return load();
  } catch {
    return nobleEcdsa();
  }
}

const backend = loadEcdsa();

/** Which implementation signs and recovers in this process. */
export const ecdsaBackend: EcdsaBackend['name'] = backend.name;

const HALF_ORDER = Buffer.from('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0', 'hex');

/** Why a signature names no signer. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
  /** `high-s`: mathematically sound but refused, so that a signature has one form only. */
  readonly reason: 'malformed' | 'high-s';
  constructor(reason: SignatureError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** 65 bytes R‖S‖V. @throws Error when the digest or the key has not 32 bytes. */
export function signDigest(privateKey: Uint8Array, digest32: Uint8Array): Buffer {
  const { signature, recid } = backend.sign(digest32, privateKey);
  const out = Buffer.allocUnsafe(65);
  out.set(signature, 0);
  out[64] = recid;
  return out;
}

export interface RecoverOptions {
  /** V 27 and 28 are taken for 0 and 1: the chain, p2p and wallets have them, HTTP not (`reference/sp-to-sp.md` §3.1). */
  legacyV?: boolean;
  /** S in the upper half of the order is taken too: requests of users may have it (`reference/gateway-http.md` §2.5). */
  highS?: boolean;
}

/** The 33-byte public key that signed. @throws SignatureError */
export function recoverPublicKey(digest: Uint8Array, sig65: Uint8Array, options: RecoverOptions = {}): Buffer {
  if (digest.length !== 32) throw new SignatureError('malformed', `digest has ${digest.length} bytes, expected 32`);
  if (sig65.length !== 65) throw new SignatureError('malformed', `signature has ${sig65.length} bytes, expected 65`);
  const v = sig65[64]!;
  const recid = options.legacyV && v >= 27 ? v - 27 : v;
  if (recid > 3) throw new SignatureError('malformed', `signature has recovery id ${recid}, expected 0 or 1`);
  if (!options.highS && asBuffer(sig65).compare(HALF_ORDER, 0, 32, 32, 64) > 0) {
    throw new SignatureError('high-s', 'signature has its S in the upper half of the order, expected the lower');
  }
  try {
    return asBuffer(backend.recover(sig65.subarray(0, 64), recid, digest));
  } catch (error) {
    throw new SignatureError('malformed', `no public key fits the signature: ${(error as Error).message}`);
  }
}

/** EIP-55 address of the signer. @throws SignatureError */
export function recoverAddress(digest: Uint8Array, sig65: Uint8Array, options?: RecoverOptions): string {
  return addressFromPublicKey(recoverPublicKey(digest, sig65, options));
}

/** 33 bytes, compressed. */
export function publicKeyOf(privateKey: Uint8Array): Buffer {
  return asBuffer(backend.publicKey(privateKey));
}

export function addressOf(privateKey: Uint8Array): string {
  return addressFromPublicKey(publicKeyOf(privateKey));
}

/** 65 bytes from 33. @throws Error when the bytes are no point of the curve. */
export function uncompressPublicKey(publicKey: Uint8Array): Uint8Array {
  return backend.uncompress(publicKey);
}

/** A key that signs, wherever it is kept: here, in a file's memory, or in another process or device. */
export interface KeyHolder {
  readonly address: string;
  /** 33 bytes, compressed. */
  readonly publicKey: Uint8Array;
  /** 65 bytes R‖S‖V over 32 bytes. @throws Error when whoever has the key does not sign */
  signDigest(digest: Uint8Array): Promise<Uint8Array>;
}

/** Holds a private key of 32 bytes in this process. @throws Error when it is none */
export function keyHolder(privateKey: Uint8Array): KeyHolder {
  const publicKey = publicKeyOf(privateKey);
  return {
    address: addressFromPublicKey(publicKey),
    publicKey,
    signDigest: async (digest) => signDigest(privateKey, digest),
  };
}
