import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode } from '@prairie/chain';
import { TaskType, taskKindNames, taskKinds, taskTypeName } from './kinds.ts';
import { newTask } from './lifetime.ts';

test('types are the numbers 0 to 18, each with a name, and every one but 0 has a kind', () => {
  const numbers = Object.values(TaskType);
  assert.deepEqual(
    numbers,
    Array.from({ length: 19 }, (_, i) => i),
  );
  for (const [name, type] of Object.entries(TaskType)) assert.equal(taskTypeName(type), name);
  const covered = new Set(taskKindNames.map((kind) => TaskType[taskKinds[kind].type]));
  assert.deepEqual(
    [...covered].sort((a, b) => a - b),
    numbers,
  );
});

test('a number that is no type is unknown', () => {
  for (const type of [-1, 19, 1.5, Number.NaN]) assert.equal(taskTypeName(type), 'UnknownTask');
});

test('each kind has a message of its own, whose first field is the envelope', () => {
  assert.equal(new Set(taskKindNames.map((kind) => taskKinds[kind].table.name)).size, taskKindNames.length);
  for (const kind of taskKindNames) {
    const { name, fieldByNumber } = taskKinds[kind].table;
    assert.match(name, /^base\.types\.gfsptask\.GfSp\w+Task$/);
    assert.equal(fieldByNumber.get(1)?.messageName, 'base.types.gfsptask.GfSpTask', kind);
  }
});

for (const kind of taskKindNames) {
  test(`${kind} goes over the wire unchanged`, () => {
    const table = taskKinds[kind].table as (typeof taskKinds)['gc-meta']['table'];
    const value = table.create({ task: newTask({ logs: '1-a\n', task_priority: 255, retry: 2n }) });
    assert.deepEqual(decode(table, encode(table, value)), value);
  });
}
