import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GfSpError } from '../errors.ts';
import { taskKinds } from './kinds.ts';
import {
  appendLog,
  describeTask,
  exceedRetry,
  exceedTimeout,
  expired,
  newTask,
  taskError,
  toTaskError,
} from './lifetime.ts';

test('a task is out of time one second after its last', () => {
  const task = newTask({ update_time: 100n, timeout: 90n });
  assert.ok(!exceedTimeout(task, 190n));
  assert.ok(exceedTimeout(task, 191n));
});

test('a task ends with its last attempt and its time', () => {
  const task = newTask({ update_time: 100n, timeout: 90n, retry: 2n, max_retry: 3n });
  assert.ok(!exceedRetry(task) && !expired(task, 1000n));
  const last = { ...task, retry: 3n };
  assert.ok(exceedRetry(last) && !expired(last, 190n) && expired(last, 191n));
});

test('without attempts of its own a task expires with its time', () => {
  const task = newTask({ update_time: 100n, timeout: 300n });
  assert.ok(!expired(task, 400n) && expired(task, 401n));
});

test('an error travels in a task; one without a code is none', () => {
  const error = new GfSpError({
    code_space: 'manager',
    http_status_code: 406,
    inner_code: 60002,
    description: 'twice',
  });
  const carried = taskError({ task: newTask({ err: toTaskError(error) }) });
  assert.deepEqual(carried?.toJSON(), error.toJSON());
  assert.equal(taskError({ task: newTask({ err: { ...toTaskError(error), inner_code: 0 } }) }), undefined);
  assert.equal(taskError({ task: newTask() }), undefined);
  assert.equal(taskError({}), undefined);
  assert.equal(toTaskError('a string').inner_code, 999999);
});

test('a trail has a line for each entry and leaves the task it came from alone', () => {
  const task = newTask();
  const twice = appendLog(appendLog(task, 'begin-upload', 5n), 'a text\r\n over\ntwo lines', 6n);
  assert.equal(twice.logs, '5-begin-upload\n6-a text over two lines\n');
  assert.equal(task.logs, '');
});

test('property: a trail is bounded, and what is in it stays', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3000 }), { maxLength: 20 }), (texts) => {
      let task = newTask();
      for (const text of texts) {
        const next = appendLog(task, text, 1n);
        assert.ok(next.logs.startsWith(task.logs));
        assert.ok(next.logs.length <= 16_384);
        task = next;
      }
      assert.ok(task.logs.split('\n').every((line) => line === '' || line.startsWith('1-')));
    }),
  );
});

test('a task is described in one line that begins with its key', () => {
  const err = { code_space: 'manager', http_status_code: 406, inner_code: 60002, description: 'two\nlines' };
  const task = newTask({
    ...{ create_time: 1n, update_time: 2n, timeout: 90n, task_priority: 255, retry: 1n, max_retry: 3n },
    ...{ address: 'executor-1', err },
  });
  const value = taskKinds.replicate.table.create({
    task,
    object_info: { bucket_name: 'b', object_name: 'o', id: 12n },
    storage_params: { versioned_params: { max_segment_size: 1024n } },
  });
  assert.equal(
    describeTask('replicate', value),
    'Uploading-bucket:b-object:o-id:12 ReplicatePieceTask priority=255/high retry=1/3 timeout=90s created=1 updated=2 ' +
      'memory=1024 address=executor-1 error="manager 60002 two\\nlines"',
  );
});

test('a task without an envelope is described too', () => {
  assert.equal(
    describeTask('gc-meta', taskKinds['gc-meta'].table.create()),
    'GCMeta-time0 GCMetaTask priority=0/low retry=0/0 timeout=0s created=0 updated=0 memory=0',
  );
});
