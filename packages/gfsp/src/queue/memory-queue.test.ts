import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { GfSpError } from '../errors.ts';
import { limitOf } from '../tasks/limit.ts';
import type {
  LeaseQueue,
  QueueTask,
  TQueue,
  TQueueOnStrategy,
  TQueueOnStrategyWithLimit,
  TQueueWithLimit,
} from './contracts.ts';
import { queueErrors } from './errors.ts';
import { MemoryQueue } from './memory-queue.ts';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'] }));
afterEach(() => mock.timers.reset());

const task = (key: string, fields: Partial<QueueTask<string>> = {}): QueueTask<string> => ({
  key,
  priority: 0,
  value: key,
  timeoutMs: 1000,
  maxAttempts: 3,
  ...fields,
});

const noJitter = { random: () => 0 };
const queueOf = (capacity = 10): MemoryQueue<string> =>
  new MemoryQueue<string>({ name: 'q', capacity, baseMs: 100 }, noJitter);
const isFull = (error: unknown): boolean => error instanceof GfSpError && error.is(queueErrors.exceeded);

test('one queue is all four kinds of the reference, and answers without promises', () => {
  const queue = queueOf();
  const kinds: [
    TQueue<string>,
    TQueueWithLimit<string>,
    TQueueOnStrategy<string>,
    TQueueOnStrategyWithLimit<string>,
    LeaseQueue<string>,
  ] = [queue, queue, queue, queue, queue];
  const size: number = queue.size();
  const top: QueueTask<string> | undefined = queue.top();
  assert.equal(kinds.length + size, 5);
  assert.equal(top, undefined);
});

test('a task that runs too long comes again at its very moment, and is given up after its last attempt', () => {
  const queue = queueOf();
  const given: string[] = [];
  queue.onGiveUp(({ key }) => given.push(key));
  queue.push(task('a', { maxAttempts: 2 }));
  assert.equal(queue.lease('me')?.attempt, 1);
  mock.timers.tick(999);
  assert.equal(queue.lease('me'), undefined);
  mock.timers.tick(1);
  assert.equal(queue.lease('me')?.attempt, 2);
  mock.timers.tick(1000);
  assert.deepEqual(given, ['a']);
  assert.equal(queue.size(), 0);
});

test('a failed task waits longer each time', () => {
  const queue = queueOf();
  queue.push(task('a'));
  for (const pause of [100, 200]) {
    queue.lease('me');
    assert.equal(queue.fail('a'), 'again');
    mock.timers.tick(pause - 1);
    assert.equal(queue.lease('me'), undefined, `not before ${pause} ms`);
    mock.timers.tick(1);
    assert.ok(queue.peekRank() !== undefined);
  }
});

test('a late report about a task that is ready again changes nothing', () => {
  const queue = queueOf();
  queue.push(task('a'));
  queue.lease('me');
  mock.timers.tick(1000);
  assert.equal(queue.fail('a'), 'again');
  assert.equal(queue.lease('me')?.attempt, 2);
});

test('an alarm of a task that left rings for nobody, and the ones after it still ring', () => {
  const queue = queueOf();
  queue.push(task('gone'), 10);
  queue.push(task('stays'), 20);
  queue.popByKey('gone');
  mock.timers.tick(19);
  assert.equal(queue.lease('me'), undefined);
  mock.timers.tick(1);
  assert.equal(queue.lease('me')?.task.key, 'stays');
});

test('an alarm further away than a timer reaches rings in its time', () => {
  const queue = queueOf();
  const days30 = 30 * 86_400_000;
  queue.push(task('a'), days30);
  mock.timers.tick(days30 - 1);
  assert.equal(queue.top(), undefined);
  mock.timers.tick(1);
  assert.equal(queue.top()?.key, 'a');
});

test('a completed task is gone, whatever it was doing', () => {
  const queue = queueOf();
  queue.push(task('ready'));
  queue.push(task('waiting'), 5000);
  queue.push(task('running', { priority: 9 }));
  queue.lease('me');
  for (const key of ['ready', 'waiting', 'running']) assert.equal(queue.complete(key)?.value, key);
  mock.timers.tick(60_000);
  assert.equal(queue.lease('me'), undefined);
  assert.equal(queue.complete('ready'), undefined);
  assert.equal(queue.abandon('me'), 0);
});

