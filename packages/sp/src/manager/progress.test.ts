/** Rows that several change at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskState } from '@prairie/gfsp';
import fc from 'fast-check';
import { memorySpDb } from '../testing/memory-spdb.ts';
import { Progress } from './progress.ts';

const ID = 1n;
const turn = (): Promise<void> => new Promise(setImmediate);

test('property: of those who would take the same step at once, one takes it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 6 }), async (takers) => {
      const spdb = memorySpDb(turn);
      await spdb.insertUploadProgress(ID, false);
      const step = (index: number) =>
        new Progress(spdb).change(ID, (row) =>
          row.task_state === TaskState.INIT
            ? { task_state: TaskState.UPLOAD_OBJECT_DONE, global_virtual_group_id: index }
            : undefined,
        );
      const taken = await Promise.all(Array.from({ length: takers }, (_, index) => step(index)));
      assert.equal(taken.filter(Boolean).length, 1);
      assert.equal((await spdb.getUploadProgress(ID))?.global_virtual_group_id, taken.indexOf(true));
      await spdb.close();
    }),
    { numRuns: 20 },
  );
});

test('what is finished for older content leaves the row of an update that has begun', async () => {
  const spdb = memorySpDb();
  const rows = new Progress(spdb);
  await spdb.insertUploadProgress(ID, false);
  await spdb.updateUploadProgress(ID, { content_time: 100n });
  assert.equal(await rows.finish({ id: ID, version: 0n }, 0n), false);
  assert.equal((await rows.get(ID))?.content_time, 100n);
  assert.equal(await rows.finish({ id: ID, version: 1n }, 100n), true);
  assert.equal(await rows.get(ID), undefined);
  assert.equal(await rows.change(ID, () => ({ task_state: TaskState.UPLOAD_OBJECT_ERROR })), false);
});

test('tables that do not answer are 65201', async () => {
  const spdb = memorySpDb();
  await spdb.close();
  const rows = new Progress(spdb);
  await assert.rejects(rows.get(ID), { innerCode: 65201 });
  await assert.rejects(
    rows.change(ID, () => undefined),
    { innerCode: 65201 },
  );
});
