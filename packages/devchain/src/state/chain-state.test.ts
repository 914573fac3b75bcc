import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ChainState } from './chain-state.ts';
import { numberCodec, textCodec } from './codecs.ts';
import { OrderedMap } from './ordered-map.ts';

type Op =
  | { op: 'set'; key: string; value: number }
  | { op: 'delete'; key: string }
  | { op: 'branch'; fails: boolean; ops: Op[] };

const keys = fc.stringMatching(/^[ab]{0,3}$/);
const { operation } = fc.letrec<{ operation: Op; branch: Op }>((tie) => ({
  operation: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ op: fc.constant('set' as const), key: keys, value: fc.nat(9) }),
    fc.record({ op: fc.constant('delete' as const), key: keys }),
    tie('branch'),
  ),
  branch: fc.record({
    op: fc.constant('branch' as const),
    fails: fc.boolean(),
    ops: fc.array(tie('operation'), { maxLength: 8 }),
  }),
}));

class Rejected extends Error {}

function run(state: ChainState, table: ReturnType<typeof numbers>, ops: Op[]): void {
  for (const op of ops) {
    if (op.op === 'set') table.set(op.key, op.value);
    else if (op.op === 'delete') table.delete(op.key);
    else {
      try {
        state.branch(() => {
          run(state, table, op.ops);
          if (op.fails) throw new Rejected();
        });
      } catch (error) {
        if (!(error instanceof Rejected)) throw error;
      }
    }
  }
}

function model(values: Map<string, number>, ops: Op[]): Map<string, number> {
  let now = values;
  for (const op of ops) {
    if (op.op === 'set') now.set(op.key, op.value);
    else if (op.op === 'delete') now.delete(op.key);
    else {
      const inner = model(new Map(now), op.ops);
      if (!op.fails) now = inner;
    }
  }
  return now;
}

const numbers = (state: ChainState) => state.table('numbers', numberCodec);
const sorted = (values: Map<string, number>) => [...values].sort(([a], [b]) => (a < b ? -1 : 1));
const content = (table: ReturnType<typeof numbers>) => [...table.range()];

test('branches that commit or revert leave what a model leaves, and disk gets the same', () => {
  fc.assert(
    fc.property(fc.array(fc.array(operation, { maxLength: 12 }), { maxLength: 4 }), (blocks) => {
      const disk = new Map<string, Uint8Array>();
      const state = new ChainState();
      const table = numbers(state);
      let expected = new Map<string, number>();
      for (const ops of blocks) {
        run(state, table, ops);
        expected = model(expected, ops);
        for (const change of state.takeChanges()) {
          if (change.value) disk.set(change.key, change.value);
          else disk.delete(change.key);
        }
        assert.deepEqual(content(table), sorted(expected));
        assert.equal(table.size, expected.size);
      }
      const reloaded = numbers(new ChainState(() => disk));
      assert.deepEqual(content(reloaded), sorted(expected));
    }),
  );
});

test('the check state layers over the committed one and is dropped as a whole', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 10 }), fc.array(operation, { maxLength: 10 }), (base, pending) => {
      const state = new ChainState();
      const table = numbers(state);
      run(state, table, base);
      state.takeChanges();
      const committed = content(table);
      state.inCheck(() => run(state, table, pending));
      const expected = model(new Map(committed), pending);
      state.inCheck(() => {
        assert.deepEqual(content(table), sorted(expected));
        assert.deepEqual([...table.range({ reverse: true })], sorted(expected).reverse());
        assert.equal(table.size, expected.size);
      });
      assert.deepEqual(content(table), committed);
      assert.deepEqual(state.takeChanges(), []);
      state.resetCheck();
      state.inCheck(() => assert.deepEqual(content(table), committed));
    }),
  );
});

test('ranges agree with a sorted filter, for every prefix, start and direction', () => {
  const options = fc.record({ prefix: keys, from: fc.option(keys, { nil: undefined }), reverse: fc.boolean() });
  fc.assert(
    fc.property(fc.uniqueArray(keys), options, (all, { prefix, from, reverse }) => {
      const map = new OrderedMap(all.map((key) => [key, 1] as [string, number]));
      const expected = all.filter((key) => key.startsWith(prefix)).sort();
      if (reverse) expected.reverse();
      const wanted = expected.filter((key) => from === undefined || (reverse ? key <= from : key >= from));
      assert.deepEqual([...map.keys({ prefix, reverse, ...(from === undefined ? {} : { from }) })], wanted);
    }),
  );
});

test('a large table stays in order through insertions and removals in between walks', () => {
  const map = new OrderedMap<number>();
  const name = (i: number) => ((i * 7919) % 10_007).toString().padStart(6, '0');
  for (let i = 0; i < 5000; i++) map.set(name(i), i);
  const expected = Array.from({ length: 5000 }, (_, i) => name(i)).sort();
  assert.deepEqual([...map.keys()], expected);
  for (const key of map.keys()) if (Number(key) % 3 === 0) map.delete(key);
  assert.deepEqual(
    [...map.keys()],
    expected.filter((key) => Number(key) % 3 !== 0),
  );
});

test('a walk sees what is added ahead and not what is removed ahead', () => {
  const table = new ChainState().table('t', textCodec);
  for (const key of ['a', 'b', 'd']) table.set(key, '');
  const seen: string[] = [];
  for (const [key] of table.range()) {
    seen.push(key);
    if (key === 'a') {
      table.delete('b');
      table.set('c', '');
    }
  }
  assert.deepEqual(seen, ['a', 'c', 'd']);
});
