import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkMajority, turnAt, votersIn } from './voters.ts';

const code = (number: number) => ({ codespace: 'challenge', code: number });

test('validators take turns, each for an interval', () => {
  const turns = [1000n, 1009n, 1010n, 1029n, 1030n].map((now) => turnAt(now, ['a', 'b', 'c'], 10n));
  assert.deepEqual(
    turns.map(({ voter }) => voter),
    ['b', 'b', 'c', 'a', 'b'],
  );
  assert.deepEqual([turns[1]!.start, turns[1]!.end], [1000n, 1010n]);
  assert.deepEqual(turnAt(1009n, ['a'], 10n), { voter: 'a', start: 1000n, end: 1010n });
  assert.throws(() => turnAt(1n, [], 10n), code(10));
});

test('bits name validators, from the lowest of the first word on', () => {
  const validators = Array.from({ length: 70 }, (_, i) => i);
  assert.deepEqual(votersIn([0b101n, 0b10n], validators), [0, 2, 65]);
  assert.deepEqual(votersIn([1n << 63n], validators), [63]);
  assert.deepEqual(votersIn([], validators), []);
  assert.throws(() => votersIn([0n, 1n << 6n], validators), code(10));
  assert.throws(() => votersIn([0n, 0n, 1n], validators), code(10));
  assert.throws(() => votersIn([0b10n], [0]), code(10));
});

test('property: every set of validators comes back from its bits', () => {
  const sets = fc
    .integer({ min: 1, max: 150 })
    .chain((count) => fc.tuple(fc.constant(count), fc.uniqueArray(fc.nat(count - 1))));
  fc.assert(
    fc.property(sets, ([count, chosen]) => {
      const words = Array.from({ length: 3 }, () => 0n);
      for (const i of chosen) words[i >> 6]! |= 1n << BigInt(i & 63);
      const all = Array.from({ length: count }, (_, i) => i);
      assert.deepEqual(
        votersIn(words, all),
        chosen.toSorted((a, b) => a - b),
      );
    }),
  );
});

test('more than two thirds, rounded down, must vote', () => {
  const least = (validators: number) => {
    let votes = 0;
    for (; ; votes++) {
      try {
        checkMajority(votes, validators);
        return votes;
      } catch {}
    }
  };
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 100].map(least), [1, 2, 3, 3, 4, 5, 5, 67]);
  assert.throws(() => checkMajority(66, 100), code(14));
});
