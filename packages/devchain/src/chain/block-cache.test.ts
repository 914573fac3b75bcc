import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlockCache } from './block-cache.ts';
import type { BlockRecord } from './block-types.ts';

const blockOf = (...sizes: number[]): BlockRecord =>
  ({ block: { block: { data: { txs: sizes.map((size) => 'A'.repeat(size)) } } } }) as BlockRecord;

const heights = (cache: BlockCache, upTo: number): number[] =>
  Array.from({ length: upTo }, (_, i) => i + 1).filter((height) => cache.get(height));

test('of small blocks, the last 64 looked at are kept', () => {
  const cache = new BlockCache();
  for (let height = 1; height <= 64; height++) cache.set(height, blockOf());
  assert.ok(cache.get(1));
  cache.set(65, blockOf());
  assert.ok(cache.get(1));
  assert.equal(cache.get(2), undefined);
  assert.equal(cache.size, 64);
});

test('large blocks push others out, and stay alone when they are very large', () => {
  const cache = new BlockCache();
  for (let height = 1; height <= 5; height++) cache.set(height, blockOf(200_000, 100_000));
  assert.deepEqual(heights(cache, 5), [3, 4, 5]);
  cache.set(6, blockOf(5_000_000));
  assert.deepEqual(heights(cache, 6), [6]);
  cache.set(7, blockOf());
  assert.deepEqual(heights(cache, 7), [7]);
});

test('a block that comes again counts once, and nothing is left when all are forgotten', () => {
  const cache = new BlockCache();
  for (let i = 0; i < 10; i++) cache.set(1, blockOf(500_000));
  cache.set(2, blockOf(500_000));
  assert.deepEqual(heights(cache, 2), [1, 2]);
  cache.clear();
  assert.equal(cache.size, 0);
  for (let height = 1; height <= 2; height++) cache.set(height, blockOf(500_000));
  assert.deepEqual(heights(cache, 2), [1, 2]);
});
