import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Heap, type HeapItem } from './heap.ts';

interface Item extends HeapItem {
  value: number;
}

const item = (value: number): Item => ({ heapAt: -1, value });
const heapOf = (): Heap<Item> => new Heap((a, b) => a.value < b.value);
const least = (items: Iterable<Item>): number | undefined =>
  [...items].map(({ value }) => value).sort((a, b) => a - b)[0];

test('property: the least is on top, whatever was put in and taken out, from wherever', () => {
  const steps = fc.array(fc.record({ value: fc.nat(50), removes: fc.boolean(), which: fc.nat() }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (plan) => {
      const heap = heapOf();
      const inside: Item[] = [];
      for (const { value, removes, which } of plan) {
        if (removes && inside.length > 0) {
          const [gone] = inside.splice(which % inside.length, 1);
          heap.remove(gone!);
          assert.equal(gone!.heapAt, -1);
        } else {
          const fresh = item(value);
          inside.push(fresh);
          heap.push(fresh);
        }
        assert.equal(heap.peek()?.value, least(inside));
        assert.equal(heap.size, inside.length);
      }
      const sorted = inside.map(({ value }) => value).sort((a, b) => a - b);
      assert.deepEqual(
        Array.from(inside, () => heap.pop()?.value),
        sorted,
      );
    }),
  );
});

test('property: the least that is accepted is found, and only what comes before it is asked about', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 100 }), fc.integer({ min: 1, max: 9 }), (values, divisor) => {
      const heap = heapOf();
      for (const value of values) heap.push(item(value));
      const asked: number[] = [];
      const found = heap.find(({ value }) => {
        asked.push(value);
        return value % divisor === 0;
      });
      const expected = values.filter((value) => value % divisor === 0).sort((a, b) => a - b)[0];
      assert.equal(found?.value, expected);
      assert.deepEqual(
        asked,
        asked.toSorted((a, b) => a - b),
      );
      assert.equal(heap.size, values.length);
    }),
  );
});

test('an item that is in no heap, or in another, is refused', () => {
  const [heap, other] = [heapOf(), heapOf()];
  const there = item(1);
  other.push(there);
  heap.push(item(1));
  assert.throws(() => heap.remove(there), /not in this heap/);
  assert.throws(() => heap.remove(item(2)), /not in this heap/);
});

test('a heap that was cleared is empty, and its items can be used again', () => {
  const heap = heapOf();
  const one = item(1);
  heap.push(one);
  heap.clear();
  assert.equal(heap.peek(), undefined);
  heap.push(one);
  assert.equal(heap.pop(), one);
});
