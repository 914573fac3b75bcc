import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BsDb } from './bsdb.ts';

const OWNER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
const addressOf = (n: number) => `0x${n.toString(16).padStart(40, '0')}`;

function withGroups(names: readonly string[]): BsDb {
  const db = new BsDb({ path: ':memory:' });
  for (const [i, group_name] of names.entries()) {
    db.groups.put({ group_id: BigInt(i + 1), owner: OWNER, group_name, source_type: i % 2 });
  }
  return db;
}

// few letters, so that names share parts; what SQL takes for a pattern is a letter like others
const letter = fc.constantFrom('a', 'b', '%', '_', '\\', ' ', '+', '/', 'é', '\u{1f600}');
const word = fc.string({ unit: letter, minLength: 1, maxLength: 3 });
const groupName = fc.string({ unit: letter, minLength: 1, maxLength: 8 });

test('a search by name finds what begins with the prefix and has the name behind it', () => {
  fc.assert(
    fc.property(fc.array(groupName, { maxLength: 20 }), word, word, fc.nat(5), (names, prefix, name, offset) => {
      const db = withGroups(names);
      const fits = names.filter((one) => one.startsWith(prefix) && one.slice(prefix.length).includes(name));
      const query = { prefix, name, source_type: undefined };
      assert.equal(db.groups.countByName(query), fits.length);
      const found = db.groups.listByName(query, 3, offset).map((row) => row.group_name);
      assert.deepEqual(found, fits.slice(offset, offset + 3));
      db.close();
    }),
    { numRuns: 200 },
  );
});

test('a search leaves out members, removed groups, and other sources', () => {
  const db = withGroups(['aa', 'ab', 'ac']);
  db.groups.put({ group_id: 1n, account_id: addressOf(5), group_name: 'aa' });
  db.groups.updateGroup(3n, { removed: true });
  const ids = (source_type?: number) =>
    db.groups.listByName({ prefix: 'a', name: '', source_type }, 10, 0).map((row) => row.group_id);
  assert.deepEqual(ids(), [1n, 2n]);
  assert.deepEqual(ids(1), [2n]);
});

test('members, memberships and groups of an owner come in pages, without those that are removed', () => {
  const db = withGroups(['a', 'b', 'c']);
  for (const member of [9, 3, 7]) {
    for (const group of [1n, 2n]) db.groups.put({ group_id: group, account_id: addressOf(member), owner: OWNER });
  }
  db.groups.updateMember(1n, addressOf(7), { removed: true });
  const members = (after: number, limit = 10) =>
    db.groups.membersOf(1n, addressOf(after), limit).map((row) => Number(row.account_id));
  assert.deepEqual(members(0), [3, 9]);
  assert.deepEqual(members(3), [9]);
  assert.deepEqual(members(0, 1), [3]);
  assert.equal(db.groups.countMembers(1n), 2);
  const groupsOf = (account: string, after: bigint) =>
    db.groups.membershipsOf(account, after, 10).map((row) => row.group_id);
  assert.deepEqual(groupsOf(addressOf(9), 0n), [1n, 2n]);
  assert.deepEqual(groupsOf(addressOf(9), 1n), [2n]);
  assert.deepEqual(groupsOf(addressOf(0), 0n), [], 'nobody is the zero account');
  const owned = (after: bigint) => db.groups.ownedBy(OWNER, after, 10).map((row) => row.group_id);
  assert.deepEqual(owned(0n), [1n, 2n, 3n]);
  assert.deepEqual(owned(2n), [3n]);
  assert.equal(db.groups.updateLiveMember(1n, addressOf(7), {}), 0);
});
