import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BsDb } from './bsdb.ts';

const OWNER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
const OTHER = '0xf1843e4CC26d56678fF153A18ca2569eB8D97d0B';
const open = () => new BsDb({ path: ':memory:' });

test('a bucket that is made again replaces the removed one of its name', () => {
  const db = open();
  db.buckets.put({ bucket_id: 1n, bucket_name: 'b', owner: OWNER, removed: true, storage_size: 5n });
  db.buckets.put({ bucket_id: 2n, bucket_name: 'b', owner: OWNER });
  assert.equal(db.buckets.byId(1n), undefined);
  assert.equal(db.buckets.liveByName('b')?.bucket_id, 2n);
  assert.equal(db.buckets.liveByName('b')?.storage_size, 0n);
});

test("a user's buckets: newest first, removed ones on demand", () => {
  const db = open();
  for (const [i, removed] of [false, true, false].entries()) {
    db.buckets.put({ bucket_id: BigInt(i), bucket_name: `b${i}`, owner: OWNER, create_at: BigInt(i), removed });
  }
  const names = (includeRemoved: boolean, limit = 100) =>
    db.buckets.ofOwner(OWNER, includeRemoved, limit).map((row) => row.bucket_name);
  assert.deepEqual(names(false), ['b2', 'b0']);
  assert.deepEqual(names(true), ['b2', 'b1', 'b0']);
  assert.deepEqual(names(true, 1), ['b2']);
  assert.equal(db.buckets.countOfOwner(OWNER, false), 2);
  assert.deepEqual(db.buckets.ofOwner(OTHER, true, 100), []);
});

test('bits of off_chain_status are set and cleared one by one, of live buckets only', () => {
  const db = open();
  db.buckets.put({ bucket_id: 1n, bucket_name: 'b' });
  db.buckets.setOffChainBit('b', 1, true, { update_at: 1n });
  db.buckets.setOffChainBit('b', 2, true, { update_at: 2n });
  assert.deepEqual([db.buckets.byId(1n)?.off_chain_status, db.buckets.byId(1n)?.update_at], [3, 2n]);
  db.buckets.setOffChainBit('b', 1, false, {});
  assert.equal(db.buckets.byId(1n)?.off_chain_status, 2);
  db.buckets.update(1n, { removed: true });
  db.buckets.setOffChainBit('b', 2, false, {});
  assert.equal(db.buckets.byId(1n)?.off_chain_status, 2);
});

test('objects are listed in byte order, literally by prefix', () => {
  const db = open();
  const names = ['a%', 'a_', 'aa', 'b', 'é', '\u{1f600}', '\uffff', 'A'];
  for (const [i, object_name] of names.entries()) {
    db.objects.put({ bucket_name: 'b', object_name, object_id: BigInt(i + 1) });
  }
  const list = (prefix: string, from = '') =>
    db.objects.list({ bucket: 'b', prefix, from, limit: 100 }, false).map((row) => row.object_name);
  assert.deepEqual(list(''), ['A', 'a%', 'a_', 'aa', 'b', 'é', '\uffff', '\u{1f600}']);
  assert.deepEqual(list('a%'), ['a%']);
  assert.deepEqual(list('a', 'a_'), ['a_', 'aa']);
  assert.deepEqual(db.objects.list({ bucket: 'none', prefix: '', from: '', limit: 9 }, true), []);
});

test('of several objects with one name, the live one is found', () => {
  const db = open();
  db.objects.put({ bucket_name: 'b', object_name: 'o', object_id: 1n, removed: true });
  db.objects.put({ bucket_name: 'b', object_name: 'o', object_id: 2n });
  assert.equal(db.objects.live('b', 'o')?.object_id, 2n);
  const all = db.objects.list({ bucket: 'b', prefix: '', from: '', limit: 9 }, true);
  assert.deepEqual(
    all.map((row) => row.object_id),
    [1n, 2n],
  );
});

test('members of a group: not expired, not removed, of a group that exists', () => {
  const db = open();
  db.groups.put({ group_id: 1n, owner: OWNER, group_name: 'g' });
  db.groups.put({ group_id: 1n, account_id: OTHER, expiration_time: 100n });
  assert.equal(db.groups.isMember(1n, OTHER, 99n), true);
  assert.equal(db.groups.isMember(1n, OTHER, 100n), false);
  db.groups.updateMember(1n, OTHER, { expiration_time: 0n });
  assert.equal(db.groups.isMember(1n, OTHER, 100n), true);
  assert.equal(db.groups.isMember(1n, OWNER, 0n), false);
  assert.equal(db.groups.isMember(1n, `0x${'0'.repeat(40)}`, 0n), false);
  db.groups.updateGroup(1n, { removed: true });
  assert.equal(db.groups.isMember(1n, OTHER, 0n), false);
});

test('a policy that is put again keeps its id and forgets its old statements', () => {
  const db = open();
  const policy = {
    principal_type: 1,
    principal_value: OTHER,
    resource_type: 1,
    resource_id: 5n,
    policy_id: 9n,
    create_timestamp: 1n,
    update_timestamp: 0n,
    expiration_time: 0n,
    removed: false,
  };
  db.permissions.put(policy, [
    { effect: 1, action_value: 2 },
    { effect: 2, action_value: 4 },
  ]);
  db.permissions.put(policy, [{ effect: 1, action_value: 8 }]);
  assert.deepEqual(
    db.permissions.statementsOf(9n).map((row) => row.action_value),
    [8],
  );
  db.permissions.remove(9n, 2n);
  assert.equal(db.permissions.ofPrincipal(policy), undefined);
  assert.deepEqual(db.permissions.statementsOf(9n), []);
});
