import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ordered, pageOf, pageSize } from './pages.ts';

const items = (count: number) => Array.from({ length: count }, (_, i) => i);

test('sizes: 30 unless asked otherwise, never more than 100', () => {
  assert.deepEqual([undefined, 0, -3, 1, 100, 101].map(pageSize), [30, 30, 30, 1, 100, 100]);
});

test('the pages of a list are the list', () => {
  fc.assert(
    fc.property(fc.nat(350), fc.integer({ min: 1, max: 120 }), (count, size) => {
      const list = items(count);
      const pages = Math.max(1, Math.ceil(count / pageSize(size)));
      const all = items(pages).flatMap((page) => pageOf(list, page + 1, size));
      assert.deepEqual(all, list);
      const text = `page should be within [1, ${pages}] range, given ${pages + 1}`;
      assert.throws(() => pageOf(list, pages + 1, size), { message: text });
      assert.throws(() => pageOf(list, 0, size), /given 0$/);
    }),
  );
});

test('orders', () => {
  assert.deepEqual(ordered([1, 2], ''), [1, 2]);
  assert.deepEqual(ordered([1, 2], 'desc'), [2, 1]);
  assert.throws(() => ordered([], 'up'), /`asc` or `desc` or empty/);
});
