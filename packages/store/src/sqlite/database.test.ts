import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { address, bigNumber, bool, bytesList, id, ids, int, tags, text, texts, uint64 } from './columns.ts';
import { openSqlite } from './database.ts';
import type { Migration } from './migrate.ts';
import { ShardedTable } from './sharded-table.ts';
import { ddl, defineTable, Table } from './table.ts';

const definition = defineTable({
  name: 't',
  columns: {
    id256: id,
    size: uint64,
    owner: address,
    name: text,
    list: ids,
    bytes: bytesList,
    many: texts,
    tags,
    ok: bool,
    amount: bigNumber,
    n: int,
  },
  unique: [['name']],
});
const migrations: Migration[] = [(db) => db.exec(ddl(definition))];
const memory = () => openSqlite(':memory:', { synchronous: 'normal', migrations });

test('a row comes back as it was written', () => {
  const db = memory();
  const table = new Table(db, definition);
  const plain = { noNullPrototype: true };
  const tag = fc.record({ key: fc.string(), value: fc.string() }, plain);
  const row = fc.record(
    {
      id256: fc.bigInt(0n, 2n ** 256n - 1n),
      size: fc.bigInt(0n, 2n ** 64n - 1n),
      owner: fc.constantFrom(address.zero, '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F'),
      name: fc.string({ unit: 'grapheme' }),
      list: fc.array(fc.nat()),
      bytes: fc.array(fc.uint8Array({ minLength: 1 }).map((b) => Buffer.from(b))),
      many: fc.array(fc.string()),
      tags: fc.record({ tags: fc.array(tag) }, plain),
      ok: fc.boolean(),
      amount: fc.bigInt(-(2n ** 200n), 2n ** 200n),
      n: fc.integer(),
    },
    plain,
  );
  fc.assert(
    fc.property(row, (value) => {
      table.replace(value);
      assert.deepEqual(table.get({ name: value.name }), value);
    }),
  );
});

test('a transaction within a transaction is undone alone', () => {
  const db = memory();
  const table = new Table(db, definition);
  db.transaction(() => {
    table.insert({ name: 'kept' });
    assert.throws(() =>
      db.transaction(() => {
        table.insert({ name: 'undone' });
        throw new Error('no');
      }),
    );
    table.insert({ name: 'kept too' });
  });
  assert.deepEqual(
    table.select('ORDER BY id').map((row) => row.name),
    ['kept', 'kept too'],
  );
  assert.throws(() =>
    db.transaction(() => {
      table.delete({ name: 'kept' });
      throw new Error('no');
    }),
  );
  assert.equal(table.count(''), 2);
});

test('a part of a sharded table that was created in an undone transaction is created again', () => {
  const db = memory();
  const shards = new ShardedTable(db, definition);
  assert.equal(shards.existing(7), undefined);
  assert.throws(() =>
    db.transaction(() => {
      shards.of(7).insert({ name: 'a' });
      throw new Error('no');
    }),
  );
  assert.equal(shards.existing(7), undefined);
  shards.of(7).insert({ name: 'a' });
  assert.equal(shards.existing(7)?.name, 't_07');
  assert.equal(shards.existing(7)?.count(''), 1);
});

test('migrations run once, forward only, and a newer file is refused', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'nested', 'a.db');
  const calls: number[] = [];
  const history: Migration[] = [0, 1, 2].map((i) => (db) => {
    calls.push(i);
    db.exec(`CREATE TABLE t${i} (a)`);
  });
  openSqlite(path, { synchronous: 'full', migrations: history.slice(0, 1) }).close();
  openSqlite(path, { synchronous: 'full', migrations: history }).close();
  openSqlite(path, { synchronous: 'full', migrations: history }).close();
  assert.deepEqual(calls, [0, 1, 2]);
  assert.throws(
    () => openSqlite(path, { synchronous: 'full', migrations: history.slice(0, 2) }),
    /schema version 3, this program knows up to 2: it was written by a newer release/,
  );
});

test('a migration that fails leaves the file as it was', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const options = { synchronous: 'full' as const };
  const path = join(folder, 'a.db');
  const create: Migration = (db) => db.exec('CREATE TABLE a (x)');
  const fail: Migration = () => {
    throw new Error('half way');
  };
  assert.throws(() => openSqlite(path, { ...options, migrations: [create, fail] }), /half way/);
  const db = openSqlite(path, { ...options, migrations: [create] });
  assert.equal(db.all('SELECT * FROM a').length, 0);
  db.close();
});
