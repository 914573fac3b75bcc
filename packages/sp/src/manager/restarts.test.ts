/** A provider of several processes: any of them may be gone for a while, at any step of an upload. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExecutorTask, GfSpError, type LeaseQueue, MemoryQueueEngine, NO_LIMIT, TaskState } from '@prairie/gfsp';
import { chunksOf, Network, payloadOf, rejectsWith, until } from '../testing/network.ts';
import type { Claim } from './uploads.ts';

const never = new AbortController().signal;
const rowOf = (network: Network, id: bigint) => network.disk.spdb.getUploadProgress(id);

async function upload(network: Network, length: number) {
  const payload = payloadOf(length);
  const object = await network.createObject(payload);
  await network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload));
  return object;
}

/** A payload that stops in the middle until `goOn` is called. */
function halting(payload: Uint8Array) {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  async function* chunks() {
    yield payload.subarray(0, payload.length / 2);
    reached.resolve();
    await gate.promise;
    yield payload.subarray(payload.length / 2);
  }
  return { chunks: chunks(), reached: reached.promise, goOn: () => gate.resolve() };
}

/** Ends the attendances of a role from then on, as a process that dies, or a network that fails for good. */
function cutter(network: Network, role: string): () => void {
  const cut = new AbortController();
  const attend = network.manager.attend.bind(network.manager);
  network.manager.attend = async (member, signal) => {
    if (!member.startsWith(role)) return attend(member, signal);
    if (!cut.signal.aborted) return attend(member, AbortSignal.any([signal, cut.signal]));
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  };
  return () => cut.abort();
}

/** Holds one kind of call to a secondary until `goOn` is called. */
function hold(network: Network, prefix: string) {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  network.beforeCall = (call) => {
    if (!call.startsWith(prefix)) return;
    reached.resolve();
    return gate.promise;
  };
  const release = () => {
    network.beforeCall = () => {};
  };
  return { reached: reached.promise, release, goOn: () => gate.resolve() };
}

test('the manager restarts in the middle of an upload: the uploader goes on, and the object is sealed', async () => {
  const network = await new Network({ manager: { memberGraceMs: 500 } }).start();
  const payload = payloadOf(2500);
  const object = await network.createObject(payload);
  const body = halting(payload);
  const uploading = network.uploader.uploadObject(network.uploadTask(object), body.chunks);
  await body.reached;
  await network.restartManager();
  await rejectsWith(network.manager.beginUpload(network.uploadTask(object)), 60002);
  body.goOn();
  await uploading;
  await until(() => network.chain.isSealed(object.id), 'the seal', 10_000);
  await until(async () => (await rowOf(network, object.id)) === undefined, 'the row to go');
  await network.stop();
});

test('the manager restarts while an executor replicates: the object is sealed, once', async () => {
  const network = await new Network().start();
  const held = hold(network, 'done http://sp7');
  const { id } = await upload(network, 2500);
  await held.reached;
  await network.restartManager();
  held.release();
  held.goOn();
  await until(() => network.chain.isSealed(id), 'the seal', 10_000);
  await until(async () => (await rowOf(network, id)) === undefined, 'the row to go', 10_000);
  await network.stop();
});

test('what was handed out before a restart is accepted after it, as far as the row allows', async () => {
  const network = await new Network().start({ executor: false });
  const { id } = await upload(network, 100);
  const task = await network.manager.askTask({ member: 'one' }, never);
  assert.ok(task?.kind === 'replicate');
  await network.restartManager();
  const sealed: ExecutorTask = { ...task, value: { ...task.value, sealed: true } };
  await network.manager.reportTask(sealed);
  assert.equal(await rowOf(network, id), undefined);
  await rejectsWith(network.manager.reportTask(sealed), 60004);
  // the new manager had begun to take the object up
  await until(async () => (await network.manager.queryTasks('')).length === 0, 'nothing to do');
  await network.stop();
});

test('signatures that come after a restart are not asked for again', async () => {
  const network = await new Network().start({ executor: false });
  const { id } = await upload(network, 100);
  const task = await network.manager.askTask({ member: 'one' }, never);
  assert.ok(task?.kind === 'replicate');
  await network.restartManager();
  const signatures = task.value.secondary_endpoints.map(() => Buffer.alloc(96, 1));
  await network.manager.reportTask({ ...task, value: { ...task.value, secondary_signatures: signatures } });
  assert.equal((await rowOf(network, id))?.task_state, TaskState.SEAL_OBJECT_DOING);
  const next = await network.manager.askTask({ member: 'two' }, never);
  assert.equal(next?.kind, 'seal');
  await network.stop();
});

