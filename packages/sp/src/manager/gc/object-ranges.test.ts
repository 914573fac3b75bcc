import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GfSpError, toTaskError } from '@prairie/gfsp';
import { ObjectRanges } from './object-ranges.ts';
import { GcBench } from './testing.ts';

const options = { objectBlocks: 10n, objectSafeBlocks: 20n };
const open = async (t: { after: (work: () => Promise<void>) => void }) => {
  const bench = await GcBench.open();
  t.after(() => bench.close());
  return { bench, ranges: new ObjectRanges(options, bench) };
};

const canceled = { name: 'GfSpError', innerCode: 60004 };

test('a range begins with a deletion, and never ends among the newest blocks', async (t) => {
  const { bench, ranges } = await open(t);
  bench.deleted.set(1n, 7n).set(2n, 30n);
  bench.height = 26n;
  await ranges.round();
  assert.equal(await bench.take('gc-object'), undefined, 'block 7 is not old enough');
  bench.height = 27n;
  await ranges.round();
  const first = await bench.take('gc-object');
  assert.deepEqual([first?.value.start_block_number, first?.value.end_block_number], [7n, 7n]);
  bench.height = 100n;
  await ranges.round();
  const second = await bench.take('gc-object');
  assert.deepEqual([second?.value.start_block_number, second?.value.end_block_number], [30n, 40n]);
  assert.equal(await bench.take('gc-object'), undefined);
});

test('a million blocks without a deletion cost one question, and none is asked about twice', async (t) => {
  const { bench, ranges } = await open(t);
  bench.height = 1_000_000n;
  await ranges.round();
  assert.equal(bench.questions, 1);
  assert.equal(await ranges.cursor(), 999_981n);
  await ranges.round();
  assert.equal(bench.questions, 1);
});

test('blocks that the tables do not have yet are left for later', async (t) => {
  const { bench, ranges } = await open(t);
  bench.deleted.set(1n, 50n);
  bench.height = 100n;
  bench.tables = 40n;
  await ranges.round();
  assert.equal(await ranges.cursor(), 41n);
  bench.tables = undefined;
  await ranges.round();
  assert.equal((await bench.take('gc-object'))?.value.start_block_number, 50n);
});

test('after a restart a range goes on at the block and object that were reported', async (t) => {
  const { bench, ranges } = await open(t);
  bench.deleted.set(1n, 7n).set(2n, 9n);
  bench.height = 100n;
  await ranges.round();
  const task = (await bench.take('gc-object'))!;
  await ranges.reported({ ...task, value: { ...task.value, current_block_number: 7n, last_deleted_object_id: 1n } });
  await bench.restart();
  const again = new ObjectRanges(options, bench);
  await again.resume();
  const resumed = (await bench.take('gc-object'))!;
  assert.equal(resumed.key, task.key);
  assert.deepEqual([resumed.value.current_block_number, resumed.value.last_deleted_object_id], [7n, 1n]);
  assert.equal(await again.cursor(), 18n);
  await again.round();
  assert.equal(await bench.take('gc-object'), undefined, 'it is not pushed twice');
});

test('a finished range is the cursor of the next start, and takes the place of the one before', async (t) => {
  const { bench, ranges } = await open(t);
  bench.deleted.set(1n, 7n).set(2n, 30n);
  bench.height = 200n;
  await ranges.round();
  for (const _ of [1, 2]) {
    const task = (await bench.take('gc-object'))!;
    const current_block_number = task.value.end_block_number + 1n;
    await ranges.reported({ ...task, value: { ...task.value, current_block_number } });
  }
  assert.equal((await bench.spdb.listGcProgress(10)).length, 1);
  await bench.restart();
  const again = new ObjectRanges(options, bench);
  assert.equal(await again.cursor(), 41n);
  assert.equal(await again.oldest(), 41n);
  await again.round();
  assert.equal(await bench.take('gc-object'), undefined);
});

test('reports of what is not queued, or behind what is known, are refused', async (t) => {
  const { bench, ranges } = await open(t);
  bench.deleted.set(1n, 7n);
  bench.height = 100n;
  await ranges.round();
  const task = (await bench.take('gc-object'))!;
  const at = (block: bigint, id: bigint) => ({
    ...task,
    value: { ...task.value, current_block_number: block, last_deleted_object_id: id },
  });
  await ranges.reported(at(9n, 5n));
  await assert.rejects(ranges.reported(at(9n, 4n)), canceled);
  await assert.rejects(ranges.reported(at(8n, 9n)), canceled);
  assert.equal(await ranges.oldest(), 9n);
  await ranges.reported(at(18n, 0n));
  await assert.rejects(ranges.reported(at(18n, 0n)), canceled, 'it is done');
});

test('a range that failed too often comes again in a later round, where it was', async (t) => {
  const { bench, ranges } = await open(t);
  bench.deleted.set(1n, 7n);
  bench.height = 100n;
  await ranges.round();
  const task = (await bench.take('gc-object'))!;
  await ranges.reported({ ...task, value: { ...task.value, current_block_number: 8n } });
  await bench.queues.of('gc-object').complete(task.key);
  const err = toTaskError(new GfSpError({ code_space: 'x', http_status_code: 500, inner_code: 1, description: 'no' }));
  await assert.rejects(
    ranges.reported({ ...task, value: { ...task.value, task: { ...task.value.task, err } } }),
    canceled,
  );
  await ranges.round();
  assert.equal((await bench.take('gc-object'))?.value.current_block_number, 8n);
});

test('no more ranges are opened than the queue holds', async (t) => {
  const { bench, ranges } = await open(t);
  for (let id = 1n; id <= 9n; id++) bench.deleted.set(id, id * 20n);
  bench.height = 1000n;
  await ranges.round();
  assert.equal(await bench.queues.of('gc-object').size(), 4);
  assert.equal((await bench.spdb.listGcProgress(10)).length, 4);
});

test('ranges that always fail leave room for others, and come up in turn', async (t) => {
  const { bench, ranges } = await open(t);
  bench.height = 1_000_000n;
  for (let id = 1n; id <= 10n; id++) bench.deleted.set(id, id * 1000n);
  const times = new Map<bigint, number>();
  for (let round = 0; round < 30; round++) {
    await ranges.round();
    for (let task = await bench.take('gc-object'); task; task = await bench.take('gc-object')) {
      const start = task.value.start_block_number;
      times.set(start, (times.get(start) ?? 0) + 1);
      // given up after its attempts
      await bench.queues.of('gc-object').complete(task.key);
    }
  }
  assert.equal(times.size, 10);
  for (const [start, count] of times) assert.ok(count > 3, `the range at ${start} came ${count} times`);
});
