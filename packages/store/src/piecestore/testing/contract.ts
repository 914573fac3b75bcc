import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { NoSuchKeyError, type PieceStore } from '@prairie/gfsp';
import fc from 'fast-check';
import { InvalidKeyError } from '../keys.ts';

/** What every piece store does. A backend's test calls it with a function that opens an empty store. */
export function describePieceStore(name: string, open: () => Promise<PieceStore>): void {
  const withStore = (title: string, body: (store: PieceStore) => Promise<void>) =>
    test(title, async () => {
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });

  describe(name, () => {
    describeReading(withStore);
    describeWriting(withStore);
    describeDeleting(withStore);
    describeModel(open);
  });
}

type WithStore = (title: string, body: (store: PieceStore) => Promise<void>) => void;

async function keysOf(store: PieceStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys.sort();
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
  });

  withStore('names the key that is missing', async (store) => {
    await assert.rejects(store.get('s404_s0'), (error: Error) => {
      assert.ok(error instanceof NoSuchKeyError);
      assert.match(error.message, /specified key does not exist: s404_s0/);
      return true;
    });
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

  withStore('leaves one whole piece of several put at once', async (store) => {
    const versions = Array.from({ length: 8 }, (_, i) => Buffer.alloc(50_000 + i, i));
    await Promise.all(versions.map((version) => store.put('s1_s0', version)));
    const left = await store.get('s1_s0');
    assert.ok(versions.some((version) => version.equals(left)));
  });

  withStore('refuses names that are no keys', async (store) => {
    for (const key of ['', '.', '..', '.s1_s0', 'a/b', '../a', 'a\\b', 'a\0b', 'k'.repeat(201)]) {
      await assert.rejects(store.put(key, Buffer.from('x')), InvalidKeyError, key);
      await assert.rejects(store.get(key), InvalidKeyError, key);
      await assert.rejects(store.delete(key), InvalidKeyError, key);
    }
    await store.put('k'.repeat(200), Buffer.from('x'));
  });

  withStore('refuses work after it was closed', async (store) => {
    await store.close();
    await assert.rejects(store.put('s1_s0', Buffer.from('x')), /closed/);
    await assert.rejects(store.get('s1_s0'), /closed/);
  });
}

function describeDeleting(withStore: WithStore): void {
  withStore('deletes; a missing key is no error', async (store) => {
    await store.put('s1_s0', Buffer.from('x'));
    await store.delete('s1_s0');
    await store.delete('s1_s0');
    await assert.rejects(store.get('s1_s0'), NoSuchKeyError);
  });

  withStore('deletes by prefix and counts the bytes', async (store) => {
    for (let i = 0; i < 150; i++) await store.put(`s1_s${i}`, Buffer.alloc(i));
    await store.put('s10_s0', Buffer.alloc(5));
    assert.equal(await store.deleteByPrefix('s1_'), (150 * 149) / 2);
    assert.equal(await store.deleteByPrefix('s1_'), 0);
    assert.deepEqual(await keysOf(store, ''), ['s10_s0']);
    await assert.rejects(store.deleteByPrefix(''), InvalidKeyError);
  });
}

/** Any sequence of calls leaves what it would leave in a map. */
function describeModel(open: () => Promise<PieceStore>): void {
  const keys = fc.constantFrom('s1_s0', 's1_s1', 's1_s0_v1', 's10_s0', 'e1_s0_p0');
  const calls = fc.array(
    fc.oneof(
      fc.record({ call: fc.constant('put' as const), key: keys, data: fc.uint8Array({ maxLength: 40 }) }),
      fc.record({ call: fc.constant('delete' as const), key: keys }),
      fc.record({ call: fc.constant('deleteByPrefix' as const), key: fc.constantFrom('s1_', 'e1_', 's1_s0') }),
    ),
    { maxLength: 25 },
  );
  test('does what a map would', async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (sequence) => {
        const store = await open();
        const model = new Map<string, Buffer>();
        for (const step of sequence) {
          if (step.call === 'put') {
            await store.put(step.key, step.data);
            model.set(step.key, Buffer.from(step.data));
          } else if (step.call === 'delete') {
            await store.delete(step.key);
            model.delete(step.key);
          } else {
            const gone = [...model.keys()].filter((key) => key.startsWith(step.key));
            const bytes = gone.reduce((sum, key) => sum + model.get(key)!.length, 0);
            assert.equal(await store.deleteByPrefix(step.key), bytes);
            for (const key of gone) model.delete(key);
          }
        }
        assert.deepEqual(await keysOf(store, ''), [...model.keys()].sort());
        for (const [key, data] of model) assert.ok((await store.get(key)).equals(data));
        await store.close();
      }),
      { numRuns: 30 },
    );
  });
}