test('the failure of an executor that lost the task to another does not count', async () => {
  const network = await new Network().start({ executor: false });
  const { id } = await upload(network, 100);
  const leaving = new AbortController();
  const attending = network.manager.attend('one', leaving.signal);
  const first = await network.manager.askTask({ member: 'one' }, never);
  assert.ok(first?.kind === 'replicate');
  leaving.abort();
  await attending;
  const second = await network.manager.askTask({ member: 'two' }, never);
  assert.equal(second?.key, first.key);
  const failed = { ...first.value, task: { ...first.value.task, err: failure } };
  await network.manager.reportTask({ ...first, value: failed });
  assert.match((await network.manager.queryTasks(first.key))[0]!, /REPLICATE_OBJECT_DOING attempts=2 .* member=two/);
  assert.equal((await rowOf(network, id))?.task_state, TaskState.REPLICATE_OBJECT_DOING);
  await network.stop();
});

const failure = { code_space: 'taskexecutor', http_status_code: 500, inner_code: 40003, description: 'no' };

test('the tasks of an executor that is gone are done by another at once', async () => {
  const network = new Network();
  const cutOff = cutter(network, 'taskexecutor');
  await network.start();
  const held = hold(network, 'done http://sp7');
  const { id } = await upload(network, 1500);
  await held.reached;
  held.release();
  // Dead: it asks for nothing, reports nothing, and its attendance breaks.
  const stopped = network.executor.stop();
  const other = network.makeExecutor();
  await other.start();
  cutOff();
  await until(() => network.chain.isSealed(id), 'the seal', 10_000);
  held.goOn();
  await stopped;
  await until(async () => (await rowOf(network, id)) === undefined, 'the row to go');
  await other.stop();
  await network.stop();
});

test('an uploader that is gone gives its upload free; should it live all the same, it cannot acknowledge', async () => {
  const network = new Network();
  const cutOff = cutter(network, 'uploader');
  await network.start();
  const payload = payloadOf(2500);
  const object = await network.createObject(payload);
  const body = halting(payload);
  const first = network.uploader.uploadObject(network.uploadTask(object), body.chunks);
  await body.reached;
  await rejectsWith(network.manager.beginUpload(network.uploadTask(object)), 60002);
  cutOff();
  await until(async () => (await rowOf(network, object.id)) === undefined, 'the row to go');
  assert.deepEqual(await network.disk.keys(), []);
  const second = network.makeUploader();
  await second.start();
  await second.uploadObject(network.uploadTask(object), chunksOf(payload));
  body.goOn();
  await assert.rejects(first, GfSpError);
  await until(() => network.chain.isSealed(object.id), 'the seal', 10_000);
  assert.deepEqual(await network.disk.keys(), ['s1_s0', 's1_s1', 's1_s2']);
  await second.stop();
  await network.stop();
});

test('what is in no queue is found in its row', async () => {
  const network = await new Network({ manager: { sweepMs: 50 } }).start();
  const payload = payloadOf(100);
  const object = await network.createObject(payload);
  await network.manager.beginUpload(network.uploadTask(object));
  await network.disk.pieceStore.put('s1_s0', payload);
  await network.disk.spdb.updateUploadProgress(object.id, { task_state: TaskState.UPLOAD_OBJECT_DONE });
  await until(() => network.chain.isSealed(object.id), 'the seal', 10_000);
  await until(async () => (await rowOf(network, object.id)) === undefined, 'the row to go');
  await network.stop();
});

