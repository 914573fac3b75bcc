import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { NoSuchKeyError, type PieceStore } from '@prairie/gfsp';
import { InvalidKeyError } from '../keys.ts';
import { describeDeleting, describeModel } from './contract-deleting.ts';
import { keysOf, type WithStore } from './with-store.ts';

export interface ContractOptions {
  /** Why it is left out; false when it runs. */
  skip?: string | false;
  /** Sequences of calls that are compared with a map's. Default 30; fewer where each store costs a bucket. */
  sequences?: number;
  /** Pieces with one prefix that are listed and deleted. Default 1001, above the page of any backend. */
  many?: number;
}

/** What every piece store does. A backend's test calls it with a function that opens an empty store. */
export function describePieceStore(
  name: string,
  open: () => Promise<PieceStore>,
  { skip = false, sequences = 30, many = 1001 }: ContractOptions = {},
): void {
  const withStore = (title: string, body: (store: PieceStore) => Promise<void>) =>
    test(title, async () => {
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });

  describe(name, { skip }, () => {
    describeReading(withStore);
    describeWriting(withStore);
    describeOverlap(withStore);
    describeDeleting(withStore, many);
    describeModel(open, sequences);
  });
}

function describeReading(withStore: WithStore): void {
  withStore('gives a piece, or a part of it', async (store) => {
    await store.put('s1_s0', Buffer.from('0123456789'));
    assert.equal((await store.get('s1_s0')).toString(), '0123456789');
    assert.equal((await store.get('s1_s0', 3)).toString(), '3456789');
    assert.equal((await store.get('s1_s0', 3, 4)).toString(), '3456');
    assert.equal((await store.get('s1_s0', 8, 100)).toString(), '89');
    assert.equal((await store.get('s1_s0', 10, 1)).length, 0);
    assert.equal((await store.get('s1_s0', 0, 0)).length, 0);
    await assert.rejects(store.get('s1_s0', -1), RangeError);
    await assert.rejects(store.get('s1_s0', 0, -1), RangeError);
    await assert.rejects(store.get('s1_s0', 0.5), RangeError);
  });

  withStore('puts what is read where the caller wants it, if it fits', async (store) => {
    const piece = randomBytes(5000);
    await store.put('s1_s0', piece);
    for (const memory of [Buffer.alloc(6000), Buffer.from(new SharedArrayBuffer(6000)).subarray(7)]) {
      for (const [offset, length] of [[0], [0, 5000], [100, 200]] as [number, number?][]) {
        const got = await store.get('s1_s0', offset, length, memory.fill(0));
        assert.ok(got.equals(piece.subarray(offset, offset + (length ?? 5000))));
        assert.deepEqual([got.buffer, got.byteOffset], [memory.buffer, memory.byteOffset]);
        assert.ok(
          memory.subarray(got.length).every((byte) => byte === 0),
          'bytes beyond are as they were',
        );
      }
    }
    const small = Buffer.alloc(10);
    assert.ok((await store.get('s1_s0', 0, undefined, small)).equals(piece));
    assert.ok(small.equals(Buffer.alloc(10)));
  });

  withStore('says how large a piece is', async (store) => {
    await store.put('s1_s0', Buffer.alloc(70_000));
    await store.put('empty', new Uint8Array(0));
    assert.equal(await store.size('s1_s0'), 70_000);
    assert.equal(await store.size('empty'), 0);
    assert.equal(await store.size('s404_s0'), undefined);
    assert.equal((await store.get('empty', 0, 5)).length, 0);
    assert.equal((await store.get('empty', 7)).length, 0);
  });

  withStore('names the key that is missing', async (store) => {
    for (const window of [[], [3], [0, 5], [0, 0]] as [number?, number?][]) {
      await assert.rejects(store.get('s404_s0', ...window), (error: Error) => {
        assert.ok(error instanceof NoSuchKeyError);
        assert.match(error.message, /specified key does not exist: s404_s0/);
        return true;
      });
    }
  });

  withStore('takes any name that is a key', async (store) => {
    const keys = [
      'a b',
      '+',
      '%41',
      '&<>"\'',
      '~',
      'é',
      '文',
      '\u{1F600}',
      '-',
      '?x=1',
      '#',
      's1_s0_v1',
      'k'.repeat(200),
    ];
    for (const key of keys) await store.put(key, Buffer.from(key));
    for (const key of keys) {
      assert.equal((await store.get(key)).toString(), key);
      assert.equal(await store.size(key), Buffer.byteLength(key));
    }
    assert.deepEqual(await keysOf(store, ''), keys.toSorted());
    assert.deepEqual(await keysOf(store, 'a '), ['a b']);
    for (const key of keys) await store.delete(key);
    assert.deepEqual(await keysOf(store, ''), []);
  });

  withStore('lists by prefix', async (store) => {
    for (const key of ['s1_s0', 's1_s1', 's10_s0', 'e1_s0_p2']) await store.put(key, Buffer.from(key));
    assert.deepEqual(await keysOf(store, 's1_'), ['s1_s0', 's1_s1']);
    assert.deepEqual(await keysOf(store, ''), ['e1_s0_p2', 's10_s0', 's1_s0', 's1_s1']);
    assert.deepEqual(await keysOf(store, 'x'), []);
  });
}

