import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSqlite } from '../sqlite/database.ts';
import { BsDb } from './bsdb.ts';
import { migrations } from './schema/migrations.ts';

test('tables of an earlier release get what was added, derived from their rows', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'prairie-bsdb-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'bs.db');
  const old = new BsDb({ path });
  for (const [i, status] of [0, 1, 1].entries()) {
    old.objects.put({ bucket_name: 'b', object_name: `o${i}`, object_id: BigInt(i + 1), status });
  }
  for (const [id, secondary_sp_ids] of [
    [1, [2, 3]],
    [2, [3]],
    [3, []],
  ] as const) {
    old.virtualGroups.putGvg({ global_virtual_group_id: id, secondary_sp_ids: [...secondary_sp_ids] });
  }
  // as the first release left it
  old.sqlite.exec(`DROP TABLE gvg_secondaries; DROP TABLE object_counts; DROP INDEX objects_03_idx3;
    UPDATE schema_version SET version = 1`);
  old.close();

  const db = new BsDb({ path });
  const ids = (spId: number) => db.virtualGroups.gvgsOfSecondary(spId).map((row) => row.global_virtual_group_id);
  assert.deepEqual([ids(2), ids(3), ids(4)], [[1], [1, 2], []]);
  const { total, sealed } = db.statistics.objectCounts();
  assert.equal(total.length, 64);
  assert.deepEqual([total.filter((n) => n > 0n), sealed.filter((n) => n > 0n)], [[3n], [2n]]);
  const indexes = db.sqlite.all("SELECT name FROM sqlite_master WHERE name LIKE 'objects_%_idx3'");
  assert.equal(indexes.length, 1);
  db.close();
  // a second opening finds nothing to do
  openSqlite(path, { synchronous: 'normal', migrations }).close();
});
