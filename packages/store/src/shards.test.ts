import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bucketShard, integrityShard, murmur3, shardTable } from './shards.ts';

const file = new URL('../../../test/fixtures/vectors/keys-and-tables.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as {
  bucket_shards: { bucket: string; murmur3_32: number; objects_table: string; prefix_table: string }[];
  integrity_shards: { integrity_table: string; object_id: string }[];
};

test('buckets are in the tables of the reference', () => {
  for (const { bucket, murmur3_32, objects_table, prefix_table } of vectors.bucket_shards) {
    assert.equal(murmur3(Buffer.from(bucket)), murmur3_32);
    assert.equal(shardTable('objects', bucketShard(bucket)), objects_table);
    assert.equal(shardTable('slash_prefix_tree_nodes', bucketShard(bucket)), prefix_table);
  }
  assert.equal(murmur3(Buffer.from('abc')), 0xb3dd93fa);
  assert.equal(bucketShard(''), 0);
});

test('integrity rows are in the tables of the reference', () => {
  for (const { integrity_table, object_id } of vectors.integrity_shards) {
    assert.equal(shardTable('integrity_meta', integrityShard(BigInt(object_id))), integrity_table);
  }
});
