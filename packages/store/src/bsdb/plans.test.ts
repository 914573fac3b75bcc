import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlValue } from '../sqlite/database.ts';
import { BsDb } from './bsdb.ts';

const OWNER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';

/** Every query that answers a request, once. */
function askAll(db: BsDb): void {
  db.buckets.ofOwner(OWNER, false, 100);
  db.buckets.ofOwner(OWNER, true, 100);
  db.buckets.countOfOwner(OWNER, false);
  db.buckets.byName('b');
  db.buckets.liveByName('b');
  db.buckets.byId(1n);
  for (const prefix of ['', 'a', 'a/b', '/']) {
    const names = { bucket: 'b', prefix, from: 'a', limit: 51 };
    db.objects.list(names, false);
    db.objects.list(names, true);
    db.prefixTree.list(names);
  }
  db.objects.live('b', 'a/b');
  db.objects.byId(1n);
  db.groups.byId(1n);
  db.groups.isMember(1n, OWNER, 0n);
  db.groups.rows(1n);
  db.permissions.ofResource(1, 1n, 2);
  db.permissions.ofPrincipal({ resource_type: 1, resource_id: 1n, principal_type: 1, principal_value: OWNER });
  db.permissions.statementsOf(1n);
  db.payments.streamRecord(OWNER);
  db.payments.accountsOf(OWNER);
  db.storageProviders.byId(1);
  db.storageProviders.byOperator(OWNER);
  db.virtualGroups.family(1);
  db.virtualGroups.gvg(1);
  db.virtualGroups.gvgIdsOfFamily(1);
  db.virtualGroups.lvg(1n, 1);
  db.prefixTree.remove('b', 'a/b', 1n);
}

test('no query reads a whole table, no page is sorted', () => {
  const db = new BsDb({ path: ':memory:' });
  db.objects.put({ bucket_name: 'b', object_name: 'a/b', object_id: 1n });
  db.prefixTree.insert('b', 'a/b', 1n);
  db.groups.put({ group_id: 1n });
  const asked = new Map<string, readonly SqlValue[]>();
  const { all, get } = db.sqlite;
  db.sqlite.all = (sql, params = []) => {
    asked.set(sql, params);
    return all.call(db.sqlite, sql, params);
  };
  db.sqlite.get = (sql, params = []) => {
    asked.set(sql, params);
    return get.call(db.sqlite, sql, params);
  };
  askAll(db);
  Object.assign(db.sqlite, { all, get });
  assert.ok(asked.size > 25, `${asked.size} queries`);
  for (const [sql, params] of asked) {
    if (sql.includes('sqlite_master')) continue;
    for (const step of db.sqlite.explain(sql, params)) assert.doesNotMatch(step, /^SCAN|TEMP B-TREE/, sql);
  }
});
