import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cosmosBaseQueryV1beta1 } from '@prairie/chain';
import fc from 'fast-check';
import { paginate } from './pagination.ts';
import { OrderedMap } from './state/ordered-map.ts';

const { PageRequest } = cosmosBaseQueryV1beta1;

function listOf(size: number) {
  const map = new OrderedMap(
    Array.from({ length: size }, (_, i) => [String(i).padStart(5, '0'), i] as [string, number]),
  );
  return {
    *walk(options: { from?: string; reverse: boolean }): IterableIterator<[string, number]> {
      for (const key of map.keys(options)) yield [key, map.get(key)!];
    },
  };
}

test('following next_key visits every entry once, in order, whatever the page size', () => {
  fc.assert(
    fc.property(fc.nat(350), fc.bigInt(0n, 150n), fc.boolean(), (size, limit, reverse) => {
      const seen: number[] = [];
      let key: Uint8Array = new Uint8Array(0);
      do {
        const page = paginate(PageRequest.create({ key, limit, reverse }), listOf(size));
        assert.ok(page.items.length <= 100);
        seen.push(...page.items);
        key = page.pagination.next_key;
      } while (key.length > 0);
      const all = Array.from({ length: size }, (_, i) => i);
      assert.deepEqual(seen, reverse ? all.reverse() : all);
    }),
  );
});

test('without a limit the total is counted; with one only when asked', () => {
  assert.equal(paginate(undefined, listOf(103)).pagination.total, 103n);
  assert.equal(paginate(PageRequest.create({ limit: 5n }), listOf(103)).pagination.total, 0n);
  assert.equal(paginate(PageRequest.create({ limit: 5n, count_total: true }), listOf(103)).pagination.total, 103n);
});

test('contradictions and what public nodes refuse are invalid arguments', () => {
  const both = PageRequest.create({ offset: 1n, key: Buffer.of(1) });
  assert.throws(() => paginate(both, listOf(1)), { status: 'InvalidArgument' });
  const offset = PageRequest.create({ offset: 1n });
  assert.throws(() => paginate(offset, { ...listOf(1), refuseOffset: true }), /not allowed/);
  assert.deepEqual(paginate(offset, listOf(3)).items, [1, 2]);
});
