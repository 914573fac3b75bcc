import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NoSuchKeyError, type PieceStore } from '@prairie/gfsp';
import fc from 'fast-check';
import { InvalidKeyError } from '../keys.ts';
import { keysOf, type WithStore } from './with-store.ts';

/** Deletions, of one piece and by prefix. */
export function describeDeleting(withStore: WithStore, count: number): void {
  withStore('deletes; a missing key is no error', async (store) => {
    await store.put('s1_s0', Buffer.from('x'));
    await store.delete('s1_s0');
    await store.delete('s1_s0');
    await assert.rejects(store.get('s1_s0'), NoSuchKeyError);
  });

  withStore('deletes by prefix and counts the bytes', async (store) => {
    const numbers = Array.from({ length: count }, (_, i) => i).values();
    const writer = async () => {
      for (const i of numbers) await store.put(`s1_s${i}`, Buffer.alloc(i % 100));
    };
    await Promise.all(Array.from({ length: 16 }, writer));
    await store.put('s10_s0', Buffer.alloc(5));
    assert.equal((await keysOf(store, 's1_')).length, count);
    const bytes = Array.from({ length: count }, (_, i) => i % 100).reduce((sum, size) => sum + size, 0);
    assert.equal(await store.deleteByPrefix('s1_'), bytes);
    assert.equal(await store.deleteByPrefix('s1_'), 0);
    assert.deepEqual(await keysOf(store, ''), ['s10_s0']);
    await assert.rejects(store.deleteByPrefix(''), InvalidKeyError);
  });
}

/** Any sequence of calls leaves what it would leave in a map. */
export function describeModel(open: () => Promise<PieceStore>, numRuns: number): void {
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
      { numRuns },
    );
  });
}
