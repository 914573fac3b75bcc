import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_KEYS_OF_SCOPE } from './auth-keys.ts';
import { SqliteSpDb } from './spdb.ts';

const scope = { user_address: '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F', domain: 'https://app.test' };
const keyOf = (digit: number) => digit.toString(16).padStart(64, '0');

test('a key of the first generation takes exactly the next nonce', () => {
  const db = new SqliteSpDb({ path: ':memory:' });
  assert.equal(db.getAuthKey(scope), undefined);
  const register = (current_nonce: number) =>
    db.replaceAuthKey({ ...scope, current_nonce, current_public_key: keyOf(current_nonce), expiry_date: 5n });
  assert.deepEqual([0, 2, 1, 1, 3, 2].map(register), [false, false, true, false, false, true]);
  const { current_nonce, next_nonce, current_public_key, expiry_date } = db.getAuthKey(scope)!;
  assert.deepEqual([current_nonce, next_nonce, current_public_key, expiry_date], [2, 3, keyOf(2), 5n]);
  assert.equal(db.getAuthKey({ ...scope, domain: 'https://other.test' }), undefined);
  db.close();
});

test('property: keys of the second generation are a set for each scope', () => {
  const action = fc.record({
    domain: fc.constantFrom('a', 'b'),
    keys: fc.uniqueArray(fc.nat(5), { maxLength: 3 }),
    expiry_date: fc.bigInt(1n, 9n),
    does: fc.constantFrom('put', 'delete', 'purge'),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 12 }), (actions) => {
      const db = new SqliteSpDb({ path: ':memory:' });
      const model = new Map<string, bigint>();
      for (const { domain, keys, expiry_date, does } of actions) {
        const own = { ...scope, domain };
        if (does === 'put') for (const key of keys) db.putAuthKeyV2({ ...own, public_key: keyOf(key), expiry_date });
        if (does === 'put') for (const key of keys) model.set(`${domain} ${keyOf(key)}`, expiry_date);
        if (does === 'delete') db.deleteAuthKeysV2(own, keys.map(keyOf));
        if (does === 'delete') for (const key of keys) model.delete(`${domain} ${keyOf(key)}`);
        if (does === 'purge') db.deleteExpiredAuthKeysV2(expiry_date, 100);
        if (does === 'purge') for (const [key, end] of model) if (end < expiry_date) model.delete(key);
      }
      const rows = ['a', 'b'].flatMap((domain) => db.listAuthKeysV2({ ...scope, domain }));
      assert.deepEqual(
        rows.map((row) => [`${row.domain} ${row.public_key}`, row.expiry_date]),
        [...model].sort(([a], [b]) => (a < b ? -1 : 1)),
      );
      for (const { domain, public_key, expiry_date } of rows) {
        assert.equal(db.getAuthKeyV2({ ...scope, domain }, public_key)?.expiry_date, expiry_date);
      }
      db.close();
    }),
    { numRuns: 50 },
  );
});

test('a purge takes no more rows than it was told to', () => {
  const db = new SqliteSpDb({ path: ':memory:' });
  for (let i = 0; i < 5; i++) db.putAuthKeyV2({ ...scope, public_key: keyOf(i), expiry_date: BigInt(i) });
  assert.equal(db.deleteExpiredAuthKeysV2(4n, 3), 3);
  assert.equal(db.deleteExpiredAuthKeysV2(4n, 3), 1);
  assert.equal(db.deleteExpiredAuthKeysV2(4n, 3), 0);
  assert.deepEqual(
    db.listAuthKeysV2(scope).map(({ public_key }) => public_key),
    [keyOf(4)],
  );
  db.close();
});

test('who fills a scope loses the keys that end first, and nobody else any', () => {
  const db = new SqliteSpDb({ path: ':memory:' });
  const other = { ...scope, domain: 'https://other.test' };
  db.putAuthKeyV2({ ...other, public_key: keyOf(0), expiry_date: 0n });
  db.transaction(() => {
    for (let i = 0; i < MAX_KEYS_OF_SCOPE; i++) {
      db.putAuthKeyV2({ ...scope, public_key: keyOf(i), expiry_date: BigInt(i + 10) });
    }
  });
  assert.equal(db.listAuthKeysV2(scope).length, MAX_KEYS_OF_SCOPE);
  const newest = keyOf(MAX_KEYS_OF_SCOPE);
  db.putAuthKeyV2({ ...scope, public_key: newest, expiry_date: 1n });
  const keys = db.listAuthKeysV2(scope).map(({ public_key }) => public_key);
  assert.equal(keys.length, MAX_KEYS_OF_SCOPE);
  assert.ok(keys.includes(newest) && !keys.includes(keyOf(0)));
  assert.equal(db.listAuthKeysV2(other).length, 1);
  db.close();
});
