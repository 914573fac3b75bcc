import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createResourceManager,
  currentContext,
  defineErrors,
  type ExecutorTask,
  estimateOf,
  type Manager,
  MigrateGVGTask,
  type Modules,
  newTask,
  queueErrors,
  ReceivePieceTask,
  type ReplicatePieceTask,
  type ResourceScope,
  silentLogger,
} from '@prairie/gfsp';
import { createPieceMaker } from '@prairie/redundancy';
import { PieceMemory } from '../common/piece-memory.ts';
import { ObjectStatus, operatorOf } from '../testing/chain.ts';
import { Network, payloadOf, rejectsWith, TestSigner, until } from '../testing/network.ts';
import { ExecutorModule } from './module.ts';
import type { ExecutorTools } from './ports.ts';
import { Replication, SecondaryError } from './replicate.ts';

const pieceMaker = createPieceMaker();
const signerErrors = defineErrors('signer', { away: [500, 120001, 'the signer does not answer'] });

/** A network whose primary has the pieces of an object of 4000 bytes, and the task to replicate it. */
async function setUp(segments = 4) {
  const network = new Network();
  await network.manager.start();
  const payload = payloadOf(segments * 1000);
  const object_info = await network.createObject(payload);
  for (let index = 0; index * 1024 < payload.length; index++) {
    await network.disk.pieceStore.put(`s1_s${index}`, payload.subarray(index * 1024, (index + 1) * 1024));
  }
  const gvg = network.chain.families.get(1)![0]!;
  const task: ReplicatePieceTask = {
    task: newTask({ retry: 1n, max_retry: 3n, timeout: 90n }),
    object_info,
    storage_params: network.chain.params,
    secondary_addresses: [],
    global_virtual_group_id: gvg.id,
    secondary_endpoints: gvg.secondary_sp_ids.map((id) => `http://sp${id}.test`),
    secondary_signatures: [],
    sealed: false,
    not_available_sp_idx: -1,
    is_agent_upload_task: false,
  };
  const tools: ExecutorTools = {
    client: network.client,
    consensus: network.chain,
    ...network.disk,
    secondaries: network,
    pieceMaker,
    repair: network.makeRepair(),
    logger: silentLogger,
    pieceMemory: new PieceMemory(1 << 20),
  };
  return { network, task, tools };
}

interface Around {
  resources?: ResourceScope;
  /** What the executor goes on with after the report. */
  beforeStop?: () => Promise<void>;
}

/** Runs one task through an executor and gives what it reports. */
async function execute(
  network: Network,
  task: ExecutorTask,
  { resources, beforeStop }: Around = {},
): Promise<ExecutorTask> {
  const reported = Promise.withResolvers<ExecutorTask>();
  const waiting = Promise.withResolvers<undefined>();
  const tasks = [task];
  const manager = {
    noteState: async () => {},
    attend: async (_member: string, signal: AbortSignal) => {
      signal.addEventListener('abort', () => waiting.resolve(undefined), { once: true });
      await waiting.promise;
    },
    askTask: async () => tasks.shift() ?? waiting.promise,
    reportTask: async (report: ExecutorTask) => reported.resolve(report),
  } as unknown as Manager;
  const client = { signer: network.signer, manager } as unknown as Modules;
  const repair = network.makeRepair();
  const parts = { client, consensus: network.chain, ...network.disk, secondaries: network, pieceMaker, repair };
  const executor = new ExecutorModule(
    { operatorAddress: operatorOf(1), maxExecuteNumber: 1 },
    { ...parts, ...(resources ? { resources } : {}), logger: silentLogger },
  );
  await executor.start();
  const report = await reported.promise;
  await beforeStop?.();
  waiting.resolve(undefined);
  await executor.stop();
  return report;
}

test('pieces go out in order of segments, those of the next one while the ones before are under way', async () => {
  const { network, task, tools } = await setUp();
  let out = 0;
  let most = 0;
  network.beforeCall = async () => {
    most = Math.max(most, ++out);
    await new Promise(setImmediate);
    out--;
  };
  const { secondary_signatures } = await new Replication(task, tools, new AbortController().signal).run();
  assert.equal(secondary_signatures.length, 6);
  assert.equal(most, 6);
  const segments = network.calls.filter((call) => call.startsWith('piece')).map((call) => Number(call.split(' ')[1]));
  assert.deepEqual(segments, [...segments].sort());
  assert.equal(tools.pieceMemory.free, 1 << 20);
});