function describeWriting(withStore: WithStore): void {
  withStore('replaces a piece', async (store) => {
    await store.put('s1_s0', Buffer.from('a longer first text'));
    await store.put('s1_s0', Buffer.from('second'));
    assert.equal((await store.get('s1_s0')).toString(), 'second');
    assert.deepEqual(await keysOf(store, ''), ['s1_s0']);
  });

  withStore('keeps empty pieces, large ones, and ones in shared memory', async (store) => {
    await store.put('empty', new Uint8Array(0));
    assert.equal((await store.get('empty')).length, 0);
    const large = randomBytes(3_000_001);
    await store.put('large', large);
    assert.ok((await store.get('large')).equals(large));
    const shared = new Uint8Array(new SharedArrayBuffer(100)).fill(7);
    await store.put('shared', shared);
    assert.ok((await store.get('shared')).equals(Buffer.alloc(100, 7)));
  });

  withStore('is not reached by later changes of what was put or got', async (store) => {
    const data = Buffer.from('abc');
    await store.put('s1_s0', data);
    data.fill(0);
    (await store.get('s1_s0')).fill(1);
    assert.equal((await store.get('s1_s0')).toString(), 'abc');
  });

  withStore('refuses names that are no keys', async (store) => {
    for (const key of ['', '.', '..', '.s1_s0', 'a/b', '../a', 'a\\b', 'a\0b', 'k'.repeat(201)]) {
      await assert.rejects(store.put(key, Buffer.from('x')), InvalidKeyError, key);
      await assert.rejects(store.get(key), InvalidKeyError, key);
      await assert.rejects(store.size(key), InvalidKeyError, key);
      await assert.rejects(store.delete(key), InvalidKeyError, key);
    }
  });

  withStore('refuses work after it was closed', async (store) => {
    await store.put('s1_s0', Buffer.from('x'));
    await store.close();
    await assert.rejects(store.put('s1_s0', Buffer.from('x')), /closed/);
    await assert.rejects(store.get('s1_s0'), /closed/);
    await assert.rejects(store.size('s1_s0'), /closed/);
    await assert.rejects(store.delete('s1_s0'), /closed/);
    await assert.rejects(store.deleteByPrefix('s1_'), /closed/);
    await assert.rejects(keysOf(store, ''), /closed/);
  });
}

function describeOverlap(withStore: WithStore): void {
  withStore('leaves one whole piece of several put at once', async (store) => {
    const versions = Array.from({ length: 8 }, (_, i) => Buffer.alloc(50_000 + i, i));
    await Promise.all(versions.map((version) => store.put('s1_s0', version)));
    const left = await store.get('s1_s0');
    assert.ok(versions.some((version) => version.equals(left)));
  });

  withStore('gives whole pieces while they are replaced, never older than what was acknowledged', async (store) => {
    const version = (number: number) => Buffer.alloc(200_000, number);
    await store.put('s1_s0', version(0));
    let acknowledged = 0;
    const writer = async () => {
      for (let number = 1; number <= 20; number++) {
        await store.put('s1_s0', version(number));
        acknowledged = number;
      }
    };
    const reader = async () => {
      while (acknowledged < 20) {
        const least = acknowledged;
        const piece = await store.get('s1_s0');
        assert.ok(piece[0]! >= least, `version ${piece[0]} after ${least} was acknowledged`);
        assert.ok(piece.equals(version(piece[0]!)), 'a piece of two versions');
      }
    };
    await Promise.all([writer(), reader(), reader()]);
  });

  withStore('keeps pieces that are put at the same time apart', async (store) => {
    const keys = Array.from({ length: 50 }, (_, index) => `s${index}_s0`);
    await Promise.all(keys.map((key) => store.put(key, Buffer.from(key.repeat(100)))));
    const pieces = await Promise.all(keys.map((key) => store.get(key)));
    for (const [index, piece] of pieces.entries()) assert.equal(piece.toString(), keys[index]!.repeat(100));
  });
}
