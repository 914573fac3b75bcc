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
  db.buckets.liveById(1n);
  db.buckets.ofPayer(OWNER, 1000);
  db.buckets.ofFamilyBefore(1, 9n, 1000);
  db.objects.idsInLvg({ bucket: 'b', lvgId: 1, after: 0n, limit: 50 });
  db.objects.idsInLvg({ bucket: 'b', lvgId: 1, after: 0n, until: 9n, createdUntil: 9n, limit: 50 });
  db.objects.latestId();
  db.groups.live(1n);
  db.groups.countMembers(1n);
  db.groups.countByName({ prefix: 'a', name: 'b', source_type: 0 });
  db.groups.membershipsOf(OWNER, 0n, 50);
  db.groups.membersOf(1n, OWNER, 50);
  db.groups.ownedBy(OWNER, 0n, 50);
  db.permissions.access('b', 'a/b');
  db.permissions.pageOfResource(2, 1n, 0n, 50);
  db.virtualGroups.familiesOfSp(1);
  db.virtualGroups.gvgsOfSecondary(1);
  db.virtualGroups.liveLvg(1n, 1);
  db.virtualGroups.lvgsOfBucket(1n);
  db.virtualGroups.lvgsOfGvg(1);
  for (const until of [undefined, 9n]) {
    db.events.migrationsTo(1, until);
    db.events.latestMigration(1n, until);
    db.events.latestCompleteMigration(1n, until);
    db.events.latestCancelMigration(1n, until);
    db.events.latestRejectMigration(1n, until);
    db.events.swapOutsOf(1, until);
    db.events.cancelSwapOutsOf(1, until);
    db.events.completeSwapOutsOf(1, until);
  }
  db.events.completeMigrationsFrom(1, 9n);
  db.events.latestSpExit(1, 9n);
  db.events.latestCompleteSpExit(1, 9n);
}

/** Where sorting is inherent: by id, of what a name or the height of its removal finds. */
function askSorted(db: BsDb): void {
  db.groups.listByName({ prefix: 'a', name: 'b', source_type: undefined }, 50, 0);
  db.objects.removedBetween(1n, 9n, 1000);
}

test('no query reads a whole table, no page is sorted', () => {
  const db = new BsDb({ path: ':memory:' });
  db.objects.put({ bucket_name: 'b', object_name: 'a/b', object_id: 1n });
  db.prefixTree.insert('b', 'a/b', 1n);
  db.objects.put({ bucket_name: 'other', object_name: 'a', object_id: 2n, removed: true });
  db.groups.put({ group_id: 1n });
  const plans = plansOf(db, () => askAll(db));
  assert.ok(plans.size > 50, `${plans.size} queries`);
  for (const [sql, steps] of plans) {
    for (const step of steps) assert.doesNotMatch(step, /^SCAN|TEMP B-TREE/, sql);
  }
  for (const [sql, steps] of plansOf(db, () => askSorted(db))) {
    for (const step of steps)
      assert.match(step, /^(SEARCH .*INDEX|USE TEMP B-TREE FOR ORDER BY|MERGE|LEFT|RIGHT)/, sql);
    assert.ok(
      steps.some((step) => /groups_idx2|objects_\d+_idx3|object_id=/.test(step)),
      sql,
    );
  }
});

/** How SQLite finds the rows of every query of `work`, one line per loop. */
function plansOf(db: BsDb, work: () => void): Map<string, string[]> {
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
  work();
  Object.assign(db.sqlite, { all, get });
  const queries = [...asked].filter(([sql]) => !sql.includes('sqlite_master'));
  return new Map(queries.map(([sql, params]) => [sql, db.sqlite.explain(sql, params)]));
}
