import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Remembered } from './remembered.ts';

test('many who ask at the same time cause one question', async () => {
  let asked = 0;
  const remembered = new Remembered({ entries: 2, maxAgeMs: 60_000 }, async (key) => `${key}${++asked}`);
  assert.deepEqual(await Promise.all([remembered.get('a'), remembered.get('a')]), ['a1', 'a1']);
  assert.equal(await remembered.get('a'), 'a1');
  await remembered.get('b');
  await remembered.get('c');
  assert.equal(await remembered.get('a'), 'a4');
});

test('an answer that is too old, or a failure, is asked for again', async () => {
  let asked = 0;
  const stale = new Remembered({ entries: 2, maxAgeMs: 0 }, async () => ++asked);
  await stale.get('a');
  assert.equal(await stale.get('a'), 2);
  let fails = true;
  const failing = new Remembered({ entries: 2, maxAgeMs: 60_000 }, async () => {
    if (fails) throw new Error('away');
    return 'back';
  });
  await assert.rejects(failing.get('a'), /away/);
  fails = false;
  assert.equal(await failing.get('a'), 'back');
});
