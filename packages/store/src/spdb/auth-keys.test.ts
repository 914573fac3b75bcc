import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_KEYS_OF_SCOPE } from './auth-keys.ts';
import { openSpDb } from './spdb.ts';
import { inEachEngine } from './testing/engines.ts';

const user_address = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
const keyOf = (digit: number) => digit.toString(16).padStart(64, '0');
let scopes = 0;
const newScope = () => ({ user_address, domain: `https://app-${++scopes}.test` });

inEachEngine('keys of applications', ({ engine, shared, fresh }) => {
  test('a key of the first generation takes exactly the next nonce', async () => {
    const db = await shared();
    const scope = newScope();
    assert.equal(await db.getAuthKey(scope), undefined);
    const register = (current_nonce: number) =>
      db.replaceAuthKey({ ...scope, current_nonce, current_public_key: keyOf(current_nonce), expiry_date: 5123n });
    const done: boolean[] = [];
    for (const nonce of [0, 2, 1, 1, 3, 2]) done.push(await register(nonce));
    assert.deepEqual(done, [false, false, true, false, false, true]);
    assert.deepEqual(await db.getAuthKey(scope), {
      ...scope,
      ...{ current_nonce: 2, next_nonce: 3, current_public_key: keyOf(2), expiry_date: 5123n },
    });
    assert.equal(await db.getAuthKey(newScope()), undefined);
  });

  test('of many that register with one nonce, in two processes, one does', async () => {
    const address = await fresh();
    const databases = [await openSpDb(address), await openSpDb(address)];
    const scope = newScope();
    for (const current_nonce of [1, 2, 3]) {
      const tries = Array.from({ length: 8 }, (_, i) =>
        databases[i % 2]!.replaceAuthKey({ ...scope, current_nonce, current_public_key: keyOf(i), expiry_date: 5n }),
      );
      assert.equal((await Promise.all(tries)).filter(Boolean).length, 1);
    }
    await Promise.all(databases.map((db) => db.close()));
  });

  test('property: keys of the second generation are a set for each scope', async () => {
    const db = await shared();
    const action = fc.record({
      domain: fc.nat(1),
      keys: fc.uniqueArray(fc.nat(5), { maxLength: 3 }),
      expiry_date: fc.bigInt(1n, 9n),
      does: fc.constantFrom('put', 'delete', 'purge'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 12 }), async (actions) => {
        const own = [newScope(), newScope()];
        const model = new Map<string, bigint>();
        for (const { domain, keys, expiry_date, does } of actions) {
          const scope = own[domain]!;
          if (does === 'put') {
            for (const key of keys) await db.putAuthKeyV2({ ...scope, public_key: keyOf(key), expiry_date });
            for (const key of keys) model.set(`${domain} ${keyOf(key)}`, expiry_date);
          }
          if (does === 'delete') {
            await db.deleteAuthKeysV2(scope, keys.map(keyOf));
            for (const key of keys) model.delete(`${domain} ${keyOf(key)}`);
          }
          if (does === 'purge') {
            await db.deleteExpiredAuthKeysV2(expiry_date, 1000);
            for (const [key, end] of model) if (end < expiry_date) model.delete(key);
          }
        }
        for (const [domain, scope] of own.entries()) {
          const rows = await db.listAuthKeysV2(scope);
          const expected = [...model]
            .filter(([key]) => key.startsWith(`${domain} `))
            .sort(([a], [b]) => (a < b ? -1 : 1));
          assert.deepEqual(
            rows.map((row) => [`${domain} ${row.public_key}`, row.expiry_date]),
            expected,
          );
          for (const row of rows) assert.deepEqual(await db.getAuthKeyV2(scope, row.public_key), row);
        }
      }),
      { numRuns: engine === 'sqlite' ? 50 : 8 },
    );
  });

  test('a purge takes no more rows than it was told to, and not those that last', async () => {
    const db = await openSpDb(await fresh());
    const scope = newScope();
    for (let i = 0; i < 5; i++) await db.putAuthKeyV2({ ...scope, public_key: keyOf(i), expiry_date: BigInt(i) });
    const taken: number[] = [];
    for (let i = 0; i < 3; i++) taken.push(await db.deleteExpiredAuthKeysV2(4n, 3));
    assert.deepEqual(taken, [3, 1, 0]);
    assert.deepEqual(
      (await db.listAuthKeysV2(scope)).map(({ public_key }) => public_key),
      [keyOf(4)],
    );
    await db.close();
  });

  test('who fills a scope loses the keys that end first, and nobody else any', async () => {
    const db = await shared();
    const [scope, other] = [newScope(), newScope()];
    await db.putAuthKeyV2({ ...other, public_key: keyOf(0), expiry_date: 0n });
    await db.transaction(async (tables) => {
      for (let i = 0; i < MAX_KEYS_OF_SCOPE; i++) {
        await tables.putAuthKeyV2({ ...scope, public_key: keyOf(i), expiry_date: BigInt(i + 10) });
      }
    });
    assert.equal((await db.listAuthKeysV2(scope)).length, MAX_KEYS_OF_SCOPE);
    const newest = keyOf(MAX_KEYS_OF_SCOPE);
    await db.putAuthKeyV2({ ...scope, public_key: newest, expiry_date: 1n });
    const keys = (await db.listAuthKeysV2(scope)).map(({ public_key }) => public_key);
    assert.equal(keys.length, MAX_KEYS_OF_SCOPE);
    assert.ok(keys.includes(newest) && !keys.includes(keyOf(0)));
    assert.equal((await db.listAuthKeysV2(other)).length, 1);
  });
});
