import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskDispatcher } from './dispatcher.ts';
import { TaskQueue } from './queue.ts';

const queueOf = (name: string) => new TaskQueue<string>({ name, capacity: 10 });
const task = (key: string, priority: number) => ({ key, priority, value: key, timeoutMs: 60_000, maxAttempts: 1 });

test('the best task of all queues goes first', async () => {
  const [a, b] = [queueOf('a'), queueOf('b')];
  const dispatcher = new TaskDispatcher([a, b]);
  a.push(task('low', 21));
  b.push(task('high', 255));
  const { signal } = new AbortController();
  assert.equal((await dispatcher.take(signal))?.task.key, 'high');
  assert.equal((await dispatcher.take(signal))?.task.key, 'low');
});

test('who waits is served the moment a task comes, the first who waited first', async () => {
  const queue = queueOf('a');
  const dispatcher = new TaskDispatcher([queue]);
  const { signal } = new AbortController();
  const first = dispatcher.take(signal);
  const second = dispatcher.take(signal);
  queue.push(task('1', 0));
  queue.push(task('2', 0));
  assert.equal((await first)?.task.key, '1');
  assert.equal((await second)?.task.key, '2');
  assert.equal(dispatcher.waiting, 0);
});

test('who stops waiting takes no task with him', async () => {
  const queue = queueOf('a');
  const dispatcher = new TaskDispatcher([queue]);
  const leaving = new AbortController();
  const left = dispatcher.take(leaving.signal);
  const staying = dispatcher.take(new AbortController().signal);
  leaving.abort();
  queue.push(task('1', 0));
  assert.equal(await left, undefined);
  assert.equal((await staying)?.task.key, '1');
});

test('too many who wait are refused', async () => {
  const dispatcher = new TaskDispatcher([queueOf('a')], { maxWaiters: 1 });
  const { signal } = new AbortController();
  void dispatcher.take(signal);
  await assert.rejects(dispatcher.take(signal), /1 callers wait/);
});
