import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Pace } from './pace.ts';

const LEAST = 64 << 10;
const never = new AbortController().signal;

/** A clock that only waits and idle times move. */
function clock() {
  const state = { ms: 0, waits: 0 };
  const wait = async (ms: number) => {
    state.ms += ms;
    state.waits++;
  };
  return { state, dependencies: { now: () => state.ms, wait } };
}

const steps = fc.array(fc.record({ bytes: fc.nat({ max: 16 << 20 }), idleMs: fc.constantFrom(0, 0, 0, 1, 50, 5000) }), {
  minLength: 1,
  maxLength: 60,
});

test('a rate is kept whatever the sizes, and quiet times are not made up for', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 100_000, max: 2 ** 30 }), async (taken, bytesPerSecond) => {
      const { state, dependencies } = clock();
      const pace = new Pace({ bytesPerSecond }, dependencies);
      let busyBytes = 0;
      let busyFrom = 0;
      for (const { bytes, idleMs } of taken) {
        const asked = state.ms;
        await pace.take(bytes, never);
        // what was read since the last quiet moment fits into the time since, but for the timer's 4 ms
        const paid = (busyBytes / bytesPerSecond) * 1000;
        assert.ok(state.ms - busyFrom > paid - 4.001, `${busyBytes} bytes in ${state.ms - busyFrom} ms`);
        if (state.ms === asked && asked - busyFrom >= paid) {
          busyFrom = asked;
          busyBytes = 0;
        }
        busyBytes += Math.max(bytes, LEAST);
        state.ms += idleMs;
      }
    }),
  );
});

test('without a rate nobody waits', async () => {
  const { state, dependencies } = clock();
  const pace = new Pace({ bytesPerSecond: 0 }, dependencies);
  for (let i = 0; i < 100; i++) await pace.take(16 << 20, never);
  assert.equal(state.waits, 0);
});

test('a wait ends with the signal, and none begins after it', async () => {
  const stop = new AbortController();
  const pace = new Pace({ bytesPerSecond: 1 });
  await pace.take(1, stop.signal);
  const waiting = pace.take(1, stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(waiting);
  await assert.rejects(pace.take(0, stop.signal), /enough/);
});
