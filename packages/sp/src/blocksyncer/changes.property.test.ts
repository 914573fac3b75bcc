/** Blocks of random lives of objects: what is in the tables does not depend on how they are put together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChainBlock, parseTypedEvent, greenfieldStorage as storage } from '@prairie/chain';
import { BsDb, bucketShard } from '@prairie/store';
import { testDatabases } from '@prairie/store/testing';
import fc from 'fast-check';
import { applyBlocks } from './apply-blocks.ts';
import { generatedBlocks, inMemory } from './testing/index.ts';

const life = fc.record({
  seed: fc.integer(),
  blocks: fc.integer({ min: 1, max: 8 }),
  events: fc.integer({ min: 1, max: 40 }),
});

interface Lives {
  objects: { id: bigint; bucket: string; name: string }[];
  buckets: string[];
}

/** Of all that was ever created. */
function livesOf(blocks: readonly ChainBlock[]): Lives {
  const events = blocks.flatMap(({ txsResults, endBlockEvents }) => [
    ...txsResults.flatMap((result) => result.events),
    ...endBlockEvents,
  ]);
  const values = <T>(type: { name: string }) =>
    events.filter((event) => event.type === type.name).map((event) => parseTypedEvent(event)!.value as T);
  const created = values<storage.EventCreateObject>(storage.EventCreateObject);
  return {
    objects: created.map((e) => ({ id: e.object_id, bucket: e.bucket_name, name: e.object_name })),
    buckets: [...new Set(values<storage.EventCreateBucket>(storage.EventCreateBucket).map((e) => e.bucket_name))],
  };
}

/** Rows that the blocks concern, for comparison. */
async function picture(db: BsDb, { objects, buckets }: Lives): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (const name of buckets) {
    rows.push(await db.buckets.byName(name));
    for (const prefix of ['', 'a/', 'photos/2026/']) {
      rows.push(await db.prefixTree.list({ bucket: name, prefix, from: '', limit: 1000 }));
    }
  }
  for (const { id } of objects) rows.push(await db.objects.byId(id));
  rows.push(await db.statistics.objectCounts(), await db.epoch.get());
  return rows.map(plain);
}

/** Bytes as text: drivers give them as different kinds of arrays. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

test('one by one or together: the same rows', async () => {
  await fc.assert(
    fc.asyncProperty(life, fc.integer({ min: 2, max: 8 }), async (options, together) => {
      const blocks = generatedBlocks(options);
      const [single, batched] = [await inMemory(), await inMemory()];
      for (const block of blocks) await applyBlocks(single, [block]);
      for (let i = 0; i < blocks.length; i += together) await applyBlocks(batched, blocks.slice(i, i + together));
      const lives = livesOf(blocks);
      assert.deepEqual(await picture(batched, lives), await picture(single, lives));
      await Promise.all([single.close(), batched.close()]);
    }),
    { numRuns: 8 },
  );
});

const LIFE = { seed: 11, blocks: 24, events: 20 };

for (const { engine, skip, fresh } of testDatabases()) {
  test(`the rows are those of SQLite in memory: ${engine}`, { skip }, async () => {
    const blocks = generatedBlocks(LIFE);
    const [memory, db] = [await inMemory(), await BsDb.open(await fresh())];
    for (const block of blocks) await applyBlocks(memory, [block]);
    for (let i = 0; i < blocks.length; i += 8) await applyBlocks(db, blocks.slice(i, i + 8));
    const lives = livesOf(blocks);
    assert.deepEqual(await picture(db, lives), await picture(memory, lives));
    await Promise.all([memory.close(), db.close()]);
  });
}

test('sums of buckets, counts and folders are those of the objects', async () => {
  await fc.assert(
    fc.asyncProperty(life, async (options) => {
      const blocks = generatedBlocks(options);
      const db = await inMemory();
      await applyBlocks(db, blocks);
      const lives = livesOf(blocks);
      const rows = await Promise.all(lives.objects.map(async ({ id }) => (await db.objects.byId(id))!));
      const { total, sealed } = await db.statistics.objectCounts();
      const isSealed = ({ status }: { status: number }) => status === storage.ObjectStatus.OBJECT_STATUS_SEALED;
      assert.equal(sumOf(total), BigInt(rows.length));
      assert.equal(sumOf(sealed), BigInt(rows.filter(isSealed).length));
      for (const name of lives.buckets) {
        assert.ok(total[bucketShard(name)]! >= BigInt(rows.filter((row) => row.bucket_name === name).length));
        const bucket = (await db.buckets.byName(name))!;
        const live = rows.filter((row) => row.bucket_id === bucket.bucket_id && !row.removed);
        const stored = live.filter(isSealed);
        assert.equal(bucket.storage_size, sumOf(stored.map((row) => row.payload_size)));
        const listed = await db.prefixTree.list({ bucket: name, prefix: '', from: '', limit: 1000 });
        const expected = new Set(live.map(({ object_name }) => object_name.replace(/\/.*/su, '/')));
        assert.deepEqual(new Set(listed.map((entry) => entry.name)), expected);
      }
      await db.close();
    }),
    { numRuns: 8 },
  );
});

const sumOf = (numbers: readonly bigint[]): bigint => numbers.reduce((sum, n) => sum + n, 0n);