test('the first secondary that fails is named, and its code is kept', async () => {
  const { network, task, tools } = await setUp();
  network.broken.add('http://sp5.test');
  await assert.rejects(new Replication(task, tools, new AbortController().signal).run(), (error) => {
    assert.ok(error instanceof SecondaryError);
    assert.equal(error.index, 3);
    assert.equal(error.cause.innerCode, 98001);
    return true;
  });
  assert.equal(tools.pieceMemory.free, 1 << 20);
});

test('a signer that fails is no fault of a secondary, whatever it is to sign', async () => {
  for (const isToFail of ['piece', 'done']) {
    const { network, task } = await setUp();
    const { signer } = network;
    const sign = signer.sign.bind(signer);
    signer.sign = async (what, value) => {
      if (what !== 'gfsp_receive_piece_task') return sign(what, value);
      if ((value as ReceivePieceTask).finished === (isToFail === 'done')) throw signerErrors.away();
      return sign(what, value);
    };
    const report = await execute(network, { kind: 'replicate', key: 'k', value: task });
    assert.ok(report.kind === 'replicate');
    assert.equal(report.value.task.err?.inner_code, 120001);
    assert.equal(report.value.not_available_sp_idx, -1);
  }
});

test('whom alone the others waited for is named when the time is over, and nobody when there are several', async () => {
  for (const [slow, named] of [
    [['http://sp5.test'], 3],
    [['http://sp2.test', 'http://sp5.test'], -1],
  ] as const) {
    for (const call of ['replicatePiece', 'doneReplicatePiece'] as const) {
      const { network, task } = await setUp(1);
      const known = network[call].bind(network) as (...args: unknown[]) => Promise<never>;
      const never = (signal: AbortSignal) =>
        new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      network[call] = (...args: [string, ...unknown[]]) =>
        (slow as readonly string[]).includes(args[0]) ? never(args.at(-1) as AbortSignal) : known(...args);
      const value = { ...task, task: { ...task.task, timeout: 1n } };
      const report = await execute(network, { kind: 'replicate', key: 'k', value });
      assert.ok(report.kind === 'replicate' && report.value.task.err);
      assert.equal(report.value.not_available_sp_idx, named);
      const isDelivered = (id: number) => call === 'doneReplicatePiece' || !slow.join().includes(`sp${id}`);
      assert.deepEqual(
        report.value.delivered_segments,
        [2, 3, 4, 5, 6, 7].map((id) => (isDelivered(id) ? 1 : 0)),
      );
    }
  }
});

test('while one segment is read, the next one is too', async () => {
  const { network, task, tools } = await setUp();
  const { pieceStore } = network.disk;
  const get = pieceStore.get.bind(pieceStore);
  let reading = 0;
  let most = 0;
  pieceStore.get = async (key) => {
    most = Math.max(most, ++reading);
    await new Promise(setImmediate);
    return get(key).finally(() => reading--);
  };
  await new Replication(task, tools, new AbortController().signal).run();
  assert.equal(most, 2);
  assert.equal(tools.pieceMemory.free, 1 << 20);
});

test('a segment that cannot be read ends the replication, and the memory is free', async () => {
  for (const lost of ['s1_s0', 's1_s1', 's1_s3']) {
    const { network, task, tools } = await setUp();
    await network.disk.pieceStore.delete(lost);
    await rejectsWith(new Replication(task, tools, new AbortController().signal).run(), 45205);
    assert.equal(tools.pieceMemory.free, 1 << 20);
  }
});

test('memory for one segment is enough', async () => {
  const { task, tools } = await setUp();
  const small = { ...tools, pieceMemory: new PieceMemory(1024) };
  assert.equal((await new Replication(task, small, new AbortController().signal).run()).secondary_signatures.length, 6);
});

