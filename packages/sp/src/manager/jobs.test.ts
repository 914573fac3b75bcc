import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GfSpError, TaskState } from '@prairie/gfsp';
import { chunksOf, Network, payloadOf, rejectsWith, until } from '../testing/network.ts';

async function upload(network: Network, length: number) {
  const payload = payloadOf(length);
  const object = await network.createObject(payload);
  await network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload));
  return object;
}

test('an upload is replicated and sealed, and nothing is left to do', async () => {
  const network = await new Network().start();
  const { id } = await upload(network, 2500);
  await until(() => network.chain.isSealed(id), 'the seal');
  await until(async () => (await network.disk.spdb.getUploadProgress(id)) === undefined, 'the row to go');
  assert.equal(network.signer.seals, 1);
  for (const [endpoint, { disk, reports }] of network.secondaries) {
    const index = network.chain.objects
      .get(id)!
      .global_virtual_group!.secondary_sp_ids.findIndex((sp) => endpoint === `http://sp${sp}.test`);
    assert.deepEqual(await disk.keys(), [0, 1, 2].map((segment) => `e1_s${segment}_p${index}`).sort());
    assert.equal((await disk.spdb.getIntegrity(id, index))?.piece_checksum_list.length, 3);
    assert.deepEqual(await disk.spdb.listPieceHashes(id, index), []);
    assert.equal(reports.length, 1);
  }
  assert.deepEqual(await network.manager.queryTasks(''), []);
  await network.stop();
});

test('who asks sees where a job stands, from its upload to its seal', async () => {
  const network = await new Network().start();
  const payload = payloadOf(2500);
  const object = await network.createObject(payload);
  const seen = new Set<string>();
  const look = async () => {
    // the executor's notes are on their way for a moment
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (const line of await network.manager.queryTasks(object.object_name)) seen.add(line.split(' ')[2]!);
  };
  let refusals = 1;
  network.beforeCall = async (call) => {
    await look();
    // a piece that does not go out during the upload is the executor's
    if (call.startsWith('piece') && refusals-- > 0) throw new Error('not now');
  };
  const broadcast = network.signer.broadcast.bind(network.signer);
  network.signer.broadcast = async (what, msg) => {
    if (what === 'seal_object_info') await look();
    return broadcast(what, msg);
  };
  const body = async function* () {
    await look();
    yield* chunksOf(payload);
  };
  await network.uploader.uploadObject(network.uploadTask(object), body());
  await until(() => network.chain.isSealed(object.id), 'the seal');
  for (const state of ['UPLOAD_OBJECT_DOING', 'REPLICATE_OBJECT_DOING', 'SIGN_OBJECT_DOING', 'SEAL_OBJECT_DOING']) {
    assert.ok(seen.has(state), `${state} is not among ${[...seen]}`);
  }
  await network.stop();
});

test('the first group is made at the start, with all its secondaries in the order of their ids', async () => {
  const network = await new Network().start();
  const [gvg] = network.chain.families.get(1)!;
  assert.deepEqual(gvg?.secondary_sp_ids, [2, 3, 4, 5, 6, 7]);
  assert.equal(gvg?.total_deposit, 16000n * (256n << 30n));
  assert.equal(await network.manager.pickVirtualGroupFamily(), 1);
  await network.restart();
  assert.equal(network.chain.families.size, 1);
  await network.stop();
});

test('a secondary that fails is left alone, and another group of the family is used', async () => {
  const network = await new Network({ providers: 8 }).start();
  network.broken.add('http://sp3.test');
  const { id } = await upload(network, 1500);
  await until(() => network.chain.isSealed(id), 'the seal', 15_000);
  const gvg = network.chain.objects.get(id)!.global_virtual_group!;
  assert.equal(gvg.family_id, 1);
  assert.deepEqual(gvg.secondary_sp_ids, [2, 4, 5, 6, 7, 8]);
  await network.stop();
});

test('a seal that fails after the replication is tried again by itself', async () => {
  const network = await new Network().start();
  network.signer.sealFailures.push(new Error('the chain is busy'));
  const { id } = await upload(network, 1500);
  await until(() => network.chain.isSealed(id), 'the seal', 10_000);
  assert.equal(network.signer.seals, 2);
  assert.equal(network.calls.filter((call) => call.startsWith('done')).length, 6);
  await until(async () => (await network.disk.spdb.getUploadProgress(id)) === undefined, 'the row to go');
  await network.stop();
});

test('a seal whose answer got lost is not an error: the chain is asked', async () => {
  const network = await new Network().start();
  const seal = network.signer.seal.bind(network.signer);
  network.signer.seal = (msg) => {
    seal(msg);
    throw new Error('no answer');
  };
  const { id } = await upload(network, 100);
  await until(async () => (await network.disk.spdb.getUploadProgress(id)) === undefined, 'the row to go');
  assert.equal(network.signer.seals, 1);
  await network.stop();
});

test('after a crash in the middle of a replication the object is sealed, without sending what is there', async () => {
  const network = await new Network().start();
  const stuck = Promise.withResolvers<void>();
  let reached = false;
  network.beforeCall = (call) => {
    if (!call.startsWith('done http://sp7')) return;
    reached = true;
    return stuck.promise;
  };
  const { id } = await upload(network, 2500);
  await until(() => reached, 'the last done call');
  const others = [...network.secondaries].filter(([endpoint]) => endpoint !== 'http://sp7.test');
  const isDone = async (index: number) => (await others[index]![1].disk.spdb.getIntegrity(id, index)) !== undefined;
  for (const index of others.keys()) await until(() => isDone(index), 'the other done calls');
  const row = await network.disk.spdb.getUploadProgress(id);
  assert.equal(row?.task_state, TaskState.REPLICATE_OBJECT_DOING);
  assert.equal(row?.secondary_endpoints.length, 6);
  network.beforeCall = () => {};
  network.calls.length = 0;
  // The executor of before the crash says nothing any more.
  const crashed = network.executor;
  const stopped = crashed.stop();
  crashed.stop = async () => {};
  await network.restart();
  await until(() => network.chain.isSealed(id), 'the seal');
  stuck.resolve();
  await stopped;
  const pieces = network.calls.filter((call) => call.startsWith('piece'));
  assert.deepEqual(pieces, []);
  await network.stop();
});

