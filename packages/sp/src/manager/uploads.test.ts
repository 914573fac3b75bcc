/** Uploads of one object that begin at the same moment. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GfSpError } from '@prairie/gfsp';
import fc from 'fast-check';
import { holderOf } from '../common/upload-holder.ts';
import { lateness } from '../testing/memory-spdb.ts';
import { Network, payloadOf } from '../testing/network.ts';
import type { ManagerModule } from './module.ts';

/** As many uploaders as managers, one with each; all are there for all of them. */
async function beginAtOnce(network: Network, managers: readonly ManagerModule[]) {
  const leaving = new AbortController();
  const members = managers.map((_, index) => `uploader-${index}`);
  const attending = [...new Set(managers)].flatMap((manager) =>
    members.map((member) => manager.attend(member, leaving.signal)),
  );
  const task = network.uploadTask(await network.createObject(payloadOf(10)));
  const begin = (manager: ManagerModule, address: string) =>
    manager.beginUpload({ ...task, task: { ...task.task, address } }).then(
      () => address,
      (error: unknown) => GfSpError.from(error).innerCode,
    );
  const outcomes = await Promise.all(managers.map((manager, index) => begin(manager, members[index]!)));
  const row = await network.disk.spdb.getUploadProgress(task.object_info.id);
  leaving.abort();
  await Promise.all(attending);
  return { outcomes: outcomes.filter((outcome) => outcome !== 60002), holder: holderOf(row) };
}

test('property: one manager admits one of them, and the row says whose it is', async () => {
  await fc.assert(
    fc.asyncProperty(lateness, async (spdbPause) => {
      const network = await new Network({ spdbPause }).start({ executor: false });
      const { manager } = network;
      const { outcomes, holder } = await beginAtOnce(network, [manager, manager, manager]);
      assert.deepEqual(outcomes, [holder]);
      await network.stop();
    }),
    { numRuns: 10 },
  );
});

test('property: of two managers with queues of their own the row lets one admit it', async () => {
  await fc.assert(
    fc.asyncProperty(lateness, async (spdbPause) => {
      const network = await new Network({ spdbPause }).start({ executor: false });
      const other = network.makeManager();
      await other.start();
      const { outcomes, holder } = await beginAtOnce(network, [network.manager, other]);
      assert.deepEqual(outcomes, [holder]);
      await other.stop();
      await network.stop();
    }),
    { numRuns: 10 },
  );
});