test('two managers on the same queues and rows: one admits, the other hands out, either takes the report', async () => {
  const network = await new Network({ engine: new MemoryQueueEngine() }).start({ executor: false });
  const other = network.makeManager();
  await other.start();
  const object = await network.createObject(payloadOf(100));
  const task = network.uploadTask(object);
  const begun = await Promise.allSettled([network.manager.beginUpload(task), other.beginUpload(task)]);
  assert.deepEqual(begun.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  await network.disk.spdb.updateUploadProgress(object.id, { task_state: TaskState.UPLOAD_OBJECT_DONE });
  await Promise.all([network.manager.doneUpload(task), other.doneUpload(task)]);
  const asked = await Promise.all([
    other.askTask({ member: 'two' }, AbortSignal.timeout(300)),
    network.manager.askTask({ member: 'one' }, AbortSignal.timeout(300)),
  ]);
  const [given, ...more] = asked.filter((one) => one !== undefined);
  assert.equal(more.length, 0);
  assert.ok(given?.kind === 'replicate');
  await network.manager.reportTask({ ...given, value: { ...given.value, sealed: true } });
  assert.equal(await rowOf(network, object.id), undefined);
  assert.deepEqual(await other.queryTasks(''), []);
  await other.stop();
  await network.stop();
});

test('a member that attends with one manager is there for the other', async () => {
  const engine = new MemoryQueueEngine();
  const network = await new Network({ engine }).start({ executor: false });
  const other = network.makeManager();
  await other.start();
  const leaving = new AbortController();
  const attending = network.manager.attend('uploader-1', leaving.signal);
  const object = await network.createObject(payloadOf(100));
  const task = network.uploadTask(object);
  await network.manager.beginUpload({ ...task, task: { ...task.task, address: 'uploader-1' } });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await rejectsWith(other.beginUpload(task), 60002);
  leaving.abort();
  await attending;
  await until(async () => (await rowOf(network, object.id)) === undefined, 'the row to go');
  await other.beginUpload(task);
  const claims: LeaseQueue<Claim> = await engine.open({ name: 'manager-upload-object', capacity: 1 });
  assert.equal(await claims.size(), 1);
  await other.stop();
  await network.stop();
});

test('only what fits is handed out', async () => {
  const network = await new Network().start({ executor: false });
  await upload(network, 2500);
  const limit = { ...NO_LIMIT, memory: 100n };
  const stop = new AbortController();
  const small = network.manager.askTask({ member: 'small', limit }, stop.signal);
  const large = await network.manager.askTask({ member: 'large', limit: NO_LIMIT }, never);
  assert.ok(large?.kind === 'replicate');
  assert.equal(large.value.task.address, 'large');
  stop.abort();
  assert.equal(await small, undefined);
  await network.stop();
});

test('a cancelled task is not believed any more, and the object may be uploaded anew', async () => {
  const network = await new Network().start({ executor: false });
  const { id } = await upload(network, 100);
  const task = await network.manager.askTask({ member: 'one' }, never);
  assert.ok(task?.kind === 'replicate');
  assert.equal(await network.manager.cancelTask(task.key), true);
  assert.equal(await network.manager.cancelTask(task.key), false);
  await rejectsWith(network.manager.reportTask({ ...task, value: { ...task.value, sealed: true } }), 60004);
  assert.equal((await rowOf(network, id))?.task_state, TaskState.OBJECT_DISCONTINUED);
  await network.executor.start();
  await network.uploader.uploadObject(network.uploadTask(task.value.object_info), chunksOf(payloadOf(100)));
  await until(() => network.chain.isSealed(id), 'the seal');
  await network.stop();
});

test('tasks are shown with key, kind, job state, attempts, age and member', async () => {
  // nobody attends for the uploader
  const network = await new Network({ manager: { memberGraceMs: 5000 } }).start({ executor: false });
  const object = await network.createObject(payloadOf(50));
  const task = network.uploadTask(object);
  await network.manager.beginUpload({ ...task, task: { ...task.task, address: 'uploader-1' } });
  const [uploading] = await network.manager.queryTasks(object.object_name);
  assert.match(uploading!, /^Uploading-bucket:bucket-object:o1-id:1 upload UPLOAD_OBJECT_DOING .*member=uploader-1$/);
  const { id } = await upload(network, 100);
  await until(async () => (await rowOf(network, id))?.task_state === TaskState.REPLICATE_OBJECT_DOING, 'the group');
  const shown = async () => (await network.manager.queryTasks(`id:${id}`))[0]!;
  assert.match(await shown(), / replicate ALLOC_SECONDARY_DONE attempts=0 age=0s member=-$/);
  await network.manager.askTask({ member: 'one' }, never);
  assert.match(await shown(), / replicate REPLICATE_OBJECT_DOING attempts=1 age=0s member=one$/);
  const stats = await network.manager.queryTasksStats();
  assert.deepEqual([stats.upload_count, stats.replicate_count, stats.seal_count], [1, 1, 0]);
  assert.deepEqual(await network.manager.queryTasks('nothing like it'), []);
  await network.stop();
});

test('without success an object is set aside with its error, and shown so', async () => {
  const network = await new Network().start({ executor: false });
  const { id } = await upload(network, 100);
  const task = await network.manager.askTask({ member: 'one' }, never);
  assert.ok(task?.kind === 'replicate');
  const last = { ...task.value.task, retry: task.value.task.max_retry, err: failure };
  await network.manager.reportTask({ ...task, value: { ...task.value, task: last } });
  const row = await rowOf(network, id);
  assert.equal(row?.task_state, TaskState.REPLICATE_OBJECT_ERROR);
  assert.match(row?.error_description ?? '', /^exceed_replicate_retry: .*40003/);
  assert.match((await network.manager.queryTasks(task.key))[0]!, / later REPLICATE_OBJECT_ERROR /);
  await network.stop();
});

/** A node that has what is on chain now only when some blocks have passed. */
function lagging(network: Network, id: bigint): void {
  const { chain } = network;
  const before = { objectById: chain.objectById, waitForHeight: chain.waitForHeight };
  const sealed = chain.objects.get(id)!;
  const isUpdate = sealed.object_info.is_updating;
  const old = isUpdate ? { ...sealed, object_info: { ...sealed.object_info, is_updating: false } } : undefined;
  chain.objectById = async () => old;
  chain.waitForHeight = (height) => {
    Object.assign(chain, before);
    return chain.waitForHeight(height);
  };
}

/** After a restart beside a node that is behind. */
async function losesNothing(network: Network, id: bigint): Promise<void> {
  const keys = await network.disk.keys();
  lagging(network, id);
  await network.restartManager();
  await until(async () => (await network.manager.queryTasks('')).length > 0, 'the replication');
  assert.deepEqual(await network.disk.keys(), keys);
  assert.equal((await rowOf(network, id))?.task_state, TaskState.REPLICATE_OBJECT_DOING);
  await network.stop();
}

test('after a restart a node that is behind discards nothing that was acknowledged', async () => {
  const network = await new Network().start({ executor: false });
  const { id } = await upload(network, 2500);
  await losesNothing(network, id);
});

test('nor an update that it does not know yet', async () => {
  const network = await new Network().start();
  const { id } = await upload(network, 100);
  await until(async () => (await rowOf(network, id)) === undefined, 'the seal', 10_000);
  await network.executor.stop();
  const payload = payloadOf(2500);
  const update = await network.beginUpdate(id, payload);
  await network.uploader.uploadObject(network.uploadTask(update), chunksOf(payload));
  await losesNothing(network, id);
});

test('nor one that came while what was there before it was looked at twice', async () => {
  const network = await new Network().start();
  const { chain } = network;
  const { id } = await upload(network, 100);
  await until(async () => (await rowOf(network, id)) === undefined, 'the seal', 10_000);
  await network.executor.stop();
  await network.uploader.uploadObject(
    network.uploadTask(await network.beginUpdate(id, payloadOf(700))),
    chunksOf(payloadOf(700)),
  );
  chain.cancelUpdate(id);
  const { waitForHeight } = chain;
  const payload = payloadOf(2500);
  const settled = Promise.withResolvers<void>();
  chain.waitForHeight = async (height) => {
    // the next update, which the node that answers then does not know yet
    chain.waitForHeight = waitForHeight;
    const before = chain.objects.get(id);
    const update = await network.beginUpdate(id, payload, 200n);
    await network.uploader.uploadObject(network.uploadTask(update), chunksOf(payload));
    const { objectById } = chain;
    chain.objectById = async () => {
      chain.objectById = objectById;
      setImmediate(settled.resolve);
      return before;
    };
    return waitForHeight(height);
  };
  await network.restartManager();
  await settled.promise;
  await until(async () => (await network.manager.queryTasks('')).length > 0, 'the replication');
  assert.equal((await rowOf(network, id))?.content_time, 200n);
  assert.equal((await network.disk.keys()).filter((key) => key.endsWith('_v1')).length, 3);
  await network.stop();
});

test('what the tables know is not discarded on the word of a node', async () => {
  const network = await new Network().start({ executor: false });
  const { id } = await upload(network, 100);
  const keys = await network.disk.keys();
  const asked = Promise.withResolvers<void>();
  network.chain.objectById = async () => undefined;
  const { metadata } = network.client;
  Object.assign(network.client, {
    metadata: {
      ...metadata,
      listObjectsByIds: async (ids: bigint[]) => {
        setImmediate(asked.resolve);
        return metadata.listObjectsByIds(ids);
      },
    },
  });
  await network.restartManager();
  await asked.promise;
  await network.stop();
  assert.deepEqual(await network.disk.keys(), keys);
  assert.ok(await rowOf(network, id));
});