test('after a crash right after the acknowledgement the object is sealed', async () => {
  const network = await new Network().start({ executor: false });
  const { id } = await upload(network, 2500);
  await network.disk.spdb.updateUploadProgress(id, { task_state: TaskState.UPLOAD_OBJECT_DONE });
  await network.restart();
  await until(() => network.chain.isSealed(id), 'the seal');
  await until(async () => (await network.disk.spdb.getUploadProgress(id)) === undefined, 'the row to go');
  await network.stop();
});

test('after a crash while sealing only the seal is done', async () => {
  const network = await new Network().start();
  network.signer.sealFailures.push(...Array.from({ length: 9 }, () => new Error('the chain is busy')));
  const { id } = await upload(network, 100);
  await until(
    async () => (await network.disk.spdb.getUploadProgress(id))?.task_state === TaskState.SEAL_OBJECT_DOING,
    'the state',
  );
  network.signer.sealFailures.length = 0;
  network.calls.length = 0;
  await network.restart();
  await until(() => network.chain.isSealed(id), 'the seal');
  assert.deepEqual(network.calls, []);
  await network.stop();
});

test('a start asks the chain first: what is sealed or gone there is only cleaned up', async () => {
  const network = await new Network().start({ executor: false });
  const sealed = await upload(network, 100);
  const gone = await upload(network, 100);
  await network.stop();
  network.chain.objects.set(sealed.id, {
    object_info: { ...sealed, object_status: 1 },
    global_virtual_group: undefined,
  });
  network.chain.objects.delete(gone.id);
  await network.restart();
  await until(async () => (await network.disk.spdb.getUploadProgress(sealed.id)) === undefined, 'the sealed one');
  await until(async () => (await network.disk.spdb.getUploadProgress(gone.id)) === undefined, 'the one that is gone');
  assert.deepEqual(await network.disk.keys(), ['s1_s0']);
  assert.ok(await network.disk.spdb.getIntegrity(sealed.id, -1));
  assert.equal(await network.disk.spdb.getIntegrity(gone.id, -1), undefined);
  await network.stop();
});

test('an upload that a crash cut off is gone after the start', async () => {
  const network = await new Network().start({ executor: false });
  const object = await network.createObject(payloadOf(3000));
  const task = network.uploadTask(object);
  await network.manager.beginUpload({ ...task, task: { ...task.task, address: 'uploader-of-before' } });
  await network.disk.pieceStore.put('s1_s0', payloadOf(1024));
  await network.restart();
  await until(async () => (await network.disk.spdb.getUploadProgress(object.id)) === undefined, 'the row to go');
  assert.deepEqual(await network.disk.keys(), []);
  await network.stop();
});

test('an upload is admitted once, and what was acknowledged is never begun again', async () => {
  const network = await new Network({ manager: { maxJobs: 2 } }).start({ executor: false });
  const task = network.uploadTask(await network.createObject(payloadOf(10)));
  await network.manager.beginUpload(task);
  await rejectsWith(network.manager.beginUpload(task), 60002);
  const other = network.uploadTask(await network.createObject(payloadOf(11)));
  await network.manager.beginUpload(other);
  const third = network.uploadTask(await network.createObject(payloadOf(12)));
  await rejectsWith(network.manager.beginUpload(third), 60003);
  await network.manager.doneUpload({ ...other, task: { ...other.task, err: new GfSpError(failure).toJSON() } });
  await network.disk.spdb.insertUploadProgress(third.object_info.id, false);
  await network.disk.spdb.updateUploadProgress(third.object_info.id, { task_state: TaskState.REPLICATE_OBJECT_ERROR });
  await rejectsWith(network.manager.beginUpload(third), 60002);
  await network.stop();
});

const failure = { code_space: 'uploader', http_status_code: 406, inner_code: 110004, description: 'no' };

test('without a usable group the object waits in its row', async () => {
  const network = await new Network().start({ executor: false });
  for (const provider of network.chain.providers.slice(1)) provider.status = 3;
  const object = await network.createObject(payloadOf(10));
  await network.restart();
  await network.uploader.uploadObject(network.uploadTask(object), chunksOf(payloadOf(10)));
  assert.equal((await network.disk.spdb.getUploadProgress(object.id))?.task_state, TaskState.UPLOAD_OBJECT_DONE);
  for (const provider of network.chain.providers) provider.status = 0;
  await network.restart();
  await until(() => network.chain.isSealed(object.id), 'the seal');
  await network.stop();
});

test('unsealed for too long it is rejected on chain, when that is asked for', async () => {
  const network = await new Network({ manager: { rejectUnsealedAfter: -1 } }).start({ executor: false });
  const { id } = await upload(network, 100);
  await network.restart();
  await until(() => !network.chain.objects.has(id), 'the rejection');
  await until(async () => (await network.disk.spdb.getUploadProgress(id)) === undefined, 'the row to go');
  assert.deepEqual(await network.disk.keys(), []);
  await network.stop();
});

test('before the limit nothing is rejected', async () => {
  const network = await new Network({ manager: { rejectUnsealedAfter: 3600 } }).start({ executor: false });
  const { id } = await upload(network, 100);
  await network.restart();
  await until(() => network.chain.isSealed(id), 'the seal');
  await network.stop();
});
