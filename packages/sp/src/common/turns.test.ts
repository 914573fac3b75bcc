import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Turns } from './turns.ts';

const work = fc.record({ key: fc.nat(2), steps: fc.nat(3), fails: fc.boolean() });

test('property: work on a thing runs alone and in its order, on others at once; a failure is its own', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(work, { maxLength: 12 }), async (all) => {
      const turns = new Turns<number>();
      const running = new Set<number>();
      const begun: number[] = [];
      const ended = await Promise.allSettled(
        all.map(({ key, steps, fails }, index) =>
          turns.run(key, async () => {
            assert.ok(!running.has(key), 'nobody else is at it');
            running.add(key);
            begun.push(index);
            for (let step = 0; step < steps; step++) await Promise.resolve();
            running.delete(key);
            if (fails) throw new Error(`${index}`);
            return index;
          }),
        ),
      );
      for (const key of [0, 1, 2]) {
        const inOrder = begun.filter((index) => all[index]!.key === key);
        assert.deepEqual(
          inOrder,
          [...inOrder].sort((a, b) => a - b),
        );
      }
      for (const [index, outcome] of ended.entries()) {
        if (all[index]!.fails) assert.ok(outcome.status === 'rejected' && outcome.reason.message === `${index}`);
        else assert.deepEqual(outcome, { status: 'fulfilled', value: index });
      }
    }),
  );
});
