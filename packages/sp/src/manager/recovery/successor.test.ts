import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { greenfieldVirtualgroup as vg } from '@prairie/chain';
import {
  MemoryQueueEngine,
  type Modules,
  type ObjectDetails,
  type RecoverPieceTask,
  RecoverStatus,
  silentLogger,
  toTaskError,
} from '@prairie/gfsp';
import { recoverPiece } from '../../executor/recover.ts';
import { type Sealed, sealedObject } from '../../recovery/testing.ts';
import { Disk, rejectsWith, until } from '../../testing/network.ts';
import { JobQueues } from '../job-queues.ts';
import { RecoverJobs } from './jobs.ts';
import { Successor } from './successor.ts';

/** The place of provider 5 in the group is taken over by provider 8. */
const PLACE = 3;
const SUCCESSOR = 8;

/** A manager's part of a successor, with an executor that works until the test ends. */
async function setUp(t: TestContext, sealed: Sealed, disk = new Disk()) {
  const { chain } = sealed;
  const gvgId = chain.families.get(1)![0]!.id;
  chain.swapInInfo = async () => vg.SwapInInfo.create({ successor_sp_id: SUCCESSOR, target_sp_id: PLACE + 2 });
  const stopping = new AbortController();
  t.after(() => stopping.abort());
  const queues = await JobQueues.open(
    {},
    { engine: new MemoryQueueEngine(), onGiveUp: (task) => jobs.expired(task as never) },
  );
  const jobs = new RecoverJobs({ queues, logger: silentLogger });
  const listObjectsInGvg = async ({ startAfter }: { startAfter: bigint }) =>
    [...chain.objects.values()]
      .filter(({ object_info }) => object_info.id > startAfter)
      .map(({ object_info }) => ({ object: { object_info } }) as ObjectDetails);
  const completed: vg.MsgCompleteSwapIn[] = [];
  const signer = {
    broadcast: async (_what: string, msg: vg.MsgCompleteSwapIn) => {
      completed.push(msg);
      return 'AB';
    },
  };
  const client = { metadata: { listObjectsInGvg }, signer } as unknown as Modules;
  const repair = sealed.repairOf(SUCCESSOR - 2, undefined, disk);
  const tasks: RecoverPieceTask[] = [];
  const work = async (): Promise<void> => {
    for (;;) {
      const task = await queues.take({ member: 'one' }, stopping.signal).catch(() => undefined);
      if (task?.kind !== 'recover') return;
      tasks.push(task.value);
      const done = await recoverPiece(task.value, repair, stopping.signal).catch((error: unknown) => ({
        ...task.value,
        task: { ...task.value.task, err: toTaskError(error) },
      }));
      await jobs.reported({ ...task, value: done });
    }
  };
  void work();
  const successor = new Successor(
    { operatorAddress: chain.providers[SUCCESSOR - 1]!.operator_address, tryAgain: { baseMs: 5, maxMs: 10 } },
    { client, consensus: chain, spdb: disk.spdb, jobs, logger: silentLogger },
    stopping.signal,
  );
  return { successor, disk, gvgId, completed, tasks, stop: () => stopping.abort(new Error('stop')) };
}

test('all pieces of the place come, verified by the chain; then the swap is completed', async (t) => {
  const sealed = await sealedObject();
  const { successor, disk, gvgId, completed, tasks } = await setUp(t, sealed);
  await successor.trigger(0, gvgId, PLACE);
  await rejectsWith(successor.trigger(0, gvgId, PLACE), 60002);
  await successor.settled();
  for (const segment of [0, 1, 2]) {
    const key = sealed.key(segment, PLACE);
    assert.deepEqual(await disk.pieceStore.get(key), await sealed.disk(PLACE).pieceStore.get(key));
  }
  assert.ok(tasks.every((task) => task.by_successor_sp && task.gvg_id === gvgId && task.ec_idx === PLACE));
  assert.deepEqual(await disk.spdb.listPieceHashes(1n, PLACE), []);
  assert.equal((await disk.spdb.getIntegrity(1n, PLACE))?.piece_checksum_list.length, 3);
  assert.equal(completed[0]?.global_virtual_group_id, gvgId);
  const { recover_processes, executing } = await successor.processes(0, gvgId);
  assert.deepEqual([recover_processes[0]?.status, recover_processes[0]?.object_count, executing], [2, 1n, false]);
});

test('a wrong piece among those that come is found out by the chain, and not taken the second time', async (t) => {
  const sealed = await sealedObject();
  const { pieceStore } = sealed.disk(-1);
  const wrong = await pieceStore.get(sealed.key(1, -1));
  wrong[0]! ^= 1;
  wrong[300]! ^= 1;
  wrong[600]! ^= 1;
  wrong[900]! ^= 1;
  await pieceStore.put(sealed.key(1, -1), wrong);
  const { successor, disk, gvgId, completed } = await setUp(t, sealed);
  await successor.trigger(0, gvgId, PLACE);
  await successor.settled();
  const key = sealed.key(1, PLACE);
  assert.deepEqual(await disk.pieceStore.get(key), await sealed.disk(PLACE).pieceStore.get(key));
  assert.equal(completed.length, 1);
});

test('what cannot be recovered is tried five times more, and the swap is not completed', async (t) => {
  const sealed = await sealedObject();
  const lost = await sealed.disk(0).pieceStore.get(sealed.key(2, 0));
  for (const index of [-1, 0, 1, 2]) await sealed.disk(index).pieceStore.delete(sealed.key(2, index));
  const { successor, disk, gvgId, completed } = await setUp(t, sealed);
  await successor.trigger(0, gvgId, PLACE);
  await successor.settled();
  assert.equal(completed.length, 0);
  assert.deepEqual(await disk.spdb.listRecoverFailed(10), [
    { object_id: 1n, virtual_group_id: gvgId, redundancy_index: PLACE, retry: 5 },
  ]);
  const { recover_processes } = await successor.processes(0, 0);
  assert.equal(recover_processes[0]?.status, RecoverStatus.PROCESSED);
  assert.equal(recover_processes[0]?.recover_failed_object[0]?.retry_time, 5);
  // once one of them has its piece again, the operator begins anew
  const { pieceStore } = sealed.disk(0);
  await sealed
    .repairOf(0)
    .repair(sealed.object, 2, 0)
    .catch(() => {});
  assert.equal(await pieceStore.size(sealed.key(2, 0)), undefined);
  await pieceStore.put(sealed.key(2, 0), lost);
  await successor.trigger(0, gvgId, PLACE);
  await successor.settled();
  assert.equal(completed.length, 1);
  assert.deepEqual(await disk.spdb.listRecoverFailed(10), []);
});

test('a new manager goes on where the last one ended', async (t) => {
  const sealed = await sealedObject();
  let calls = 0;
  const first = await setUp(t, sealed);
  sealed.peers.before = () => {
    calls += 1;
    if (calls === 2) first.stop();
  };
  await first.successor.trigger(0, first.gvgId, PLACE);
  await first.successor.settled();
  assert.equal(first.completed.length, 0);
  sealed.peers.before = () => {};
  const second = await setUp(t, sealed, first.disk);
  await second.successor.resume();
  await until(() => second.completed.length === 1, 'the swap is completed');
  await second.successor.settled();
  const third = await setUp(t, sealed, first.disk);
  await third.successor.resume();
  await third.successor.settled();
  assert.equal(third.tasks.length, 0);
});
