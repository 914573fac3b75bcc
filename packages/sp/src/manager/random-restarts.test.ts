/** Any module may go and come back at any moment: what was acknowledged is sealed, what was not leaves nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskState } from '@prairie/gfsp';
import fc from 'fast-check';
import { lateness } from '../testing/memory-spdb.ts';
import { chunksOf, Network, payloadOf, until } from '../testing/network.ts';

const UPLOADS = 12;

type Restart = 'manager' | 'uploader' | 'executor';
const restarts = fc.array(
  fc.record({
    module: fc.constantFrom<Restart>('manager', 'uploader', 'executor'),
    /** Turns of the event loop before it. */
    after: fc.integer({ min: 0, max: 40 }),
  }),
  { minLength: 1, maxLength: 4 },
);

async function restart(network: Network, module: Restart): Promise<void> {
  if (module === 'manager') return network.restartManager();
  if (module === 'executor') {
    await network.executor.stop();
    network.executor = network.makeExecutor();
    return network.executor.start();
  }
  await network.uploader.stop();
  network.uploader = network.makeUploader();
  Object.assign(network.client, { uploader: network.uploader });
  return network.uploader.start();
}

/** Clients that try once. Ids of the objects that were acknowledged. */
async function uploadAll(network: Network): Promise<bigint[]> {
  const acknowledged: bigint[] = [];
  const one = async (length: number) => {
    const payload = payloadOf(length);
    const object = await network.createObject(payload);
    await network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload));
    acknowledged.push(object.id);
  };
  await Promise.allSettled(Array.from({ length: UPLOADS }, (_, index) => one(100 + 200 * index)));
  return acknowledged;
}

test('property: with restarts at random moments, and tables that answer late, every acknowledged upload is sealed', async () => {
  await fc.assert(
    fc.asyncProperty(restarts, lateness, async (planned, spdbPause) => {
      const manager = { sweepMs: 1000, memberGraceMs: 100 };
      const network = await new Network({ manager, spdbPause }).start();
      const uploading = uploadAll(network);
      for (const { module, after } of planned) {
        for (let turn = 0; turn < after; turn++) await new Promise(setImmediate);
        await restart(network, module);
      }
      const acknowledged = await uploading;
      await until(() => acknowledged.every((id) => network.chain.isSealed(id)), 'the seals', 20_000);
      const rows = () => network.disk.spdb.listUploadProgress(Object.values(TaskState), UPLOADS);
      await until(async () => (await rows()).length === 0, 'the rows to go', 20_000);
      const pieces = new Set((await network.disk.keys()).map((key) => BigInt(/^s(\d+)_/.exec(key)![1]!)));
      for (const id of pieces) assert.ok(network.chain.isSealed(id), `pieces of object ${id} are left`);
      await network.stop();
    }),
    { numRuns: 12 },
  );
});
