import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addressOf,
  ecdsaBackend,
  loadEcdsa,
  nativeEcdsa,
  nobleEcdsa,
  publicKeyOf,
  recoverAddress,
  recoverPublicKey,
  SignatureError,
  signDigest,
} from './ecdsa.ts';
import { sha256 } from './hash.ts';

const key = Buffer.alloc(32, 7);
const digest = sha256(Buffer.from('x'));
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

test('the signer is recovered from its signature', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const signature = signDigest(key, bytes);
      assert.equal(signature.length, 65);
      assert.ok(signature[64]! <= 1);
      assert.equal(recoverAddress(bytes, signature), addressOf(key));
      assert.deepEqual(recoverPublicKey(bytes, signature), publicKeyOf(key));
    }),
    { numRuns: 50 },
  );
});

test('both implementations give the same bytes', { skip: ecdsaBackend !== 'native' }, () => {
  const native = nativeEcdsa();
  const noble = nobleEcdsa();
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const a = native.sign(bytes, key);
      const b = noble.sign(bytes, key);
      assert.deepEqual([...a.signature, a.recid], [...b.signature, b.recid]);
      const recovered = noble.recover(a.signature, a.recid, bytes);
      assert.deepEqual([...recovered], [...native.recover(a.signature, a.recid, bytes)]);
      assert.deepEqual([...noble.uncompress(recovered)], [...native.uncompress(recovered)]);
    }),
    { numRuns: 20 },
  );
  assert.deepEqual([...native.publicKey(key)], [...noble.publicKey(key)]);
});

test('without the addon JavaScript takes over', () => {
  const backend = loadEcdsa(() => {
    throw new Error('no addon for this platform');
  });
  assert.equal(backend.name, 'noble');
});

test('V 27 and 28 are taken only where they are asked for', () => {
  const signature = signDigest(key, digest);
  signature[64]! += 27;
  assert.throws(() => recoverAddress(digest, signature), SignatureError);
  assert.equal(recoverAddress(digest, signature, { legacyV: true }), addressOf(key));
});

test('a signature with S in the upper half is refused and told apart', () => {
  const signature = signDigest(key, digest);
  const s = BigInt(`0x${signature.toString('hex', 32, 64)}`);
  const other = Buffer.from(signature);
  other.write((ORDER - s).toString(16).padStart(64, '0'), 32, 'hex');
  other[64]! ^= 1;
  assert.throws(() => recoverAddress(digest, other), { name: 'SignatureError', reason: 'high-s' });
});

test('what is no signature is refused', () => {
  const signature = signDigest(key, digest);
  const cases: [Uint8Array, Uint8Array][] = [
    [digest, signature.subarray(0, 64)],
    [digest.subarray(1), signature],
    [digest, Buffer.concat([signature.subarray(0, 64), Buffer.of(4)])],
    [digest, new Uint8Array(65)],
  ];
  for (const [d, s] of cases)
    assert.throws(() => recoverAddress(d, s), { name: 'SignatureError', reason: 'malformed' });
});
