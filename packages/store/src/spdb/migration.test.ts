import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BucketMigrationState } from '@prairie/gfsp';
import { SqliteSpDb } from './spdb.ts';

const BIG = 2n ** 64n - 1n;
const { SRC_SP_PRE_DEDUCT_QUOTA_DONE, MIGRATION_FINISHED } = BucketMigrationState;

test('a migration: only what is given changes, zeros too', () => {
  const db = new SqliteSpDb({ path: ':memory:' });
  assert.equal(db.getBucketMigration(BIG), undefined);
  db.deleteBucketMigration(BIG);
  db.updateBucketMigration(BIG, { migration_state: SRC_SP_PRE_DEDUCT_QUOTA_DONE, pre_deducted_quota: BIG });
  db.updateBucketMigration(BIG, { deducted_month: '2026-11', dest_sp_id: 4 });
  db.updateBucketMigration(BIG, { migration_state: MIGRATION_FINISHED, dest_sp_id: 0 });
  db.updateBucketMigration(BIG, {});
  assert.deepEqual(db.getBucketMigration(BIG), {
    ...{ bucket_id: BIG, migration_state: MIGRATION_FINISHED, pre_deducted_quota: BIG, recoup_quota: 0n },
    ...{ total_gvg_num: 0, migrated_finished_gvg_num: 0, gc_finished_gvg_num: 0, last_gc_object_id: 0n },
    ...{ last_gc_gvg_id: 0n, migrated_bytes: 0n, deducted_month: '2026-11', dest_sp_id: 0 },
  });
  db.deleteBucketMigration(BIG);
  assert.equal(db.getBucketMigration(BIG), undefined);
});

test('a swap-out stays as it was said first, on each side, and is there after opening again', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'prairie-spdb-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'sp.db');
  const unit = { swap_out_key: 'familyID-3', is_dest_sp: true, swap_out_msg: '7b7d', completed_gvg_list: [] };
  const db = new SqliteSpDb({ path });
  assert.equal(db.insertSwapOutUnit(unit), true);
  assert.equal(db.insertSwapOutUnit({ ...unit, swap_out_msg: '00', completed_gvg_list: [1] }), false);
  assert.equal(db.insertSwapOutUnit({ ...unit, is_dest_sp: false, completed_gvg_list: [1, 2] }), true);
  db.close();
  const again = new SqliteSpDb({ path });
  t.after(() => again.close());
  assert.deepEqual(again.getSwapOutUnit('familyID-3', true), unit);
  assert.deepEqual(again.getSwapOutUnit('familyID-3', false)?.completed_gvg_list, [1, 2]);
  assert.equal(again.getSwapOutUnit('familyID-4', true), undefined);
});
