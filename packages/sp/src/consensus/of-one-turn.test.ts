import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { OfOneTurn } from './of-one-turn.ts';

it('asks once for what is asked several times in a turn, and anew in the next', async () => {
  const asked: string[] = [];
  const questions = new OfOneTurn(async (key) => `${key}${asked.push(key)}`);
  const later = async () => {
    await Promise.resolve();
    return questions.get('a');
  };
  const answers = await Promise.all([questions.get('a'), questions.get('b'), later(), questions.get('a')]);
  assert.deepEqual(answers, ['a1', 'b2', 'a1', 'a1']);
  assert.equal(await questions.get('a'), 'a3');
});

it('never gives an answer from before the question', async () => {
  const delays = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(delays, async (turns) => {
      let state = 0;
      const questions = new OfOneTurn(async () => {
        const seen = state;
        for (let left = seen % 3; left > 0; left--) await nextTurn();
        return seen;
      });
      const asks = turns.map(async (delay) => {
        for (let left = delay; left > 0; left--) await nextTurn();
        const before = ++state;
        assert.ok((await questions.get('state')) >= before);
      });
      await Promise.all(asks);
    }),
    { numRuns: 50 },
  );
});

it('a failure is that of those who asked then', async () => {
  let fails = true;
  const questions = new OfOneTurn(async () => {
    if (fails) throw new Error('no node answered');
    return 1;
  });
  const both = await Promise.allSettled([questions.get('a'), questions.get('a')]);
  assert.deepEqual(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  fails = false;
  assert.equal(await questions.get('a'), 1);
});
