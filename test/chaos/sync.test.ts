/**
 * `kill -9` at 200 random moments of syncs: each time the next process goes on from what is on disk, and in the end the
 * tables are those of a sync that nobody disturbed. The seed is printed: PRAIRIE_SEED repeats the blocks and the waits, as
 * far as a process and a clock can be repeated.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dumpOf, syncKilled } from '@prairie/sp/testing/blocksyncer';
import { testDatabases } from '@prairie/store/testing';

const BLOCKS = { blocks: 240, events: 16 };
/** Of one sync at most; then it may come to its end. */
const KILLS_PER_SYNC = 20;
const KILLS = { sqlite: 200, postgres: 20, mysql: 20 };
/** Syncs at a time: most of the time of one is the start of its processes. */
const LANES = 2;

const seed = Number(process.env.PRAIRIE_SEED ?? Math.floor(Math.random() * 2 ** 31));

for (const { engine, skip, fresh } of testDatabases()) {
  test(`kill -9 of a sync loses and repeats nothing: ${engine}`, { skip }, async (t) => {
    t.diagnostic(`seed ${seed}`);
    let killed = 0;
    let rounds = 0;
    const lane = async () => {
      while (killed < KILLS[engine]) {
        const options = { ...BLOCKS, seed: seed + rounds++ };
        const [disturbed, whole] = [await fresh(), await fresh()];
        await syncKilled(whole, options, { kills: 0 });
        killed += await syncKilled(disturbed, options, { kills: KILLS_PER_SYNC });
        assert.deepEqual(await dumpOf(disturbed), await dumpOf(whole), `seed ${options.seed}`);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    t.diagnostic(`killed ${killed} times`);
  });
}
