import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode } from '@prairie/chain';
import fc from 'fast-check';
import { addLimits, fits, Limit, limitOf, NO_LIMIT, sameLimit, subtractLimits } from './limit.ts';

const counts = Limit.fields.map(({ name }) => name).filter((name) => name !== 'memory');

const limits = fc
  .record({
    memory: fc.bigInt(0n, 2n ** 62n),
    counts: fc.array(fc.nat({ max: 2 ** 30 }), { minLength: counts.length, maxLength: counts.length }),
  })
  .map(({ memory, counts: values }) =>
    limitOf({ memory, ...Object.fromEntries(counts.map((name, i) => [name, values[i]])) }),
  );

test('an estimate fits when every field is offered', () => {
  const offer = limitOf({ memory: 10n, tasks: 2, tasks_low_priority: 2 });
  assert.ok(fits(offer, limitOf({ memory: 10n, tasks: 1, tasks_low_priority: 1 })));
  assert.ok(!fits(offer, limitOf({ memory: 11n })));
  assert.ok(!fits(offer, limitOf({ tasks: 1, tasks_high_priority: 1 })));
  for (const name of counts) assert.ok(!fits({ ...NO_LIMIT, [name]: 0 }, limitOf({ [name]: 1 })), name);
});

test('without a limit everything fits, also over the wire', () => {
  fc.assert(fc.property(limits, (estimate) => fits(NO_LIMIT, estimate)));
  assert.deepEqual(decode(Limit, encode(Limit, NO_LIMIT)), NO_LIMIT);
  assert.deepEqual(addLimits(NO_LIMIT, limitOf({ memory: 1n, fd: 1 })), NO_LIMIT, 'the wire carries no more');
});

test('property: what is subtracted can be added again, and nothing goes below 0', () => {
  fc.assert(
    fc.property(limits, limits, (a, b) => {
      const sum = addLimits(a, b);
      assert.ok(sameLimit(subtractLimits(sum, b)!, a));
      assert.ok(fits(sum, a) && fits(sum, b));
      const rest = subtractLimits(a, b);
      assert.equal(rest !== undefined, fits(a, b));
      if (rest) assert.ok(fits(rest, limitOf({})) && sameLimit(addLimits(rest, b), a));
    }),
  );
});

test('property: limits are the same only when every field is', () => {
  fc.assert(
    fc.property(limits, fc.constantFrom(...counts), (limit, name) => {
      assert.ok(sameLimit(limit, { ...limit }));
      assert.ok(!sameLimit(limit, { ...limit, [name]: limit[name as 'tasks'] + 1 }));
      assert.ok(!sameLimit(limit, { ...limit, memory: limit.memory + 1n }));
    }),
  );
});
