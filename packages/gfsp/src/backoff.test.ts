import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backoffMs, retry } from './backoff.ts';

test('property: a pause is within half and whole of the doubled base, and under the limit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (failures, random) => {
        const pause = backoffMs(failures, { baseMs: 100, maxMs: 5000 }, () => random);
        const whole = Math.min(5000, 100 * 2 ** (failures - 1));
        assert.ok(pause >= whole / 2 - 1 && pause <= whole);
      },
    ),
  );
});

test('retry ends with success, with the last attempt, or with a failure that stays', async () => {
  const quick = { attempts: 3, baseMs: 1, maxMs: 1 };
  let calls = 0;
  const flaky = async () => {
    if (++calls < 3) throw new Error('not yet');
    return 'done';
  };
  assert.equal(await retry(quick, flaky), 'done');
  await assert.rejects(
    retry({ ...quick, attempts: 2 }, async () => Promise.reject(new Error('never'))),
    /never/,
  );
  let tries = 0;
  const final = async () => {
    tries++;
    throw new Error('for good');
  };
  await assert.rejects(retry({ ...quick, retryable: () => false }, final), /for good/);
  assert.equal(tries, 1);
});

test('retry stops waiting when it is told to', async () => {
  const stop = new AbortController();
  const waiting = retry({ attempts: 9, baseMs: 60_000, maxMs: 60_000, signal: stop.signal }, async () => {
    throw new Error('no');
  });
  setImmediate(() => stop.abort());
  await assert.rejects(waiting, { name: 'AbortError' });
});
