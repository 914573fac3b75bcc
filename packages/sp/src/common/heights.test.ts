import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Heights } from './heights.ts';

test('who waits is told when the height is reached, and when it never will be', async () => {
  const heights = new Heights(5n);
  assert.equal(await heights.waitFor(5n, 0), true);
  assert.equal(await heights.waitFor(6n, 0), false);
  const reached = heights.waitFor(7n, 60_000);
  const never = heights.waitFor(9n, 60_000);
  heights.advance(8n);
  assert.equal(await reached, true);
  heights.stop();
  assert.equal(await never, false);
});

test('a follower gets the height now, then each later one, and the latest when it is slow', async () => {
  const heights = new Heights(1n);
  const stop = new AbortController();
  const stream = heights.follow(stop.signal);
  assert.equal((await stream.next()).value, 1n);
  const second = stream.next();
  heights.advance(2n);
  assert.equal((await second).value, 2n);
  heights.advance(3n);
  heights.advance(4n);
  assert.equal((await stream.next()).value, 4n);
  const last = stream.next();
  stop.abort();
  assert.equal((await last).done, true);
});

test('a stop ends those who follow', async () => {
  const heights = new Heights();
  const stream = heights.follow(new AbortController().signal);
  await stream.next();
  const last = stream.next();
  heights.stop();
  assert.equal((await last).done, true);
});
