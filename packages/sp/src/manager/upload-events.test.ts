import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { newTask, silentLogger, type UploadEvent } from '@prairie/gfsp';
import { managerErrors } from './errors.ts';
import { UploadEvents } from './upload-events.ts';

const object_info = storage.ObjectInfo.create({ id: 7n, bucket_name: 'photos', object_name: 'a.txt' });
const age = (seconds: number) =>
  newTask({ create_time: BigInt(Math.floor(Date.now() / 1000) - seconds), logs: '1-x\n' });

function setUp(addUploadEvents?: (events: readonly UploadEvent[]) => Promise<void>) {
  const rows: UploadEvent[] = [];
  const add = async (events: readonly UploadEvent[]) => void rows.push(...events);
  const warnings: unknown[] = [];
  const logger = { ...silentLogger, warn: (_: string, fields?: object) => void warnings.push(fields) };
  const events = new UploadEvents({ spdb: { addUploadEvents: addUploadEvents ?? add }, logger });
  return { rows, warnings, events };
}

test('each step is in the log of all, and in that of its end', async () => {
  const { rows, events } = setUp();
  events.note('upload', { object_info, task: age(0) });
  events.note('upload', { object_info, task: age(5) });
  events.note('upload', { object_info, task: age(5) }, managerErrors.canceled());
  events.note('replicate', { object_info, task: age(0), sealed: false });
  events.note('replicate', { object_info, task: age(0), sealed: true });
  events.note('replicate', { object_info, task: age(60), sealed: true });
  events.note('seal', { object_info, task: age(0) });
  events.note('seal', { object_info, task: { ...age(0), err: managerErrors.canceled().toJSON() } });
  await events.stop();
  assert.deepEqual(
    rows.map(({ log, state }) => [log.replace('_event_log', ''), state]),
    [
      ['put_object', 'Upload'],
      ['put_object', 'Upload'],
      ['upload_timeout', ''],
      ['put_object', 'Upload'],
      ['upload_failed', ''],
      ['put_object', 'replicate'],
      ['put_object', 'Replicate + Seal'],
      ['put_object_success', 'replicate+seal'],
      ['put_object', 'Replicate + Seal'],
      ['replicate_timeout', ''],
      ['put_object', 'Seal'],
      ['put_object_success', 'seal'],
      ['put_object', 'Seal'],
      ['seal_failed', ''],
    ],
  );
  const failed = rows.at(-1)!;
  assert.deepEqual(JSON.parse(failed.error), managerErrors.canceled().toJSON());
  assert.match(failed.update_time, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \+0000 UTC$/);
  assert.deepEqual([failed.object_id, failed.bucket, failed.object, failed.logs], [7n, 'photos', 'a.txt', '1-x\n']);
});

test('a database that does not answer costs events, not uploads; what was left out is counted', async () => {
  let calls = 0;
  const { warnings, events } = setUp(async () => {
    calls++;
    throw new Error('away');
  });
  for (let i = 0; i < 5000; i++) events.note('upload', { object_info, task: age(0) });
  await events.stop();
  assert.deepEqual(warnings, [{ events: 5000 }]);
  assert.equal(calls, Math.ceil(4096 / 200));
});
