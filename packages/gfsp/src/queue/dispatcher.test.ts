import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import fc from 'fast-check';
import { GfSpError } from '../errors.ts';
import { limitOf } from '../tasks/limit.ts';
import type { LeaseQueue, QueueTask } from './contracts.ts';
import { type Dispatched, TaskDispatcher } from './dispatcher.ts';
import { queueErrors } from './errors.ts';
import { MemoryQueue } from './memory-queue.ts';
import { delayedQueue } from './test-support.ts';

const queueOf = (name: string): MemoryQueue<string> => new MemoryQueue<string>({ name, capacity: 1000 });
const task = (key: string, fields: Partial<QueueTask<string>> = {}): QueueTask<string> => ({
  ...{ key, priority: 0, value: key, timeoutMs: 60_000, maxAttempts: 3 },
  ...fields,
});
const { signal: forever } = new AbortController();
const me = { owner: 'me' };
const keyOf = (dispatched: Dispatched<string> | undefined): string | undefined => dispatched?.task.key;

afterEach(() => mock.timers.reset());

test('the best task of all queues goes first', async () => {
  const [a, b] = [queueOf('a'), queueOf('b')];
  const dispatcher = new TaskDispatcher([a, b]);
  a.push(task('low', { priority: 21 }));
  b.push(task('high', { priority: 255 }));
  const first = await dispatcher.take(me, forever);
  assert.equal(first?.queue, b);
  assert.equal(first?.attempt, 1);
  assert.equal(keyOf(first), 'high');
  assert.equal(keyOf(await dispatcher.take(me, forever)), 'low');
});

test('who waits is served within the push, the first who waited first', async () => {
  const queue = queueOf('a');
  const dispatcher = new TaskDispatcher([queue, queueOf('b')]);
  const first = dispatcher.take(me, forever);
  const second = dispatcher.take(me, forever);
  queue.push(task('1'));
  assert.equal(dispatcher.waiting, 1);
  queue.push(task('2'));
  assert.equal(dispatcher.waiting, 0);
  assert.equal(keyOf(await first), '1');
  assert.equal(keyOf(await second), '2');
});

test('who has no room does not hold up the others, and gets what fits', async () => {
  const queue = queueOf('a');
  const dispatcher = new TaskDispatcher([queue]);
  const small = dispatcher.take({ owner: 'small', offer: limitOf({ memory: 1n }) }, forever);
  const large = dispatcher.take({ owner: 'large', offer: limitOf({ memory: 9n }) }, forever);
  queue.push(task('9', { priority: 255, estimate: limitOf({ memory: 9n }) }));
  assert.equal(keyOf(await large), '9');
  assert.equal(dispatcher.waiting, 1);
  queue.push(task('1', { estimate: limitOf({ memory: 1n }) }));
  assert.equal(keyOf(await small), '1');
});

test('who stops waiting takes no task along', async () => {
  const queue = queueOf('a');
  const dispatcher = new TaskDispatcher([queue]);
  const leaving = new AbortController();
  const left = dispatcher.take(me, leaving.signal);
  const staying = dispatcher.take(me, forever);
  leaving.abort();
  queue.push(task('1'));
  assert.equal(await left, undefined);
  assert.equal(keyOf(await staying), '1');
  queue.push(task('2'));
  assert.equal(await dispatcher.take(me, leaving.signal), undefined);
  assert.equal(queue.scan('2')[0]?.state, 'ready');
});

test('an owner that is gone waits no longer, and what it had goes to others', async () => {
  const [a, b] = [queueOf('a'), queueOf('b')];
  const dispatcher = new TaskDispatcher([a, b]);
  a.push(task('1'));
  b.push(task('2'));
  await dispatcher.take({ owner: 'gone' }, forever);
  await dispatcher.take({ owner: 'gone' }, forever);
  const waiting = dispatcher.take({ owner: 'gone' }, forever);
  const others = [dispatcher.take(me, forever), dispatcher.take(me, forever)];
  assert.equal(await dispatcher.abandon('gone'), 2);
  assert.equal(await waiting, undefined);
  const served = await Promise.all(others);
  assert.deepEqual(served.map(keyOf).sort(), ['1', '2']);
  assert.equal(served[0]?.attempt, 2);
});

