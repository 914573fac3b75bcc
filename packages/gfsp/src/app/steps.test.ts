import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inSteps, type Outcome } from './steps.ts';

function recorder(failing: string) {
  const seen: string[] = [];
  const step = (name: string) => {
    seen.push(name);
    if (name === failing) throw new Error(name);
  };
  return {
    seen,
    pre: async () => step('pre'),
    handle: async (request: number) => {
      step('handle');
      return request * 2;
    },
    post: async (_: number, outcome: Outcome<number>) =>
      step('result' in outcome ? `post ${outcome.result}` : 'post !'),
  };
}

test('pre, handle, post, in this order', async () => {
  const steps = recorder('');
  assert.equal(await inSteps(steps, 21), 42);
  assert.deepEqual(steps.seen, ['pre', 'handle', 'post 42']);
});

test('a refusal by pre is the answer, and nothing else is done', async () => {
  const steps = recorder('pre');
  await assert.rejects(inSteps(steps, 1), /pre/);
  assert.deepEqual(steps.seen, ['pre']);
});

test('post is told of a failure, which stays the answer', async () => {
  const steps = recorder('handle');
  await assert.rejects(inSteps(steps, 1), /handle/);
  assert.deepEqual(steps.seen, ['pre', 'handle', 'post !']);
});
