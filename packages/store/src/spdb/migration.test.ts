import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BucketMigrationState } from '@prairie/gfsp';
import { openSpDb } from './spdb.ts';
import { inEachEngine } from './testing/engines.ts';

const BIG = 2n ** 64n - 1n;
const { SRC_SP_PRE_DEDUCT_QUOTA_DONE, MIGRATION_FINISHED } = BucketMigrationState;

inEachEngine('migrations of buckets and groups', ({ shared, fresh }) => {
  test('a migration: only what is given changes, zeros too', async () => {
    const db = await shared();
    assert.equal(await db.getBucketMigration(BIG), undefined);
    await db.deleteBucketMigration(BIG);
    await db.updateBucketMigration(BIG, { migration_state: SRC_SP_PRE_DEDUCT_QUOTA_DONE, pre_deducted_quota: BIG });
    await db.updateBucketMigration(BIG, { deducted_month: '2026-11', dest_sp_id: 4 });
    await db.updateBucketMigration(BIG, { migration_state: MIGRATION_FINISHED, dest_sp_id: 0 });
    await db.updateBucketMigration(BIG, {});
    assert.deepEqual(await db.getBucketMigration(BIG), {
      ...{ bucket_id: BIG, migration_state: MIGRATION_FINISHED, pre_deducted_quota: BIG, recoup_quota: 0n },
      ...{ total_gvg_num: 0, migrated_finished_gvg_num: 0, gc_finished_gvg_num: 0, last_gc_object_id: 0n },
      ...{ last_gc_gvg_id: 0n, migrated_bytes: 0n, deducted_month: '2026-11', dest_sp_id: 0 },
    });
    await db.deleteBucketMigration(BIG);
    assert.equal(await db.getBucketMigration(BIG), undefined);
  });

  test('of many that find no migration and begin one, in two processes, one does', async () => {
    const address = await fresh();
    const databases = [await openSpDb(address), await openSpDb(address)];
    for (let bucket = 1n; bucket <= 5n; bucket++) {
      const begin = (i: number) =>
        databases[i % 2]!.transaction(async (tables) => {
          if (await tables.getBucketMigration(bucket)) return false;
          await tables.updateBucketMigration(bucket, { dest_sp_id: i });
          return true;
        });
      const begun = await Promise.all(Array.from({ length: 8 }, (_, i) => begin(i)));
      assert.equal(begun.filter(Boolean).length, 1);
      assert.equal((await databases[0]!.getBucketMigration(bucket))?.dest_sp_id, begun.indexOf(true));
    }
    await Promise.all(databases.map((db) => db.close()));
  });

  test('a swap-out stays as it was said first, on each side, and is there after opening again', async () => {
    const address = await fresh();
    const unit = { swap_out_key: 'familyID-3', is_dest_sp: true, swap_out_msg: '7b7d', completed_gvg_list: [] };
    const db = await openSpDb(address);
    assert.equal(await db.insertSwapOutUnit(unit), true);
    assert.equal(await db.insertSwapOutUnit({ ...unit, swap_out_msg: '00', completed_gvg_list: [1] }), false);
    assert.equal(await db.insertSwapOutUnit({ ...unit, is_dest_sp: false, completed_gvg_list: [1, 2] }), true);
    await db.close();
    const again = await openSpDb(address);
    assert.deepEqual(await again.getSwapOutUnit('familyID-3', true), unit);
    assert.deepEqual((await again.getSwapOutUnit('familyID-3', false))?.completed_gvg_list, [1, 2]);
    assert.equal(await again.getSwapOutUnit('familyID-4', true), undefined);
    await again.close();
  });
});
