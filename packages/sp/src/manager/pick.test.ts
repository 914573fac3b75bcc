import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import fc from 'fast-check';
import { FreezePool } from './freeze-pool.ts';
import { chooseSecondaries, fits, hasRoom, pickByFreeShare } from './pick.ts';

test('a group is full from 95 % of its stake on', () => {
  assert.equal(hasRoom({ staked: 100n, used: 94n }), true);
  assert.equal(hasRoom({ staked: 100n, used: 95n }), false);
  assert.equal(hasRoom({ staked: 0n, used: 0n }), false);
  assert.equal(fits({ staked: 100n, used: 97n }, 3n), true);
  assert.equal(fits({ staked: 100n, used: 97n }, 4n), false);
});

test('property: the one with more free space is picked more often', () => {
  const spaces = [
    { staked: 100n, used: 10n },
    { staked: 100n, used: 70n },
  ];
  const counts = new Map<object, number>();
  for (let i = 0; i < 1000; i++) {
    const picked = pickByFreeShare(
      spaces,
      (space) => space,
      () => i / 1000,
    )!;
    counts.set(picked, (counts.get(picked) ?? 0) + 1);
  }
  assert.deepEqual([...counts.values()], [750, 250]);
  assert.equal(
    pickByFreeShare([], () => ({ staked: 1n, used: 0n })),
    undefined,
  );
});

test('property: secondaries are candidates, distinct, and the list is new to the family', () => {
  const candidates = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 9 });
  fc.assert(
    fc.property(candidates, fc.integer({ min: 1, max: 6 }), fc.nat(5), (ids, count, groups) => {
      const taken: number[][] = [];
      for (let i = 0; i <= groups; i++) {
        const list = chooseSecondaries(ids, count, taken);
        if (ids.length < count) return assert.equal(list, undefined);
        if (!list) return assert.ok(taken.length >= count || ids.length > count);
        assert.equal(new Set(list).size, count);
        assert.ok(list.every((id) => ids.includes(id)));
        assert.ok(!taken.some((other) => String(other) === String(list)));
        taken.push(list);
      }
    }),
  );
  assert.deepEqual(chooseSecondaries([2, 3, 4, 5, 6, 7, 8], 6, []), [2, 3, 4, 5, 6, 7]);
});

test('a frozen provider thaws after five minutes, or when too few are left', () => {
  mock.timers.enable({ apis: ['Date'] });
  const pool = new FreezePool();
  pool.freeze(3, [7]);
  pool.freeze(3, [9]);
  assert.ok(pool.isProviderFrozen(3) && pool.isGroupFrozen(7) && pool.isGroupFrozen(9));
  mock.timers.tick(300_000);
  assert.ok(!pool.isProviderFrozen(3) && !pool.isGroupFrozen(7));
  pool.freeze(3, [7]);
  pool.keepEnough([2, 3, 4], 2);
  assert.ok(pool.isProviderFrozen(3));
  pool.keepEnough([2, 3, 4], 3);
  assert.ok(!pool.isProviderFrozen(3));
  mock.timers.reset();
});