test('too many who wait are refused', async () => {
  const dispatcher = new TaskDispatcher([queueOf('a')], { maxWaiters: 1 });
  const stop = new AbortController();
  const waiting = dispatcher.take(me, stop.signal);
  const isRefusal = (error: unknown): boolean =>
    error instanceof GfSpError && error.is(queueErrors.exceeded) && /1 callers wait/.test(error.message);
  await assert.rejects(dispatcher.take(me, forever), isRefusal);
  stop.abort();
  assert.equal(await waiting, undefined);
});

test('a queue that fails says so to who waits, and the dispatcher goes on', async () => {
  const queue = queueOf('a');
  const dispatcher = new TaskDispatcher([queue]);
  queue.setStrategies({
    filter: () => {
      throw new Error('the filter is broken');
    },
  });
  const waiting = dispatcher.take(me, forever);
  queue.push(task('1'));
  await assert.rejects(waiting, /the filter is broken/);
  queue.setStrategies({});
  assert.equal(keyOf(await dispatcher.take(me, forever)), '1');
});

test('under twice as much high priority as is served, none that comes 25.5 s later passes a low one', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const [flood, quiet] = [queueOf('flood'), queueOf('quiet')];
  const dispatcher = new TaskDispatcher([flood, quiet]);
  quiet.push(task('low'));
  const before: string[] = [];
  for (let ms = 0; ms < 60_000 && before.at(-1) !== 'low'; ms += 100) {
    for (const half of ['a', 'b']) flood.push(task(`${half} ${ms}`, { priority: 255 }));
    const next = await dispatcher.take(me, forever);
    next!.queue.complete(next!.task.key);
    before.push(next!.task.key);
    mock.timers.tick(100);
  }
  assert.equal(before.pop(), 'low');
  assert.equal(before.at(-1), 'b 25500', 'the last one whose rank is not behind');
});

test('a task that a slow engine is handing out at the moment of an abort is still given', async () => {
  const inner = queueOf('a');
  const dispatcher = new TaskDispatcher([delayedQueue(inner, () => 2)]);
  inner.push(task('1'));
  const leaving = new AbortController();
  const taken = dispatcher.take(me, leaving.signal);
  leaving.abort();
  assert.equal(keyOf(await taken), '1');
  const second = new AbortController();
  const none = dispatcher.take(me, second.signal);
  second.abort();
  assert.equal(await none, undefined);
  assert.equal(dispatcher.waiting, 0);
});

test('property: each task goes to one, nobody is forgotten, whatever the engines take', async () => {
  const plan = fc.record({
    delays: fc.array(fc.nat(4), { minLength: 1, maxLength: 20 }),
    isSlow: fc.tuple(fc.boolean(), fc.boolean()),
    steps: fc.array(fc.constantFrom('push', 'push', 'take', 'take', 'turn', 'leave'), { maxLength: 80 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ delays, isSlow, steps }) => {
      let count = 0;
      const delay = (): number => delays[count++ % delays.length]!;
      const inner = [queueOf('a'), queueOf('b')];
      const queues: LeaseQueue<string>[] = inner.map((queue, i) => (isSlow[i] ? delayedQueue(queue, delay) : queue));
      const dispatcher = new TaskDispatcher(queues);
      const served: (string | undefined)[] = [];
      const takes: { stop: AbortController; answer: Promise<void> }[] = [];
      const take = (): void => {
        const stop = new AbortController();
        const answer = dispatcher.take(me, stop.signal).then((dispatched) => void served.push(keyOf(dispatched)));
        takes.push({ stop, answer });
      };
      let pushed = 0;
      for (const step of steps) {
        if (step === 'push') inner[pushed % 2]!.push(task(`${pushed++}`, { priority: pushed % 5 }));
        else if (step === 'take') take();
        else if (step === 'leave') takes.at(-1)?.stop.abort();
        else await new Promise(setImmediate);
      }
      // As many as there are tasks: if one was lost or went twice, somebody waits for ever.
      for (let missing = pushed; missing > 0; missing--) take();
      while (served.filter((key) => key !== undefined).length < pushed) await new Promise(setImmediate);
      for (const { stop } of takes) stop.abort();
      await Promise.all(takes.map(({ answer }) => answer));
      const keys = served.filter((key) => key !== undefined).map(Number);
      assert.deepEqual(
        keys.sort((a, b) => a - b),
        Array.from({ length: pushed }, (_, index) => index),
      );
      assert.equal(dispatcher.waiting, 0);
    }),
    { numRuns: 200 },
  );
});
