/** Integrity rows page by page over the parts of their table, and how far the scrubbing is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IntegrityMeta, ScrubProgress } from '@prairie/gfsp';
import { openSpDb } from './spdb.ts';
import { inEachEngine } from './testing/engines.ts';

const RANGE = 5_000_000n;
/** In parts 0, 1, 63 and, beyond the last, 0 and 1 again. */
const IDS = [1n, 2n, RANGE - 1n, RANGE, 63n * RANGE + 5n, 64n * RANGE, 64n * RANGE + 1n, 129n * RANGE];

const progress: ScrubProgress = {
  ...{ holder: 'one', held_until: 1_795_230_060, object_id: 2n ** 63n - 1n, redundancy_index: 5 },
  ...{ started_at: 1_795_230_000, pieces: 7, bytes: 2 ** 50, damaged: 3, repaired: 2, failed: 1 },
  ...{ last_started_at: 1_795_100_000, last_finished_at: 1_795_100_100, last_pieces: 6, last_bytes: 2 ** 49 },
  ...{ last_damaged: 1, last_repaired: 1, last_failed: 0 },
};

function row(object_id: bigint, redundancy_index: number): IntegrityMeta {
  const checksum = Buffer.alloc(32, redundancy_index + 1);
  return {
    object_id,
    redundancy_index,
    integrity_checksum: checksum,
    piece_checksum_list: [checksum],
    object_size: 1n,
  };
}

inEachEngine('scrubbing', ({ fresh }) => {
  test('all integrity rows in the order of objects, in pages of any size', async (t) => {
    const db = await openSpDb(await fresh());
    t.after(() => db.close());
    assert.deepEqual(await db.listIntegrity(undefined, 10), []);
    const rows = IDS.flatMap((id) => [-1, 0, 5].map((index) => row(id, index)));
    for (const one of rows.toReversed()) await db.setIntegrity(one);
    for (const limit of [1, 2, 7, 24, 100]) {
      const found: IntegrityMeta[] = [];
      for (;;) {
        const page = await db.listIntegrity(found.at(-1), limit);
        found.push(...page);
        if (page.length < limit) break;
      }
      assert.deepEqual(found, rows);
    }
    // from a key that is not there any more
    const gone = { object_id: 3n, redundancy_index: 2 };
    assert.equal((await db.listIntegrity(gone, 1))[0]?.object_id, RANGE - 1n);
    assert.deepEqual(await db.listIntegrity({ object_id: 200n * RANGE, redundancy_index: -1 }, 5), []);
  });

  test('how far it is stands in one row', async (t) => {
    const db = await openSpDb(await fresh());
    t.after(() => db.close());
    assert.equal(await db.getScrubProgress(), undefined);
    await db.setScrubProgress({ ...progress, holder: '' });
    await db.setScrubProgress(progress);
    assert.deepEqual(await db.getScrubProgress(), progress);
  });
});
