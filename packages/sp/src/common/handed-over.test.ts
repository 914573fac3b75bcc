import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { handedOver } from './handed-over.ts';

const never = new AbortController().signal;

test('values come in order, and the next one is made when the one before was taken', async () => {
  let made = 0;
  const values = handedOver<number>(async (give) => {
    for (made = 1; made <= 3; made++) await give(made);
  }, never);
  const seen: number[] = [];
  for await (const value of values) {
    await turn();
    assert.equal(made, value, 'nothing is made ahead');
    seen.push(value);
  }
  assert.deepEqual(seen, [1, 2, 3]);
});

test('values of work that gives several at once all come', async () => {
  const values = handedOver<number>((give) => Promise.all([1, 2, 3].map(give)), never);
  const seen: number[] = [];
  for await (const value of values) seen.push(value);
  assert.deepEqual(seen, [1, 2, 3]);
});

test('work that fails fails the iteration, after what it gave', async () => {
  const values = handedOver<number>(async (give) => {
    await give(1);
    throw new Error('broken');
  }, never);
  assert.deepEqual(await values.next(), { done: false, value: 1 });
  await assert.rejects(values.next(), /broken/);
});

test('who stops listening stops the work, and waits for its end', async () => {
  let hasEnded = false;
  const values = handedOver<number>(async (give, signal) => {
    for (let value = 0; !signal.aborted; value++) await give(value);
    await turn();
    hasEnded = true;
  }, never);
  for await (const value of values) if (value === 2) break;
  assert.ok(hasEnded);
});

test('the signal reaches the work', async () => {
  const stop = new AbortController();
  const values = handedOver<number>(async (give, signal) => {
    await give(1);
    signal.throwIfAborted();
  }, stop.signal);
  await values.next();
  stop.abort(new Error('enough'));
  await assert.rejects(values.next(), /enough/);
});
