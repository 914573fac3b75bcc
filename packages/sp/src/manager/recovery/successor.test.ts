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
import { createErasureCoder, integrityHash, objectChecksums, pieceKey } from '@prairie/redundancy';
import { recoverPiece } from '../../executor/recover.ts';
import { flipBit, type Sealed, sealedObject } from '../../recovery/testing.ts';
import { Disk, payloadOf, rejectsWith, until } from '../../testing/network.ts';
import { JobQueues } from '../job-queues.ts';
import { RecoverJobs } from './jobs.ts';
import { Successor } from './successor.ts';

/** The place of provider 5 in the group is taken over by provider 8. */
const PLACE = 3;
const SUCCESSOR = 8;

const coder = createErasureCoder();

/** New content of the object, sealed: a new object, or the next version of one. */
async function seal(sealed: Sealed, id: bigint, payload: Buffer): Promise<void> {
  const { chain } = sealed;
  const checksums = await objectChecksums(payload, { segmentSize: 1024, data: 4, parity: 2 });
  const before = chain.objects.get(id)?.object_info;
  const version = before ? before.version + 1n : 0n;
  const content = { payload_size: BigInt(payload.length), checksums, version, updated_at: version };
  const object_info = { ...sealed.object.object_info, id, object_name: `o${id}`, ...content };
  for (let segment = 0; segment * 1024 < payload.length; segment++) {
    const bytes = payload.subarray(segment * 1024, (segment + 1) * 1024);
    const pieces = [bytes, ...(await coder.encode(bytes, 4, 2))];
    for (const [at, piece] of pieces.entries()) {
      await sealed.disk(at - 1).pieceStore.put(pieceKey(id, segment, at - 1, version), piece);
    }
  }
  chain.objects.set(id, { object_info, global_virtual_group: chain.families.get(1)![0] });
}

/** A manager's part of a successor, with an executor that works until the test ends. */
async function setUp(t: TestContext, sealed: Sealed, disk = new Disk()) {
  const { chain } = sealed;
  const gvgId = chain.families.get(1)![0]!.id;
  const reserved = vg.SwapInInfo.create({ successor_sp_id: SUCCESSOR, target_sp_id: PLACE + 2 });
  chain.swapInInfo = async () => (completed.length === 0 ? reserved : undefined);
  const stopping = new AbortController();
  t.after(() => stopping.abort());
  const engine = new MemoryQueueEngine();
  const queues = await JobQueues.open({}, { engine, onGiveUp: (task) => void jobs.expired(task as never) });
  const jobs = await RecoverJobs.open({}, { queues, engine, logger: silentLogger });
  const listObjectsInGvg = async ({ startAfter }: { startAfter: bigint }) => {
    await hooks.beforeList(startAfter);
    return [...chain.objects.values()]
      .filter(({ object_info }) => object_info.id > startAfter)
      .map(({ object_info }) => ({ object: { object_info } }) as ObjectDetails);
  };
  const completed: vg.MsgCompleteSwapIn[] = [];
  const signer = {
    broadcast: async (_what: string, msg: vg.MsgCompleteSwapIn) => {
      await hooks.beforeCompletion();
      completed.push(msg);
      if (msg.global_virtual_group_id > 0) chain.families.get(1)![0]!.secondary_sp_ids[PLACE] = SUCCESSOR;
      return 'AB';
    },
  };
  const hooks = { beforeCompletion: async () => {}, beforeList: async (_startAfter: bigint) => {} };
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
    { client, consensus: chain, ...disk, jobs, logger: silentLogger },
    stopping.signal,
  );
  return { successor, disk, gvgId, completed, tasks, hooks, stop: () => stopping.abort(new Error('stop')) };
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

test('the place is the one that the chain says; another one is refused', async (t) => {
  const sealed = await sealedObject();
  const { successor, disk, gvgId, completed } = await setUp(t, sealed);
  await rejectsWith(successor.trigger(0, gvgId, 1), 60001);
  await rejectsWith(successor.trigger(1, 0, PLACE), 60001);
  assert.deepEqual(await disk.spdb.listRecoverGvgs(), []);
  await successor.trigger(0, gvgId, -1);
  await successor.settled();
  assert.equal((await disk.spdb.listRecoverGvgs())[0]?.redundancy_index, PLACE);
  assert.equal(await disk.pieceStore.size(sealed.key(0, PLACE)), 256);
  assert.equal(completed.length, 1);
});

test('pieces that come, and never give the checksum, are tried five times more too', async (t) => {
  const sealed = await sealedObject();
  // four pieces of the last segment are left, and one of them is wrong
  for (const index of [-1, 0, PLACE]) await sealed.disk(index).pieceStore.delete(sealed.key(2, index));
  await flipBit(sealed.disk(5).pieceStore, sealed.key(2, 5));
  const { successor, disk, gvgId, completed } = await setUp(t, sealed);
  await successor.trigger(0, gvgId, PLACE);
  await successor.settled();
  assert.equal(completed.length, 0);
  assert.equal((await disk.spdb.listRecoverFailed(10))[0]?.retry, 5);
});

test('a row that is lost in the middle is found, and the object is brought again', async (t) => {
  const sealed = await sealedObject();
  for (const id of [2n, 3n]) await seal(sealed, id, payloadOf(1500));
  const { successor, disk, gvgId, completed, hooks } = await setUp(t, sealed);
  let lists = 0;
  hooks.beforeList = async () => {
    // the batch, its end, and then the first look
    if (++lists === 3) await disk.spdb.deleteIntegrity(2n, PLACE);
  };
  await successor.trigger(0, gvgId, PLACE);
  await successor.settled();
  assert.equal(completed.length, 1);
  assert.equal((await disk.spdb.getIntegrity(2n, PLACE))?.piece_checksum_list.length, 2);
});