test('who has everything from an attempt before is sent nothing', async () => {
  const { network, task, tools } = await setUp();
  const { signal } = new AbortController();
  await new Replication(task, tools, signal).run();
  network.calls.length = 0;
  const again = { ...task, task: { ...task.task, retry: 2n } };
  assert.equal((await new Replication(again, tools, signal).run()).secondary_signatures.length, 6);
  assert.ok(network.calls.every((call) => call.startsWith('done')));
});

test('what went out during the upload is not sent again', async () => {
  const { network, task, tools } = await setUp();
  const { signal } = new AbortController();
  await new Replication(task, tools, signal).run();
  network.calls.length = 0;
  const known = { ...task, delivered_segments: [4, 4, 3, 4, 4, 4] };
  assert.equal((await new Replication(known, tools, signal).run()).secondary_signatures.length, 6);
  const pieces = network.calls.filter((call) => call.startsWith('piece'));
  assert.deepEqual(pieces, ['piece 3 http://sp4.test']);
});

test('who lacks pieces after all is sent them once more', async () => {
  const { network, task, tools } = await setUp();
  const believed = { ...task, delivered_segments: [4, 0, 0, 0, 0, 0] };
  const { secondary_signatures } = await new Replication(believed, tools, new AbortController().signal).run();
  assert.equal(secondary_signatures.length, 6);
  const pieces = network.calls.filter((call) => call === 'done http://sp2.test' || call.endsWith('http://sp2.test'));
  assert.equal(pieces.filter((call) => call.startsWith('done')).length, 2);
  assert.equal(pieces.filter((call) => call.startsWith('piece')).length, 4);
});

test('a secondary that fails does not keep the others from theirs', async () => {
  const { network, task, tools } = await setUp();
  network.broken.add('http://sp5.test');
  const replication = new Replication(task, tools, new AbortController().signal);
  await assert.rejects(replication.run(), SecondaryError);
  assert.deepEqual(replication.delivered, [4, 4, 4, 0, 4, 4]);
});

const { sameInFlight } = defineErrors('receiver', { sameInFlight: [406, 80002, 'request repeated'] });

test('what a secondary has in work already is not an error', async () => {
  const { network, task, tools } = await setUp();
  const known = network.replicatePiece.bind(network);
  network.replicatePiece = async (endpoint, receive, piece) => {
    await known(endpoint, receive, piece);
    if (receive.segment_idx === 0) throw sameInFlight();
  };
  const done = network.doneReplicatePiece.bind(network);
  let refusals = 1;
  network.doneReplicatePiece = async (endpoint, receive) => {
    if (endpoint === 'http://sp2.test' && refusals-- > 0) throw queueErrors.repeated();
    return done(endpoint, receive);
  };
  assert.equal((await new Replication(task, tools, new AbortController().signal).run()).secondary_signatures.length, 6);
});

test('an executor that is stopped ends its calls', async () => {
  const { network, task, tools } = await setUp();
  const stop = new AbortController();
  network.beforeCall = () => stop.abort(new Error('stopping'));
  network.broken.add('http://sp2.test');
  await assert.rejects(new Replication(task, tools, stop.signal).run());
  assert.equal(tools.pieceMemory.free, 1 << 20);
});

test('a task that does not fit its group is refused', async () => {
  const { task, tools } = await setUp();
  const short = { ...task, secondary_endpoints: ['http://sp2.test'] };
  const run = async () => new Replication(short, tools, new AbortController().signal);
  await rejectsWith(run(), 45217);
});

test('a secondary that signs with another key is found out: 45216 with its index', async () => {
  const { network, task } = await setUp();
  const done = network.doneReplicatePiece.bind(network);
  const wrong = new TestSigner(network.chain, 99);
  network.doneReplicatePiece = async (endpoint, receive) => {
    const signature = await done(endpoint, receive);
    if (endpoint !== 'http://sp4.test') return signature;
    const { object_info, global_virtual_group_id } = task;
    return wrong.signSeal({ object_id: object_info.id, global_virtual_group_id, checksums: [] });
  };
  const report = await execute(network, { kind: 'replicate', key: 'k', value: task });
  assert.ok(report.kind === 'replicate');
  assert.equal(report.value.not_available_sp_idx, 2);
  assert.equal(report.value.task.err?.inner_code, 45216);
  assert.equal(network.signer.seals, 0);
});

