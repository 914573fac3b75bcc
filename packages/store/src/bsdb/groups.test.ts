import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inEveryEngine } from './testing/open.ts';

const addressOf = (n: number) => `0x${n.toString(16).padStart(40, '0')}`;
const NOBODY = addressOf(0);

// few letters, so that names share parts; what SQL takes for a pattern is a letter like others
const letter = fc.constantFrom('a', 'A', 'b', '%', '_', '\\', ' ', '+', '/', 'é', '\u{1f600}');
const word = fc.string({ unit: letter, minLength: 1, maxLength: 3 });
const groupName = fc.string({ unit: letter, minLength: 1, maxLength: 8 });

inEveryEngine('groups', (db, engine) => {
  test('a search by name finds what begins with the prefix and has the name behind it', async () => {
    let made = 0;
    const search = async (names: readonly string[], prefix: string, name: string, offset: number) => {
      // groups of earlier runs are in the same table: each has names of its own
      const run = `${++made}-`;
      const first = BigInt(made * 1000);
      await db().transaction(async ({ groups }) => {
        for (const [i, one] of names.entries()) {
          await groups.put({
            group_id: first + BigInt(i),
            owner: addressOf(7),
            group_name: run + one,
            source_type: i % 2,
          });
        }
      });
      const fits = names.filter((one) => one.startsWith(prefix) && one.slice(prefix.length).includes(name));
      const query = { prefix: run + prefix, name, source_type: undefined };
      assert.equal(await db().groups.countByName(query), fits.length);
      const found = await db().groups.listByName(query, 3, offset);
      assert.deepEqual(
        found.map((row) => row.group_name),
        fits.slice(offset, offset + 3).map((one) => run + one),
      );
    };
    await fc.assert(fc.asyncProperty(fc.array(groupName, { maxLength: 20 }), word, word, fc.nat(5), search), {
      numRuns: engine === 'sqlite' ? 200 : 30,
    });
  });

  test('a search leaves out members, removed groups, and other sources', async () => {
    const { groups } = db();
    for (const [i, group_name] of ['s-a', 's-b', 's-c'].entries()) {
      await groups.put({ group_id: BigInt(i + 1), owner: addressOf(8), group_name, source_type: i % 2 });
    }
    await groups.put({ group_id: 1n, account_id: addressOf(5), group_name: 's-a' });
    await groups.updateGroup(3n, { removed: true });
    const ids = async (source_type?: number) =>
      (await groups.listByName({ prefix: 's-', name: '', source_type }, 10, 0)).map((row) => row.group_id);
    assert.deepEqual(await ids(), [1n, 2n]);
    assert.deepEqual(await ids(1), [2n]);
    assert.deepEqual(
      (await groups.liveByIds([1n, 2n, 3n, 1n])).map((row) => row.group_id),
      [1n, 2n],
    );
  });

  test('members, memberships and groups of an owner come in pages, without those that are removed', async () => {
    const { groups } = db();
    const owner = addressOf(9);
    for (const group_id of [11n, 12n, 13n]) {
      await groups.put({ group_id, owner, group_name: `p-${group_id}` });
      for (const member of [29, 23, 27]) {
        if (group_id !== 13n) await groups.put({ group_id, account_id: addressOf(member), owner });
      }
    }
    await groups.updateMember(11n, addressOf(27), { removed: true });
    const members = async (after: number, limit = 10) =>
      (await groups.membersOf(11n, addressOf(after), limit)).map((row) => Number(row.account_id));
    assert.deepEqual(await members(0), [23, 29]);
    assert.deepEqual(await members(23), [29]);
    assert.deepEqual(await members(0, 1), [23]);
    assert.deepEqual(
      await groups.countMembers([11n, 12n, 13n]),
      new Map([
        [11n, 2],
        [12n, 3],
      ]),
    );
    const groupsOf = async (account: string, after: bigint) =>
      (await groups.membershipsOf(account, after, 10)).map((row) => row.group_id);
    assert.deepEqual(await groupsOf(addressOf(29), 0n), [11n, 12n]);
    assert.deepEqual(await groupsOf(addressOf(29), 11n), [12n]);
    assert.deepEqual(await groupsOf(NOBODY, 0n), [], 'nobody is the zero account');
    const owned = async (after: bigint) => (await groups.ownedBy(owner, after, 10)).map((row) => row.group_id);
    assert.deepEqual(await owned(0n), [11n, 12n, 13n]);
    assert.deepEqual(await owned(12n), [13n]);
    assert.equal(await groups.updateLiveMember(11n, addressOf(27), { extra: 'x' }), 0);
    assert.equal(await groups.updateLiveMember(11n, addressOf(29), { extra: 'x' }), 1);
    await groups.updateByName(owner, 'p-12', { extra: 'by name' });
    assert.equal((await groups.live(12n))?.extra, 'by name');
    await groups.updateAll(12n, { removed: true });
    assert.deepEqual(await owned(0n), [11n, 13n]);
  });

  test('members of groups: not expired, not removed, of groups that exist', async () => {
    const { groups } = db();
    for (const group_id of [21n, 22n, 23n]) {
      await groups.put({ group_id, owner: addressOf(1), group_name: `m-${group_id}` });
      await groups.put({ group_id, account_id: addressOf(31), expiration_time: 100n });
    }
    const of = (account: string, now: bigint) => groups.memberOf([21n, 22n, 23n, 21n, 99n], account, now);
    await groups.updateMember(22n, addressOf(31), { expiration_time: 0n });
    await groups.updateGroup(23n, { removed: true });
    assert.deepEqual((await of(addressOf(31), 99n)).sort(), [21n, 22n]);
    assert.deepEqual(await of(addressOf(31), 100n), [22n]);
    assert.deepEqual(await of(addressOf(32), 0n), []);
    assert.deepEqual(await of(NOBODY, 0n), []);
    assert.deepEqual(await groups.memberOf([], addressOf(31), 0n), []);
  });
});
