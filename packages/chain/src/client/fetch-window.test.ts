import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FetchWindow, type FetchWindowOptions } from './fetch-window.ts';

/** Fetches that end when they are told to, in any order. */
class Fetches {
  readonly underWay = new Map<number, (weight: number) => void>();
  readonly asked: number[] = [];

  fetch = (number: number): Promise<{ value: number; weight: number }> => {
    this.asked.push(number);
    return new Promise((resolve) => {
      this.underWay.set(number, (weight) => {
        this.underWay.delete(number);
        resolve({ value: number, weight });
      });
    });
  };
}

const options = fc.record({
  parallel: fc.integer({ min: 1, max: 6 }),
  size: fc.integer({ min: 1, max: 12 }),
  maxWeight: fc.integer({ min: 1, max: 100 }),
});

/** As a consumer with patience: ends fetches by `choices` until the window gives the last. */
async function drain(window: FetchWindow<number>, fetches: Fetches, last: number, choices: readonly number[]) {
  const taken: number[] = [];
  const mostUnderWay: number[] = [];
  for (let i = 0; taken.at(-1) !== last; ) {
    const next = (taken.at(-1) ?? 0) + 1;
    const batch = window.take(next);
    for (let done = false; !done; ) {
      mostUnderWay.push(fetches.underWay.size);
      const numbers = [...fetches.underWay.keys()];
      const chosen = numbers[choices[i++ % choices.length]! % Math.max(numbers.length, 1)];
      if (chosen !== undefined) fetches.underWay.get(chosen)!(choices[i % choices.length]! % 40);
      done = await Promise.race([batch.then(() => true), new Promise<false>((wait) => setImmediate(wait, false))]);
    }
    taken.push(...(await batch));
  }
  return { taken, mostUnderWay: Math.max(...mostUnderWay) };
}

test('all come once and in order, and no more are under way than is allowed', async () => {
  await fc.assert(
    fc.asyncProperty(options, fc.array(fc.nat(), { minLength: 1 }), async (given: FetchWindowOptions, choices) => {
      const fetches = new Fetches();
      const window = new FetchWindow(1, fetches.fetch, given);
      window.extend(20);
      const { taken, mostUnderWay } = await drain(window, fetches, 20, choices);
      const all = Array.from({ length: 20 }, (_, i) => i + 1);
      assert.deepEqual([taken, fetches.asked], [all, all]);
      assert.ok(mostUnderWay <= Math.min(given.parallel, given.size));
    }),
    { numRuns: 60 },
  );
});

test('what is heavy is fetched one by one, what nobody takes not at all', async () => {
  const fetches = new Fetches();
  const window = new FetchWindow(1, fetches.fetch, { parallel: 4, size: 8, maxWeight: 100 });
  window.extend(100);
  assert.deepEqual(fetches.asked, [1, 2, 3, 4]);
  for (const number of [1, 2, 3, 4]) fetches.underWay.get(number)!(60);
  assert.deepEqual(await window.take(1), [1, 2, 3, 4]);
  // all were taken: one is fetched, a second would be too heavy
  assert.deepEqual(fetches.asked, [1, 2, 3, 4, 5]);
});
