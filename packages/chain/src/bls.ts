/**
 * BLS12-381 as the consensus layer of Ethereum uses it: public keys in G1 (48 bytes), signatures in G2 (96 bytes),
 * proof-of-possession ciphersuite (`reference/sp-to-sp.md` §6).
 *
 * The native blst verifies 20 times as fast as JavaScript; where its addon cannot load, @noble/curves takes over.
 */
import { createRequire } from 'node:module';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { BoundedCache } from './bounded-cache.ts';
import { asBuffer, sha256 } from './hash.ts';

/** What this module needs of an implementation; `Key` is a checked, deserialised public key. All fail by throwing. */
export interface BlsBackend<Key = unknown> {
  readonly name: 'native' | 'noble';
  publicKey(secret: Uint8Array): Uint8Array;
  sign(secret: Uint8Array, message: Uint8Array): Uint8Array;
  /** Whether a point is in the right subgroup is left to `verify`, which asks it of the sum. */
  aggregate(signatures: Uint8Array[]): Uint8Array;
  /** Checks that the point is in the right subgroup and not infinity. */
  readKey(publicKey: Uint8Array): Key;
  combine(keys: Key[]): Key;
  verify(key: Key, message: Uint8Array, signature: Uint8Array): boolean;
}

const DST = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_';

/** @throws Error when the addon is missing for this platform. */
export function nativeBls(): BlsBackend {
  const blst = createRequire(import.meta.url)('@chainsafe/blst') as typeof import('@chainsafe/blst');
  type Key = InstanceType<typeof blst.PublicKey>;
  const backend: BlsBackend<Key> = {
    name: 'native',
    publicKey: (secret) => blst.SecretKey.fromBytes(secret).toPublicKey().toBytes(),
    sign: (secret, message) => blst.SecretKey.fromBytes(secret).sign(message).toBytes(),
    aggregate: (signatures) => blst.aggregateSerializedSignatures(signatures, false).toBytes(),
    readKey: (publicKey) => blst.PublicKey.fromBytes(publicKey, true),
    combine: (keys) => blst.aggregatePublicKeys(keys),
    verify: (key, message, signature) =>
      blst.verify(message, key, blst.Signature.fromBytes(signature, true, true), false, false),
  };
  return backend as BlsBackend;
}

export function nobleBls(): BlsBackend {
  const scheme = bls12_381.longSignatures;
  type Key = ReturnType<typeof scheme.getPublicKey>;
  const readKey = (bytes: Uint8Array): Key => {
    const key = bls12_381.G1.Point.fromBytes(bytes);
    key.assertValidity();
    if (key.is0()) throw new Error('public key is the point at infinity');
    return key;
  };
  const backend: BlsBackend<Key> = {
    name: 'noble',
    publicKey: (secret) => scheme.getPublicKey(secret).toBytes(),
    sign: (secret, message) => scheme.sign(scheme.hash(message, DST), secret).toBytes(),
    aggregate: (signatures) =>
      scheme.aggregateSignatures(signatures.map((s) => scheme.Signature.fromBytes(s))).toBytes(),
    readKey,
    combine: (keys) => scheme.aggregatePublicKeys(keys),
    verify: (key, message, signature) => scheme.verify(signature, scheme.hash(message, DST), key),
  };
  return backend as BlsBackend;
}

export function loadBls(load: () => BlsBackend = nativeBls): BlsBackend {
  try {
    return load();
  } catch {
    return nobleBls();
  }
}

export interface Bls {
  readonly backend: BlsBackend['name'];
  publicKey(secret: Uint8Array): Buffer;
  sign(secret: Uint8Array, message: Uint8Array): Buffer;
  aggregate(signatures: readonly Uint8Array[]): Buffer;
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  fastAggregateVerify(publicKeys: readonly Uint8Array[], message: Uint8Array, signature: Uint8Array): boolean;
}

export function makeBls(backend: BlsBackend): Bls {
  // Providers change rarely and sign all the time: a checked key saves half of a verification, a combined key of the
  // secondaries of a group saves the sum too.
  const keys = new BoundedCache<string, unknown>(1024);
  const sums = new BoundedCache<string, unknown>(1024);
  const textOf = (bytes: Uint8Array): string => {
    if (bytes.length !== 48) throw new Error(`BLS public key has ${bytes.length} bytes, expected 48`);
    return asBuffer(bytes).toString('latin1');
  };
  const keyOf = (bytes: Uint8Array): unknown => keys.getOrMake(textOf(bytes), () => backend.readKey(bytes));
  const sumOf = (list: readonly Uint8Array[]): unknown =>
    sums.getOrMake(list.map(textOf).join(''), () => backend.combine(list.map(keyOf)));
  const check = (key: () => unknown, message: Uint8Array, signature: Uint8Array): boolean => {
    if (signature.length !== 96) return false;
    try {
      return backend.verify(key(), message, signature);
    } catch {
      return false;
    }
  };
  return {
    backend: backend.name,
    publicKey: (secret) => asBuffer(backend.publicKey(secret)),
    sign: (secret, message) => asBuffer(backend.sign(secret, message)),
    aggregate(signatures) {
      if (signatures.length === 0) throw new Error('nothing to aggregate: expected one or more signatures');
      return asBuffer(backend.aggregate([...signatures]));
    },
    verify: (publicKey, message, signature) => check(() => keyOf(publicKey), message, signature),
    fastAggregateVerify: (list, message, signature) =>
      list.length > 0 && check(() => (list.length === 1 ? keyOf(list[0]!) : sumOf(list)), message, signature),
  };
}

const bls = makeBls(loadBls());

/** Which implementation signs and verifies in this process. */
export const blsBackend: BlsBackend['name'] = bls.backend;

/** 48 bytes. @throws Error when `secret` is no 32-byte big-endian scalar. */
export const blsPublicKey = (secret: Uint8Array): Buffer => bls.publicKey(secret);

/** 96 bytes over `message` (a 32-byte digest in all uses of the network). */
export const blsSign = (secret: Uint8Array, message: Uint8Array): Buffer => bls.sign(secret, message);

/** False for a wrong signature and for malformed input alike. */
export const blsVerify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  bls.verify(publicKey, message, signature);

/** Sum of signatures, 96 bytes, for a verification. @throws Error when one is no point of the curve or there is none. */
export const blsAggregate = (signatures: readonly Uint8Array[]): Buffer => bls.aggregate(signatures);

/** Whether `signature` is the aggregate of all keys' signatures over one message. */
export const blsFastAggregateVerify = (
  publicKeys: readonly Uint8Array[],
  message: Uint8Array,
  signature: Uint8Array,
): boolean => bls.fastAggregateVerify(publicKeys, message, signature);

/** Proof of possession: the key's signature over the SHA-256 of its own public key (`reference/chain-rpc.md` §13.5). */
export function blsProof(secret: Uint8Array): Buffer {
  return bls.sign(secret, sha256(bls.publicKey(secret)));
}

export function blsVerifyProof(publicKey: Uint8Array, proof: Uint8Array): boolean {
  return bls.verify(publicKey, sha256(publicKey), proof);
}
