import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  blsAggregate,
  blsBackend,
  blsFastAggregateVerify,
  blsProof,
  blsPublicKey,
  blsSign,
  blsVerify,
  blsVerifyProof,
  loadBls,
  makeBls,
  nobleBls,
} from './bls.ts';
import { keccak256 } from './hash.ts';

const secrets = [1, 2, 3].map((n) => Buffer.alloc(32, n));
const keys = secrets.map(blsPublicKey);
const message = keccak256(Buffer.from('document'));
const signatures = secrets.map((secret) => blsSign(secret, message));

test('a signature verifies under its own key and message only', () => {
  assert.ok(blsVerify(keys[0]!, message, signatures[0]!));
  assert.equal(blsVerify(keys[1]!, message, signatures[0]!), false);
  assert.equal(blsVerify(keys[0]!, keccak256(message), signatures[0]!), false);
});

test('an aggregate needs every signer', () => {
  const all = blsAggregate(signatures);
  assert.ok(blsFastAggregateVerify(keys, message, all));
  // once more, with what the caches kept
  assert.ok(blsFastAggregateVerify(keys, message, all));
  assert.equal(blsFastAggregateVerify(keys.slice(1), message, all), false);
  assert.equal(blsFastAggregateVerify(keys, message, blsAggregate(signatures.slice(1))), false);
  assert.equal(blsFastAggregateVerify([], message, all), false);
  assert.throws(() => blsAggregate([]), /nothing to aggregate/);
});

test('a point outside of the subgroup spoils the sum, at the latest where that is verified', () => {
  const points = Array.from({ length: 64 }, (_, n) => Buffer.concat([Buffer.of(0x80), Buffer.alloc(94), Buffer.of(n)]));
  const sums = points.flatMap((point) => {
    try {
      return [blsAggregate([...signatures, point])];
    } catch {
      return [];
    }
  });
  for (const sum of sums) assert.equal(blsFastAggregateVerify(keys, message, sum), false);
  for (const point of points) assert.equal(blsVerify(keys[0]!, message, point), false);
  assert.throws(() => blsAggregate([...signatures, Buffer.alloc(96)]));
});

test('malformed input is false, not an error', () => {
  const infinity = Buffer.concat([Buffer.of(0xc0), Buffer.alloc(47)]);
  const infiniteSignature = Buffer.concat([Buffer.of(0xc0), Buffer.alloc(95)]);
  assert.equal(blsVerify(infinity, message, infiniteSignature), false);
  assert.equal(blsVerify(keys[0]!, message, infiniteSignature), false);
  assert.equal(blsVerify(keys[0]!.subarray(1), message, signatures[0]!), false);
  assert.equal(blsVerify(keys[0]!, message, signatures[0]!.subarray(1)), false);
  assert.equal(blsVerify(Buffer.alloc(48), message, signatures[0]!), false);
  assert.equal(blsFastAggregateVerify([...keys, Buffer.alloc(3)], message, blsAggregate(signatures)), false);
});

test('a key proves that its secret is known', () => {
  assert.ok(blsVerifyProof(keys[0]!, blsProof(secrets[0]!)));
  assert.equal(blsVerifyProof(keys[1]!, blsProof(secrets[0]!)), false);
});

test('both implementations give the same bytes and verdicts', { skip: blsBackend !== 'native' }, () => {
  const noble = makeBls(nobleBls());
  assert.deepEqual(secrets.map(noble.publicKey), keys);
  assert.deepEqual(noble.sign(secrets[0]!, message), signatures[0]);
  const all = noble.aggregate(signatures);
  assert.deepEqual(all, blsAggregate(signatures));
  assert.ok(noble.fastAggregateVerify(keys, message, all));
  assert.equal(noble.fastAggregateVerify(keys.slice(1), message, all), false);
  assert.equal(noble.verify(Buffer.concat([Buffer.of(0xc0), Buffer.alloc(47)]), message, all), false);
});

test('without the addon JavaScript takes over', () => {
  const backend = loadBls(() => {
    throw new Error('no addon for this platform');
  });
  assert.equal(backend.name, 'noble');
});
