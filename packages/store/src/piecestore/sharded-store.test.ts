import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { MemoryPieceStore } from './memory-store.ts';
import { merged } from './merged.ts';
import { openPieceStore } from './open.ts';
import { fnv1a, ShardedPieceStore } from './sharded-store.ts';
import { describePieceStore } from './testing/contract.ts';

const base = await mkdtemp(join(tmpdir(), 'prairie-shards-'));
after(() => rm(base, { recursive: true }));
const fresh = () => mkdtemp(join(base, 'root-'));

describePieceStore('files, five folders', async () =>
  openPieceStore({ storage: 'file', bucketUrl: join(await fresh(), 'disk%d', 'pieces'), shards: 5 }),
);

async function allOf<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

describe('shards', () => {
  test('are chosen by FNV-1a of 32 bits', () => {
    // the published vectors of the function
    assert.equal(fnv1a(''), 0x811c9dc5);
    assert.equal(fnv1a('a'), 0xe40c292c);
    assert.equal(fnv1a('foobar'), 0xbf9cf968);
  });

  test('are folders by their numbers, and each key is in its own', async () => {
    const root = await fresh();
    const store = await openPieceStore({ storage: 'file', bucketUrl: join(root, '%d'), shards: 4 });
    const keys = Array.from({ length: 200 }, (_, index) => `s${index}_s0`);
    for (const key of keys) await store.put(key, Buffer.from(key));
    assert.deepEqual((await readdir(root)).sort(), ['0', '1', '2', '3']);
    for (const shard of [0, 1, 2, 3]) {
      const expected = keys.filter((key) => fnv1a(key) % 4 === shard).sort();
      assert.deepEqual((await readdir(join(root, String(shard)))).sort(), expected);
      assert.ok(expected.length > 20, 'keys are spread');
    }
    await store.close();
  });

  test('other than a key’s own do not list it', async () => {
    const shards = [new MemoryPieceStore(), new MemoryPieceStore()];
    const other = fnv1a('s1_s0') % 2 === 0 ? shards[1]! : shards[0]!;
    await other.put('s1_s0', Buffer.from('x'));
    const store = new ShardedPieceStore(shards);
    assert.deepEqual(await allOf(store.list('')), []);
    assert.equal(await store.deleteByPrefix('s1_'), 1);
  });

  test('of which one fails fail the whole, after the others', async () => {
    const failing = new MemoryPieceStore();
    await failing.close();
    const healthy = new MemoryPieceStore();
    await healthy.put('s1_s0', Buffer.from('x'));
    const store = new ShardedPieceStore([failing, healthy]);
    await assert.rejects(store.deleteByPrefix('s1_'), /closed/);
    assert.equal(await healthy.size('s1_s0'), undefined);
    await assert.rejects(allOf(store.list('')), /closed/);
  });

  test('and their location must fit together', async () => {
    const refused = [
      [{ bucketUrl: '/disk', shards: 2 }, /2 shards need one %d/],
      [{ bucketUrl: '/disk%d/%d', shards: 2 }, /got 2/],
      [{ bucketUrl: '/disk%d' }, /for more than one shard/],
      [{ bucketUrl: '/disk%d', shards: 257 }, /256 at most/],
    ] as const;
    for (const [settings, expected] of refused) {
      await assert.rejects(openPieceStore({ storage: 'file', ...settings }), expected);
    }
  });
});

describe('merged', () => {
  async function* numbers(from: number, to: number, ended: number[] = []): AsyncGenerator<number> {
    try {
      for (let i = from; i < to; i++) {
        if (i % 100 === 0) await new Promise(setImmediate);
        yield i;
      }
    } finally {
      ended.push(from);
    }
  }

  test('gives all of all sources', async () => {
    const sources = Array.from({ length: 7 }, (_, index) => numbers(index * 3000, (index + 1) * 3000));
    const got = await allOf(merged(sources, 3));
    assert.deepEqual(
      got.toSorted((a, b) => a - b),
      Array.from({ length: 21_000 }, (_, i) => i),
    );
    assert.deepEqual(await allOf(merged([], 3)), []);
  });

  test('ends its sources when the reader stops early', async () => {
    const ended: number[] = [];
    for await (const value of merged([numbers(0, 1e9, ended), numbers(-1e9, 0, ended)], 2)) {
      assert.ok(value >= -1e9);
      break;
    }
    assert.deepEqual(
      ended.toSorted((a, b) => a - b),
      [-1e9, 0],
    );
  });

  test('fails with the first source that fails', async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw new Error('page lost');
    }
    await assert.rejects(allOf(merged([numbers(0, 10), failing()], 2)), /page lost/);
  });
});
