import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BucketMigrationState, PieceCondemnedError } from '@prairie/gfsp';
import { openSpDb } from './spdb.ts';
import { inEachEngine } from './testing/engines.ts';

const CHECKSUM = Buffer.alloc(32, 5);
const row = (object_id: bigint, redundancy_index = -1) => ({
  ...{ object_id, redundancy_index, integrity_checksum: CHECKSUM, object_size: 9n },
  piece_checksum_list: [CHECKSUM],
});
const piece = (object_id: bigint, segment_index: number, version = 0n) => ({
  ...{ object_id, redundancy_index: 2, segment_index, piece_checksum: CHECKSUM, version },
});
const content = (object_id: bigint, version = 1n) => ({ object_id, redundancy_index: 2, version });
/** In the next part of the integrity table. */
const FAR = 5_000_000n;

inEachEngine('what garbage collection asks', ({ fresh }) => {
  test('claims of many objects in all tables, and the ids that have any', async (t) => {
    const db = await openSpDb(await fresh());
    t.after(() => db.close());
    await db.insertUploadProgress(1n, false);
    await db.setIntegrity(row(2n));
    await db.setIntegrity(row(2n, 3));
    await db.setIntegrity(row(FAR + 1n));
    await db.setShadowIntegrity({ ...row(3n), version: 1n, updated_at: 4n });
    await db.setPieceHash(piece(4n, 0));
    await db.setPieceHash(piece(4n, 1));
    await db.setCondemned({ ...content(5n), segment_count: 1, blocked_until: 0 });
    const claims = await db.listClaims([1n, 2n, 3n, 4n, 5n, 6n, FAR + 1n, 2n]);
    const counts = [...claims].map(([id, { upload, integrity, shadows, pieces, condemned }]) => [
      ...[id, upload ? 1 : 0, integrity.length, shadows.length, pieces.length, condemned.length],
    ]);
    assert.deepEqual(
      counts.sort((a, b) => Number(BigInt(a[0]!) - BigInt(b[0]!))),
      [
        [1n, 1, 0, 0, 0, 0],
        [2n, 0, 2, 0, 0, 0],
        [3n, 0, 0, 1, 0, 0],
        [4n, 0, 0, 0, 2, 0],
        [5n, 0, 0, 0, 0, 1],
        [FAR + 1n, 0, 1, 0, 0, 0],
      ],
    );
    assert.deepEqual(await db.listClaimedObjects(0n, 2n * FAR, 10), [2n, 3n, 4n, 5n, FAR + 1n]);
    assert.deepEqual(await db.listClaimedObjects(2n, FAR, 2), [3n, 4n]);
    assert.deepEqual(await db.listClaimedObjects(5n, 6n, 10), []);
  });

  test('piece rows of one version go; shadow rows come in pages', async (t) => {
    const db = await openSpDb(await fresh());
    t.after(() => db.close());
    await db.setPieceHash(piece(1n, 0, 1n));
    await db.setPieceHash(piece(1n, 1, 2n));
    await db.deletePieceHashesOf(1n, 2, 1n);
    assert.deepEqual(
      (await db.listPieceHashes(1n, 2)).map(({ version }) => version),
      [2n],
    );
    for (const index of [-1, 0, 4]) await db.setShadowIntegrity({ ...row(7n, index), version: 1n, updated_at: 4n });
    await db.setShadowIntegrity({ ...row(8n), version: 1n, updated_at: 4n });
    const pageAfter = async (limit: number, redundancy_index: number) =>
      (await db.listShadowIntegrity(limit, { object_id: 7n, redundancy_index })).map((one) => one.redundancy_index);
    assert.equal((await db.listShadowIntegrity(10)).length, 4);
    assert.deepEqual(await pageAfter(2, -1), [0, 4]);
    assert.deepEqual(await pageAfter(2, 4), [-1]);
  });

  test('what is being deleted is not begun anew until then', async (t) => {
    let now = 1000;
    const db = await openSpDb(await fresh(), { now: () => now });
    t.after(() => db.close());
    await db.setCondemned({ ...content(1n), segment_count: 3, blocked_until: 1600 });
    await db.setCondemned({ ...content(2n), segment_count: 1, blocked_until: 0 });
    await assert.rejects(db.setPieceHash(piece(1n, 0, 1n)), PieceCondemnedError);
    assert.deepEqual(await db.listPieceHashes(1n, 2), []);
    await db.setPieceHash(piece(1n, 0, 2n));
    await db.setPieceHash(piece(2n, 0, 1n));
    assert.equal(await db.isCondemned(content(1n)), true);
    now = 1600;
    assert.equal(await db.isCondemned(content(1n)), false);
    await db.setPieceHash(piece(1n, 0, 1n));
    assert.deepEqual(await db.getCondemned(content(1n)), { ...content(1n), segment_count: 3, blocked_until: 1600 });
    assert.deepEqual(
      (await db.listCondemned(10, 1n)).map(({ object_id }) => object_id),
      [2n],
    );
    await db.deleteCondemned(content(1n));
    assert.equal((await db.listCondemned(10)).length, 1);
  });

  test('ranges of blocks, cursors and moves are remembered', async (t) => {
    const db = await openSpDb(await fresh());
    t.after(() => db.close());
    const range = {
      start_gc_block_id: 1n,
      end_gc_block_id: 1000n,
      current_gc_block_id: 1n,
      last_deleted_object_id: 0n,
    };
    await db.setGcProgress({ task_key: 'b', ...range });
    await db.setGcProgress({ task_key: 'a', ...range });
    await db.setGcProgress({ task_key: 'b', ...range, current_gc_block_id: 77n, last_deleted_object_id: 5n });
    const rows = await db.listGcProgress(10);
    assert.deepEqual(
      rows.map(({ task_key, current_gc_block_id }) => [task_key, current_gc_block_id]),
      [
        ['a', 1n],
        ['b', 77n],
      ],
    );
    await db.deleteGcProgress('a');
    assert.equal((await db.listGcProgress(10)).length, 1);
    assert.equal(await db.getSubscribeProgress('zombies'), 0n);
    await db.setSubscribeProgress('zombies', 2n ** 40n);
    assert.equal(await db.getSubscribeProgress('zombies'), 2n ** 40n);
    const { SRC_SP_GC_DOING, MIGRATION_FINISHED } = BucketMigrationState;
    for (let bucket = 1n; bucket <= 5n; bucket++) {
      const migration_state = bucket % 2n ? SRC_SP_GC_DOING : MIGRATION_FINISHED;
      await db.updateBucketMigration(bucket, { migration_state });
    }
    const moving = await db.listBucketMigrations([SRC_SP_GC_DOING], 2, 1n);
    assert.deepEqual(
      moving.map(({ bucket_id }) => bucket_id),
      [3n, 5n],
    );
  });

  test('old quota and old records go in pages, the oldest first', async (t) => {
    const db = await openSpDb(await fresh());
    t.after(() => db.close());
    const quota = { charged_quota: 100n, free_quota: 0n, monthly_free_quota: 0n };
    for (const [i, month] of ['2030-01', '2030-02', '2030-03', '2030-04'].entries()) {
      const read = { bucket_id: 1n, bucket_name: 'b', read_size: 1n };
      const record = {
        ...read,
        object_id: 1n,
        object_name: 'o',
        user_address: '',
        read_timestamp_us: BigInt(i) * 1000n,
      };
      assert.ok(await db.consumeReadQuota({ ...read, ...quota, month }, record));
    }
    const months = await db.listTrafficBefore('2030-03', 10);
    assert.deepEqual(
      months.map(({ month }) => month),
      ['2030-01', '2030-02'],
    );
    assert.equal(await db.deleteTrafficBefore('2030-03', 1), 1);
    assert.equal(await db.getBucketTraffic(1n, '2030-01'), undefined);
    assert.equal(await db.deleteTrafficBefore('2030-03', 10), 1);
    assert.ok(await db.getBucketTraffic(1n, '2030-03'));
    assert.equal(await db.countReadRecordsBefore(2000n, 10), 2);
    assert.equal(await db.deleteReadRecordsBefore(2000n, 1), 1);
    assert.equal(await db.deleteReadRecordsBefore(2000n, 10), 1);
    assert.equal((await db.listReadRecords(1n, 0n, 10_000n, 10)).length, 2);
  });
});
