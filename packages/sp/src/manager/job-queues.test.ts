import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExecutorTask, GCObjectTask, GCZombiePieceTask, MemoryQueueEngine, newTask } from '@prairie/gfsp';
import { rejectsWith } from '../testing/network.ts';
import { jobKindNames, jobKinds } from './job-kinds.ts';
import { JobQueues } from './job-queues.ts';

const never = new AbortController().signal;
const failure = { code_space: 'x', http_status_code: 500, inner_code: 7, description: 'no' };

const open = (onGiveUp: (task: ExecutorTask) => void = () => {}) =>
  JobQueues.open({}, { engine: new MemoryQueueEngine(), onGiveUp });

const garbage = () => ({ ...GCObjectTask.create(), task: newTask(), start_block_number: 1n, end_block_number: 9n });

test('every kind has the queue and the capacity of the reference', async () => {
  const queues = await open();
  const names = jobKindNames.map((kind) => queues.of(kind).name);
  assert.equal(new Set(names).size, 10);
  for (const kind of jobKindNames) assert.equal(queues.of(kind).capacity, jobKinds[kind].capacity);
});

test('progress stays: who gets the task next goes on from there', async () => {
  const queues = await open();
  await queues.push('gc-object', garbage());
  const first = await queues.take({ member: 'one' }, never);
  assert.ok(first?.kind === 'gc-object');
  assert.deepEqual([first.value.task.address, first.value.task.retry], ['one', 1n]);
  const report: ExecutorTask = { ...first, value: { ...first.value, current_block_number: 5n } };
  assert.equal(await queues.settle(report), 'progress');
  assert.equal(await queues.abandon('one'), 1);
  const second = await queues.take({ member: 'two' }, never);
  assert.ok(second?.kind === 'gc-object');
  assert.equal(second.value.current_block_number, 5n);
  assert.deepEqual([second.value.task.address, second.value.task.retry], ['two', 2n]);
  const end: ExecutorTask = { ...second, value: { ...second.value, current_block_number: 10n } };
  assert.equal(await queues.settle(end), 'done');
  await rejectsWith(queues.settle(end), 60004);
});

test('a failure ends a task that its producer makes anew, and no other', async () => {
  const queues = await open();
  await queues.push('gc-zombie', { ...GCZombiePieceTask.create(), task: newTask() });
  await queues.push('gc-object', garbage());
  const taken = [await queues.take({ member: 'one' }, never), await queues.take({ member: 'one' }, never)];
  const settled = new Map<string, string>();
  for (const task of taken) {
    if (task?.kind !== 'gc-zombie' && task?.kind !== 'gc-object') throw new Error('neither of the two');
    const value = { ...task.value, task: { ...task.value.task, err: failure } };
    settled.set(task.kind, await queues.settle({ ...task, value } as ExecutorTask));
  }
  assert.equal(settled.get('gc-zombie'), 'dropped');
  assert.equal(settled.get('gc-object'), 'again');
});

test('a failure of an attempt before changes nothing, also when the same member has the task again', async () => {
  const queues = await open();
  await queues.push('gc-object', garbage());
  const first = await queues.take({ member: 'one' }, never);
  assert.ok(first?.kind === 'gc-object');
  await queues.abandon('one');
  const second = await queues.take({ member: 'one' }, never);
  const failed = (task: typeof first) =>
    queues.fail({ ...task, value: { ...task.value, task: { ...task.value.task } } });
  assert.equal(await failed(first), 'again');
  assert.equal((await queues.entry('gc-object', first.key))?.state, 'running');
  assert.equal(await failed(second as typeof first), 'again');
  assert.equal((await queues.entry('gc-object', first.key))?.state, 'waiting');
});

test('a task that comes anew begins from the beginning', async () => {
  const queues = await open();
  await queues.push('gc-object', garbage());
  const first = await queues.take({ member: 'one' }, never);
  assert.ok(first?.kind === 'gc-object');
  await queues.settle({ ...first, value: { ...first.value, current_block_number: 5n } });
  await queues.cancel(first.key);
  await queues.push('gc-object', garbage());
  const again = await queues.take({ member: 'one' }, never);
  assert.equal(again?.kind === 'gc-object' && again.value.current_block_number, 0n);
});

test('a key is queued once, and a full queue refuses', async () => {
  const queues = await open();
  const at = (start_block_number: bigint) => ({ ...garbage(), start_block_number });
  await queues.push('gc-object', at(1n));
  await rejectsWith(queues.push('gc-object', at(1n)), 60002);
  for (const start of [2n, 3n, 4n]) await queues.push('gc-object', at(start));
  await rejectsWith(queues.push('gc-object', at(5n)), 60003);
});
