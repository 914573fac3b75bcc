import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { taskKindNames } from './kinds.ts';
import { bandOf, levelOf, TaskPriority } from './priorities.ts';

test('what tasks begin with (§1.5)', () => {
  const byPriority = Object.groupBy(taskKindNames, (kind) => String(TaskPriority[kind]));
  assert.deepEqual(byPriority['255'], ['replicate']);
  assert.deepEqual(byPriority['85']?.toSorted(), ['migrate-gvg', 'seal']);
  const gc = ['gc-bucket-migration', 'gc-meta', 'gc-object', 'gc-stale-version', 'gc-zombie'];
  assert.deepEqual(byPriority['21']?.toSorted(), [...gc, 'receive', 'recover'].toSorted());
  assert.equal(byPriority['0']?.length, taskKindNames.length - 10);
});

test('both bandings at their edges', () => {
  const priorities = [0, 84, 85, 86, 170, 171, 255];
  assert.deepEqual(priorities.map(bandOf), ['low', 'low', 'medium', 'medium', 'medium', 'high', 'high']);
  assert.deepEqual(priorities.map(levelOf), ['low', 'low', 'low', 'medium', 'medium', 'high', 'high']);
});

test('property: bands rise with the priority, and both bandings differ at 85 only', () => {
  const rank = { low: 0, medium: 1, high: 2 };
  fc.assert(
    fc.property(fc.nat({ max: 255 }), fc.nat({ max: 255 }), (a, b) => {
      const [less, more] = a < b ? [a, b] : [b, a];
      assert.ok(rank[bandOf(less)] <= rank[bandOf(more)]);
      assert.equal(bandOf(a) === levelOf(a), a !== 85);
    }),
  );
});
