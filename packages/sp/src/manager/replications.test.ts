import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ReplicatePieceTask, TaskState } from '@prairie/gfsp';
import { chunksOf, Network, type NetworkOptions, payloadOf } from '../testing/network.ts';

const never = new AbortController().signal;
const err = { code_space: 'x', http_status_code: 500, inner_code: 7, description: 'the time is over' };

/** An upload of five segments that waits for an executor: the test is one, named `x`. */
async function setUp(options: NetworkOptions = {}) {
  const network = new Network(options);
  await network.start({ executor: false });
  network.beforeCall = () => {
    throw new Error('not during the upload');
  };
  const payload = payloadOf(5000);
  const object = await network.createObject(payload);
  await network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload));
  const take = async (): Promise<ReplicatePieceTask> => {
    const task = await network.manager.askTask({ member: 'x' }, never);
    assert.ok(task?.kind === 'replicate');
    return task.value;
  };
  const fail = (task: ReplicatePieceTask, fields: Partial<ReplicatePieceTask> = {}) => {
    const value = { ...task, task: { ...task.task, err }, not_available_sp_idx: -1, ...fields };
    return network.manager.reportTask({ kind: 'replicate', key: '', value });
  };
  const row = () => network.disk.spdb.getUploadProgress(object.id);
  return { network, object, take, fail, row };
}

test('an attempt goes on from what the one before has reported, and so does the next job', async () => {
  const { network, take, fail, row } = await setUp();
  const first = await take();
  await fail(first, { delivered_segments: [4, 1, 2, 5, 5, 0] });
  const second = await take();
  assert.deepEqual([second.delivered_segments, second.task.retry], [[4, 1, 2, 5, 5, 0], 2n]);
  await fail({ ...second, task: { ...second.task, max_retry: 2n } }, { delivered_segments: [5, 2, 3, 5, 5, 1] });
  assert.equal((await row())?.task_state, TaskState.REPLICATE_OBJECT_ERROR);
  const next = await take();
  assert.deepEqual(next.delivered_segments, [5, 2, 3, 5, 5, 1]);
  await network.stop();
});

test('a report of an attempt that is over changes nothing, also when the same member has the task again', async () => {
  const { network, take, fail } = await setUp({ providers: 8 });
  const gone = new AbortController();
  const attending = network.manager.attend('x', gone.signal);
  const first = await take();
  gone.abort();
  await attending.catch(() => {});
  const back = new AbortController();
  const attendingAgain = network.manager.attend('x', back.signal);
  const second = await take();
  assert.equal(second.task.retry, 2n);
  await fail(first, { not_available_sp_idx: 0, delivered_segments: [0, 5, 5, 5, 5, 5] });
  await fail(first);
  await fail(second, { delivered_segments: [1, 1, 1, 1, 1, 1] });
  const third = await take();
  assert.deepEqual([third.delivered_segments, third.task.retry], [[1, 1, 1, 1, 1, 1], 3n]);
  assert.equal(network.chain.families.get(1)!.length, 1, 'nobody was blamed');
  back.abort();
  await attendingAgain.catch(() => {});
  await network.stop();
});

test('a secondary that is named, also because it was too slow, is left alone, and the others keep what they have', async () => {
  const { network, take, fail } = await setUp({ providers: 8 });
  const first = await take();
  assert.equal(first.secondary_endpoints[1], 'http://sp3.test');
  await fail(first, { not_available_sp_idx: 1, delivered_segments: [5, 1, 5, 5, 5, 5] });
  const second = await take();
  assert.ok(!second.secondary_endpoints.includes('http://sp3.test'));
  // all but the first have other indexes in the new group
  assert.deepEqual(second.delivered_segments, [5, 0, 0, 0, 0, 0]);
  await network.stop();
});
