import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GcBench } from './testing.ts';
import { ZombieRanges } from './zombie-ranges.ts';

const options = { zombieIds: 10n, zombieSafeIds: 5n };
const checksum = new Uint8Array(32);

async function open(t: { after: (work: () => Promise<void>) => void }, ...ids: bigint[]) {
  const bench = await GcBench.open();
  t.after(() => bench.close());
  for (const object_id of ids) {
    await bench.spdb.setPieceHash({
      ...{ object_id, segment_index: 0, redundancy_index: 0, version: 0n },
      piece_checksum: checksum,
    });
  }
  return { bench, zombies: new ZombieRanges(options, bench) };
}

/** The range that is handed out, which is done then. */
async function next(bench: GcBench, zombies: ZombieRanges): Promise<[bigint, bigint] | undefined> {
  await zombies.round();
  const task = await bench.take('gc-zombie');
  if (task) await bench.queues.settle(task);
  return task && [task.value.start_object_id, task.value.end_object_id];
}

test('ranges begin with an id that has a row, leave the newest ids alone, and come round again', async (t) => {
  const { bench, zombies } = await open(t, 3n, 4n, 90n, 97n);
  bench.latestId = 100n;
  assert.deepEqual(await next(bench, zombies), [3n, 12n]);
  assert.deepEqual(await next(bench, zombies), [90n, 95n]);
  assert.equal(await next(bench, zombies), undefined, '97 is among the newest');
  assert.deepEqual(await next(bench, zombies), [3n, 12n]);
});

test('one range at a time, and a restart goes on with the next', async (t) => {
  const { bench, zombies } = await open(t, 3n, 40n);
  bench.latestId = 100n;
  await zombies.round();
  await zombies.round();
  assert.equal(await bench.queues.of('gc-zombie').size(), 1);
  await bench.restart();
  const again = new ZombieRanges(options, bench);
  assert.equal(await again.cursor(), 13n);
  assert.deepEqual(await next(bench, again), [40n, 49n]);
});

test('a young chain has nothing old enough', async (t) => {
  const { bench, zombies } = await open(t, 1n, 2n);
  bench.latestId = 4n;
  assert.equal(await zombies.lastId(), -1n);
  assert.equal(await next(bench, zombies), undefined);
});