test('a replicated object is sealed at once; without success the signatures are reported', async () => {
  const good = await setUp();
  const sealed = await execute(good.network, { kind: 'replicate', key: 'k', value: good.task });
  assert.ok(sealed.kind === 'replicate' && sealed.value.sealed && !sealed.value.task.err);
  assert.ok(good.network.chain.isSealed(1n));
  const busy = await setUp();
  busy.network.signer.sealFailures.push(new Error('busy'));
  const unsealed = await execute(busy.network, { kind: 'replicate', key: 'k', value: busy.task });
  assert.ok(unsealed.kind === 'replicate' && !unsealed.value.sealed && !unsealed.value.task.err);
  assert.equal(unsealed.value.secondary_signatures.length, 6);
});

test('signatures that are none make a seal task fail, not succeed', async () => {
  const { network, task } = await setUp();
  const value = { ...task, secondary_signatures: [Buffer.from('nonsense')] };
  const report = await execute(network, { kind: 'seal', key: 'k', value });
  assert.equal(report.value.task?.err?.inner_code, 45217);
});

test('the pieces of a sealed object are not forced upon those who refuse them', async () => {
  const { network, task } = await setUp();
  const [found] = network.chain.objects.values();
  network.chain.objects.set(1n, { ...found!, object_info: { ...found!.object_info, object_status: 1 } });
  network.broken.add('http://sp2.test');
  const report = await execute(network, { kind: 'replicate', key: 'k', value: task });
  assert.ok(report.kind === 'replicate' && report.value.sealed && !report.value.task.err);
});

test('what was received in vain is collected, and its task does not wait for that', async () => {
  const { network, task } = await setUp(1);
  const { spdb, pieceStore } = network.disk;
  const { object_info, storage_params } = task;
  const [global_virtual_group] = network.chain.families.get(1)!;
  const sealed = { object_status: ObjectStatus.OBJECT_STATUS_SEALED };
  network.chain.objects.set(1n, { object_info: { ...object_info, ...sealed }, global_virtual_group });
  const row = { object_id: 1n, redundancy_index: 2, integrity_checksum: Buffer.alloc(32), object_size: 1000n };
  await spdb.setIntegrity({ ...row, piece_checksum_list: [Buffer.alloc(32)] });
  await pieceStore.put('e1_s0_p2', Buffer.alloc(250));
  const value = { ...ReceivePieceTask.create(), task: newTask(), object_info, storage_params, redundancy_idx: 2 };
  const beforeStop = () => until(async () => (await pieceStore.size('e1_s0_p2')) === undefined, 'the piece goes');
  const report = await execute(network, { kind: 'receive', key: 'k', value }, { beforeStop });
  assert.ok(report.kind === 'receive' && report.value.sealed && !report.value.task?.err);
  assert.equal(await spdb.getIntegrity(1n, 2), undefined);
  assert.deepEqual(await network.disk.keys(), ['s1_s0']);
});

test('a kind that nobody here can run is refused: 990602', async () => {
  const { network } = await setUp();
  const value = { ...MigrateGVGTask.create(), task: newTask() };
  const report = await execute(network, { kind: 'migrate-gvg', key: 'k', value });
  assert.equal(report.value.task?.err?.inner_code, 990602);
});

test('a task runs under its key, in the resources that it is estimated to take', async () => {
  const { network, task } = await setUp();
  const scope = createResourceManager().openService('taskexecutor');
  const seen: [string | undefined, bigint, number][] = [];
  network.beforeCall = () => {
    const { memory, tasks_high_priority } = scope.stat();
    seen.push([currentContext().task, memory, tasks_high_priority]);
  };
  const value = { ...task, task: { ...task.task, task_priority: 255 } };
  await execute(network, { kind: 'replicate', key: 'k', value }, { resources: scope });
  const { memory, tasks_high_priority } = estimateOf('replicate', value);
  assert.deepEqual(seen[0], ['k', memory, tasks_high_priority]);
  assert.equal(tasks_high_priority, 1);
  assert.deepEqual([scope.stat().memory, scope.stat().tasks_high_priority], [0n, 0]);
});