for (const index of [PLACE, -1]) {
  test(`an object that is updated after it was brought is brought again: index ${index}`, async (t) => {
    const sealed = await sealedObject();
    const { successor, disk, gvgId, completed, hooks } = await setUp(t, sealed);
    let lists = 0;
    hooks.beforeList = async () => {
      if (++lists === 3) await seal(sealed, 1n, payloadOf(2500));
    };
    await successor.trigger(index < 0 ? 1 : 0, index < 0 ? 0 : gvgId, index);
    await successor.settled();
    assert.equal(completed.length, 1);
    for (const segment of [0, 1, 2]) {
      const key = pieceKey(1n, segment, index, 1n);
      assert.deepEqual(await disk.pieceStore.get(key), await sealed.disk(index).pieceStore.get(key));
    }
    const row = await disk.spdb.getIntegrity(1n, index);
    const [root] = sealed.chain.objects.get(1n)!.object_info.checksums.slice(index + 1);
    assert.deepEqual(integrityHash(row!.piece_checksum_list), Buffer.from(root!));
  });
}

test('what is sealed after the last look comes before the swap is completed, or right after it', async (t) => {
  const sealed = await sealedObject();
  const { successor, disk, gvgId, completed, hooks } = await setUp(t, sealed);
  const isHere = async (id: bigint) => (await disk.pieceStore.size(pieceKey(id, 0, PLACE))) !== undefined;
  let lists = 0;
  hooks.beforeList = async () => {
    // all was here at the look before
    if (++lists === 4) await seal(sealed, 2n, payloadOf(1000));
  };
  hooks.beforeCompletion = async () => {
    assert.ok(await isHere(2n));
    await seal(sealed, 3n, payloadOf(2000));
  };
  await successor.trigger(0, gvgId, PLACE);
  await successor.settled();
  assert.equal(completed.length, 1);
  assert.ok(await isHere(3n));
  assert.equal((await disk.spdb.getIntegrity(3n, PLACE))?.piece_checksum_list.length, 2);
});

test('where something is sealed all the time, the swap is completed, and the last of it comes afterwards', async (t) => {
  const sealed = await sealedObject();
  const { successor, disk, gvgId, completed, hooks } = await setUp(t, sealed);
  let last = 1n;
  const sealOne = () => seal(sealed, ++last, payloadOf(500));
  hooks.beforeList = async (startAfter) => {
    if (startAfter === 0n && completed.length === 0) await sealOne();
  };
  hooks.beforeCompletion = sealOne;
  await successor.trigger(0, gvgId, PLACE);
  await successor.settled();
  assert.equal(completed.length, 1);
  for (let id = 1n; id <= last; id++) assert.ok(await disk.spdb.getIntegrity(id, PLACE), `object ${id}`);
});

test('a manager that ends right after the completion leaves the last look to the next one', async (t) => {
  const sealed = await sealedObject();
  const first = await setUp(t, sealed);
  first.hooks.beforeCompletion = async () => {
    await seal(sealed, 2n, payloadOf(1000));
    first.stop();
  };
  await first.successor.trigger(0, first.gvgId, PLACE);
  await first.successor.settled();
  assert.equal(first.completed.length, 1);
  assert.equal((await first.disk.spdb.listRecoverGvgs())[0]?.status, RecoverStatus.PROCESSED);
  const second = await setUp(t, sealed, first.disk);
  await second.successor.resume();
  await second.successor.settled();
  assert.equal(second.completed.length, 0);
  assert.equal(await first.disk.pieceStore.size(pieceKey(2n, 0, PLACE)), 250);
  assert.equal((await first.disk.spdb.listRecoverGvgs())[0]?.status, RecoverStatus.COMPLETED);
});

test('what is here and about to be deleted does not count: it comes when it is gone', async (t) => {
  const sealed = await sealedObject();
  const { successor, disk, gvgId, completed } = await setUp(t, sealed);
  await successor.trigger(0, gvgId, PLACE);
  await successor.settled();
  // the same place of an earlier time, which garbage collection has found
  const again = await setUp(t, sealed, disk);
  for (const row of await disk.spdb.listRecoverGvgs()) await disk.spdb.deleteRecoverGvg(row.virtual_group_id);
  const hold = { object_id: 1n, redundancy_index: PLACE, version: 0n };
  await disk.spdb.setCondemned({ ...hold, segment_count: 3, blocked_until: Math.floor(Date.now() / 1000) + 600 });
  const { isCondemned } = disk.spdb;
  let looks = 0;
  disk.spdb.isCondemned = async (key) => {
    if (++looks === 3) {
      await disk.spdb.deleteIntegrity(1n, PLACE);
      for (const segment of [0, 1, 2]) await disk.pieceStore.delete(sealed.key(segment, PLACE));
      await disk.spdb.deleteCondemned(hold);
    }
    return isCondemned.call(disk.spdb, key);
  };
  sealed.chain.families.get(1)![0]!.secondary_sp_ids[PLACE] = PLACE + 2;
  await again.successor.trigger(0, gvgId, PLACE);
  await again.successor.settled();
  assert.deepEqual([completed.length, again.completed.length], [1, 1]);
  for (const segment of [0, 1, 2])
    assert.equal(await disk.pieceStore.size(sealed.key(segment, PLACE)), [256, 256, 113][segment]);
});
