import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { silentLogger } from '@prairie/gfsp';
import fc from 'fast-check';
import { PRIMARY } from '../common/integrity.ts';
import { type BackgroundOptions, BackgroundScrub } from './background.ts';
import type { Scrubber } from './scrubber.ts';
import { OWN_INDEX, World } from './testing.ts';

const FAST = 2 ** 40;

/** A process that scrubs; it is stopped by `stop` or with the end of a pass of its own, of which none ends at 1. */
const BEFORE = 1;
function processOf(world: World, options: BackgroundOptions, scrubber: Pick<Scrubber, 'look'> = world.scrubber()) {
  const end = new AbortController();
  const passed: number[] = [];
  const background = new BackgroundScrub(
    { bytesPerSecond: FAST, ...options },
    {
      ...{ spdb: world.spdb, client: { metadata: world.metadata }, scrubber, logger: silentLogger },
      onPassed: (at) => {
        if (at === BEFORE) return;
        passed.push(at);
        end.abort(new Error('one pass is enough'));
      },
    },
  );
  return { background, passed, stop: end, run: () => background.run(end.signal) };
}

/** The scrubber, which tells what it looked at to the end, and ends the process at the piece of that number. */
function watched(world: World, { rows, stopAt, stop }: { rows: string[]; stopAt: number; stop: () => void }) {
  const scrubber = world.scrubber();
  let left = stopAt;
  const look: Scrubber['look'] = async function* (key, pace, signal) {
    for await (const scrubbed of scrubber.look(key, pace, signal)) {
      if (left-- === 0) stop();
      yield scrubbed;
    }
    rows.push(`${key.object_id} ${key.redundancy_index}`);
  };
  return { look };
}

async function filled(count: number): Promise<World> {
  const world = new World();
  for (let i = 0; i < count; i++) await world.add([1, 65, 300][i % 3]!, i % 2 === 0 ? PRIMARY : OWN_INDEX);
  return world;
}

describe('scrubbing in the background', () => {
  test('covers every row and counts every piece once, wherever it is cut off and goes on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 12 }), { maxLength: 6 }), async (stops) => {
        const world = await filled(9);
        const rows: string[] = [];
        for (const stopAt of stops) {
          const end = new AbortController();
          const scrubber = watched(world, { rows, stopAt, stop: () => end.abort(new Error('cut off')) });
          const one = processOf(world, {}, scrubber);
          end.signal.addEventListener('abort', () => one.stop.abort(end.signal.reason));
          await one.run();
          if (one.passed.length > 0) break;
        }
        const isThrough = ((await world.spdb.getScrubProgress())?.last_finished_at ?? 0) > 0;
        if (!isThrough) await processOf(world, {}, watched(world, { rows, stopAt: -1, stop: () => {} })).run();
        assert.deepEqual(
          [...new Set(rows)].sort(),
          world.stored.map(({ row }) => `${row.object_id} ${row.redundancy_index}`).sort(),
        );
        const progress = (await world.spdb.getScrubProgress())!;
        const pieces = world.stored.flatMap((one) => one.pieces);
        assert.equal(progress.last_pieces, pieces.length);
        assert.equal(
          progress.last_bytes,
          pieces.reduce((sum, [, bytes]) => sum + bytes.length, 0),
        );
        assert.deepEqual([progress.holder, progress.started_at, progress.object_id], ['', 0, 0n]);
      }),
      { numRuns: 40 },
    );
  });

  test('repairs, and tells what the last pass found', async () => {
    const world = await filled(4);
    const [key] = world.stored[1]!.pieces[0]!;
    await world.store.delete(key);
    const { background, run } = processOf(world, { intervalSeconds: 60, now: () => 1000 });
    assert.equal((await background.status()).progress, undefined);
    await run();
    assert.ok(await world.isWhole(world.stored[1]!));
    const { progress, bytes_per_second, interval_seconds } = await background.status();
    assert.deepEqual([bytes_per_second, interval_seconds], [BigInt(FAST), 60n]);
    assert.deepEqual([progress?.last_damaged, progress?.last_repaired, progress?.last_failed], [1, 1, 0]);
    assert.deepEqual([progress?.last_started_at, progress?.last_finished_at], [1000, 1000]);
  });

  test('the next pass begins when its time has come, also in another process', async () => {
    const world = await filled(3);
    const first = processOf(world, { intervalSeconds: 60, now: () => BEFORE });
    const passing = first.run();
    while (!(await world.spdb.getScrubProgress())?.last_finished_at) await new Promise(setImmediate);
    first.stop.abort(new Error('its pass is over'));
    await passing;
    const rows: string[] = [];
    const scrubber = watched(world, { rows, stopAt: -1, stop: () => {} });
    const early = processOf(world, { intervalSeconds: 60, now: () => BEFORE + 59 }, scrubber);
    const running = early.run();
    await new Promise((resolve) => setTimeout(resolve, 20));
    early.stop.abort(new Error('it waits'));
    await running;
    assert.deepEqual(rows, []);
    const late = processOf(world, { intervalSeconds: 60, now: () => BEFORE + 60 }, scrubber);
    await late.run();
    assert.equal(rows.length, 3);
    assert.deepEqual(late.passed, [BEFORE + 60]);
  });

  test('of several managers one scrubs; another goes on when that one is dead', async () => {
    const world = await filled(6);
    let time = 1000;
    const now = () => time;
    const rows: string[] = [];
    const never = { rows, stopAt: -1, stop: () => {} };
    // the first one is killed: it does not say that it leaves
    const killed = Promise.withResolvers<void>();
    const hanging: Pick<Scrubber, 'look'> = {
      async *look() {
        killed.resolve();
        await new Promise(() => {});
      },
    };
    void processOf(world, { now }, hanging).run();
    await killed.promise;
    const second = processOf(world, { now }, watched(world, never));
    const waiting = second.run();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(rows, []);
    second.stop.abort(new Error('it waits'));
    await waiting;
    time += 61;
    await processOf(world, { now }, watched(world, never)).run();
    assert.equal(rows.length, 6);
  });

  test('without a rate nothing is looked at; without pieces a pass is over at once', async () => {
    const world = await filled(2);
    await processOf(world, { bytesPerSecond: 0 }).run();
    assert.equal(await world.spdb.getScrubProgress(), undefined);
    const empty = new World();
    await processOf(empty, {}).run();
    assert.equal((await empty.spdb.getScrubProgress())?.last_pieces, 0);
  });
});