test('the low priority is served in bounded time, whatever high priority keeps coming', () => {
  const queue = queueOf(1000);
  queue.push(task('low'));
  let served = -1;
  for (let ms = 0; served < 0 && ms < 60_000; ms += 100) {
    queue.push(task(`high ${ms}`, { priority: 255 }));
    const { key } = queue.lease('me')!.task;
    queue.complete(key);
    if (key === 'low') served = ms;
    mock.timers.tick(100);
  }
  assert.ok(served > 20_000 && served <= 25_600, `served after ${served} ms`);
});

test('every listener hears that a task is ready, also one that comes back', () => {
  const queue = queueOf();
  const heard = [0, 0];
  queue.onReady(() => void heard[0]!++);
  queue.onReady(() => void heard[1]!++);
  queue.push(task('now'));
  queue.push(task('later'), 10);
  assert.deepEqual(heard, [1, 1]);
  mock.timers.tick(10);
  assert.deepEqual(heard, [2, 2]);
  queue.lease('me');
  queue.lease('me');
  queue.abandon('me');
  assert.deepEqual(heard, [4, 4]);
});

test('strategies that are given later rank what is here, and wake who waits', () => {
  const queue = queueOf();
  for (const key of ['a', 'b', 'c']) queue.push(task(key));
  let heard = 0;
  queue.onReady(() => void heard++);
  queue.setStrategies({ pickUp: ({ key }) => -key.charCodeAt(0), filter: ({ task: { key } }) => key !== 'c' });
  assert.equal(heard, 1);
  assert.equal(queue.pop()?.key, 'b');
  assert.equal(queue.pop()?.key, 'a');
  assert.equal(queue.pop(), undefined);
  queue.setStrategies({});
  assert.equal(queue.pop()?.key, 'c');
});

test('a full queue drops what may go, in the order of keys, and asks again before it does', () => {
  const queue = queueOf(4);
  const retirable = new Set(['d', 'b', 'c']);
  for (const key of ['d', 'a', 'c', 'b']) queue.push(task(key));
  queue.setStrategies({ retire: ({ task: { key } }) => retirable.has(key) });
  queue.push(task('e'));
  assert.equal(queue.has('b'), false);
  retirable.delete('c'); // found already, but it may not go any more
  queue.push(task('f'));
  assert.deepEqual(
    queue.scan().map((entry) => entry.task.key),
    ['a', 'c', 'e', 'f'],
  );
  assert.throws(() => queue.push(task('g')), isFull);
});

test('a large full queue is looked through once for many pushes', () => {
  const capacity = 5000;
  const queue = queueOf(capacity);
  for (let i = 0; i < capacity; i++) queue.push(task(`${i}`));
  let asked = 0;
  queue.setStrategies({ retire: ({ task: { key } }) => ++asked > 0 && key.startsWith('1') });
  const old = queue.scan('', capacity).filter((entry) => entry.task.key.startsWith('1')).length;
  for (let i = 0; i < old; i++) queue.push(task(`new ${i}`));
  assert.equal(asked, capacity + old, 'each once, and those that go once more');
  assert.throws(() => queue.push(task('one more')), isFull);
});

test('a large full queue with nothing to drop is not looked through for each push', () => {
  const capacity = 5000;
  const queue = queueOf(capacity);
  for (let i = 0; i < capacity; i++) queue.push(task(`${i}`));
  let asked = 0;
  queue.setStrategies({ retire: () => ++asked < 0 });
  for (let i = 0; i < 10; i++) assert.throws(() => queue.push(task(`new ${i}`)), isFull);
  assert.ok(asked < 10 * capacity, `asked ${asked} times`);
});

test('what fits is found behind thousands that do not, of one size or of a thousand', () => {
  const queue = queueOf(10_000);
  const small = limitOf({ memory: 1n, tasks: 1 });
  for (let i = 0; i < 5000; i++) queue.push(task(`large ${i}`, { priority: 255, estimate: limitOf({ memory: 9n }) }));
  for (let i = 0; i < 1000; i++)
    queue.push(task(`odd ${i}`, { priority: 255, estimate: limitOf({ memory: BigInt(1000 + i) }) }));
  queue.push(task('small', { estimate: small }));
  assert.equal(queue.topByLimit(small)?.key, 'small');
  assert.equal(queue.topByLimit(limitOf({ memory: 1n })), undefined);
  assert.equal(queue.popByLimit(limitOf({ memory: 5n, tasks: 2 }))?.key, 'small');
  for (let i = 0; i < 1000; i++) queue.popByKey(`odd ${i}`);
  assert.equal(queue.popByLimit(limitOf({ memory: 9n }))?.key, 'large 0');
});
