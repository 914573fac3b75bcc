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
  if (task) await zombies.reported(task);
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

test('one range at a time, and a restart goes on where it was', async (t) => {
  const { bench, zombies } = await open(t, 3n, 40n);
  bench.latestId = 100n;
  await zombies.round();
  await zombies.round();
  assert.equal(await bench.queues.of('gc-zombie').size(), 1);
  await bench.restart();
  const again = new ZombieRanges(options, bench);
  assert.deepEqual(await next(bench, again), [3n, 12n]);
  assert.equal(await again.cursor(), 13n);
  assert.deepEqual(await next(bench, new ZombieRanges(options, bench)), [40n, 49n]);
});

test('where a task has time for few objects ranges become shorter, and all are looked at', async (t) => {
  const ids = Array.from({ length: 2000 }, (_, i) => BigInt(i + 1));
  const { bench } = await open(t, ...ids);
  bench.latestId = 2000n;
  const zombies = new ZombieRanges({ zombieIds: 2000n, zombieSafeIds: 0n }, bench);
  const examined = new Set<bigint>();
  for (let round = 0; round < 40; round++) {
    await zombies.round();
    const task = await bench.take('gc-zombie');
    if (!task) continue;
    const { start_object_id: start, end_object_id: end } = task.value;
    for (let id = start; id <= end && id < start + 300n; id++) examined.add(id);
    if (end - start < 300n) await zombies.reported(task);
    else await bench.queues.of('gc-zombie').complete(task.key);
  }
  assert.equal(examined.size, 2000);
});

test('what cannot be looked at is passed over, and its neighbours are not', async (t) => {
  const ids = Array.from({ length: 500 }, (_, i) => BigInt(i + 1));
  const { bench } = await open(t, ...ids);
  bench.latestId = 500n;
  const zombies = new ZombieRanges({ zombieIds: 256n, zombieSafeIds: 0n }, bench);
  const done: bigint[] = [];
  for (let round = 0; round < 20; round++) {
    await zombies.round();
    const task = await bench.take('gc-zombie');
    if (!task) break;
    const { start_object_id: start, end_object_id: end } = task.value;
    if (start <= 100n && end >= 100n) await bench.queues.of('gc-zombie').complete(task.key);
    else {
      done.push(start);
      await zombies.reported(task);
    }
  }
  assert.ok(done.includes(65n + 64n), `ranges at ${done}`);
});

test('a young chain has nothing old enough', async (t) => {
  const { bench, zombies } = await open(t, 1n, 2n);
  bench.latestId = 4n;
  assert.equal(await zombies.lastId(), -1n);
  assert.equal(await next(bench, zombies), undefined);
});
