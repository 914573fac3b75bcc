import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Budget } from './budget.ts';

test('a large request is not passed over by small ones', async () => {
  const budget = new Budget(10);
  const first = await budget.take(6);
  const order: string[] = [];
  const large = budget.take(8).then((release) => {
    order.push('large');
    return release;
  });
  const small = budget.take(1).then((release) => {
    order.push('small');
    return release;
  });
  first();
  (await large)();
  (await small)();
  assert.deepEqual(order, ['large', 'small']);
  assert.equal(budget.free, 10);
});

test('a very small request does not stand behind a large one, but only so many go ahead', async () => {
  const budget = new Budget(1024);
  const first = await budget.take(900);
  let isLargeServed = false;
  const large = budget.take(1000).then((release) => {
    isLargeServed = true;
    return release;
  });
  const ahead = await Promise.all(Array.from({ length: 16 }, () => budget.take(4)));
  let isLateServed = false;
  const late = budget.take(4).then((release) => {
    isLateServed = true;
    return release;
  });
  for (const release of ahead) release();
  await new Promise(setImmediate);
  assert.deepEqual([isLargeServed, isLateServed], [false, false]);
  first();
  (await large)();
  (await late)();
  assert.equal(budget.free, 1024);
});

test('more than there is at all is granted alone', async () => {
  const budget = new Budget(10);
  const release = await budget.take(1000);
  assert.equal(budget.free, 0);
  release();
  release();
  assert.equal(budget.free, 10);
});

test('who gives up waiting makes room for the next', async () => {
  const budget = new Budget(10);
  const held = await budget.take(5);
  const leaving = new AbortController();
  const large = budget.take(10, leaving.signal);
  const small = budget.take(5);
  leaving.abort(new Error('left'));
  await assert.rejects(large, /left/);
  (await small)();
  held();
  assert.equal(budget.free, 10);
});

test('property: never more is out than there is, and all requests are met', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 40 }), async (amounts) => {
      const budget = new Budget(12);
      let out = 0;
      await Promise.all(
        amounts.map(async (amount) => {
          const release = await budget.take(amount);
          out += Math.min(amount, 12);
          assert.ok(out <= 12);
          await new Promise(setImmediate);
          out -= Math.min(amount, 12);
          release();
        }),
      );
      assert.equal(budget.free, 12);
      assert.equal(budget.waiting, 0);
    }),
    { numRuns: 50 },
  );
});
