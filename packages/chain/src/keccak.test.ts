import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { keccak_256 } from '@noble/hashes/sha3.js';
import fc from 'fast-check';
import { buildKeccak } from '../scripts/build-keccak.ts';
import { keccak256, loadKeccak256 } from './keccak.ts';

test('the empty message and a short one have the digests that Ethereum knows', () => {
  const hex = (text: string) => keccak256(Buffer.from(text)).toString('hex');
  assert.equal(hex(''), 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
  assert.equal(hex('abc'), '4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45');
});

test('every length around a block and around what is handed over at a time is hashed as by another implementation', () => {
  const bytes = Buffer.from(Array.from({ length: 33_000 }, (_, index) => (index * 131) % 251));
  const lengths = [...Array(300).keys(), 32_639, 32_640, 32_641, 32_775, 32_776, 32_777, 33_000];
  for (const length of lengths) {
    const data = bytes.subarray(0, length);
    assert.deepEqual(keccak256(data), Buffer.from(keccak_256(data)), `length ${length}`);
  }
});

test('a digest is of its data alone: not of what was hashed before, nor changed by what comes after', () => {
  const anything = fc.uint8Array({ maxLength: 600 });
  fc.assert(
    fc.property(anything, anything, (data, other) => {
      const digest = keccak256(data);
      keccak256(other);
      assert.deepEqual(digest, Buffer.from(keccak_256(data)));
    }),
  );
});

test('without WebAssembly JavaScript takes over', () => {
  const digest = loadKeccak256(() => {
    throw new Error('no WebAssembly here');
  });
  const data = Buffer.alloc(200, 7);
  assert.deepEqual(digest(data), keccak256(data));
});

test('the module that is kept is what its source compiles to', async () => {
  const kept = await readFile(new URL('./generated/keccak-module.ts', import.meta.url), 'utf8');
  assert.equal(kept, await buildKeccak());
});
