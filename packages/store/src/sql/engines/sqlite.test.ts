import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LogSync } from './log-sync.ts';
import { SqliteEngine } from './sqlite.ts';

const directory = await mkdtemp(join(tmpdir(), 'prairie-sqlite-'));
after(() => rm(directory, { recursive: true }));
let count = 0;

async function opened(durable: boolean) {
  const path = join(directory, `${++count}.db`);
  const engine = new SqliteEngine({ engine: 'sqlite', path }, durable);
  await engine.execute('CREATE TABLE rows (id INTEGER PRIMARY KEY)', [], { durable: false });
  const insert = (id: number, options?: { durable: boolean }) =>
    engine.execute('INSERT INTO rows VALUES (?)', [id], options);
  const ids = async () => (await engine.list('SELECT id FROM rows ORDER BY id')).map(([id]) => Number(id));
  return { path, engine, insert, ids };
}

test('many durable writes at a time, reads between them, and all is there after opening again', async () => {
  const { path, engine, insert, ids } = await opened(true);
  const expected = Array.from({ length: 200 }, (_, id) => id);
  await Promise.all(
    expected.map(async (id) => {
      if (id % 2 === 0) await insert(id, { durable: id % 4 === 0 });
      else await engine.transaction((connection) => connection.execute('INSERT INTO rows VALUES (?)', [id]));
      assert.ok((await ids()).includes(id));
    }),
  );
  await engine.close();
  const again = new SqliteEngine({ engine: 'sqlite', path }, true);
  assert.deepEqual(
    (await again.list('SELECT id FROM rows ORDER BY id')).map(([id]) => Number(id)),
    expected,
  );
  await again.close();
});

test('a log that cannot be synced fails what is durable, from then on, and nothing else', async () => {
  const { path, engine, insert, ids } = await opened(true);
  // the open log goes on, but it can no longer be found by its name
  await rm(`${path}-wal`);
  await assert.rejects(insert(1), /-wal could not be synced.*check the disk/);
  await assert.rejects(
    engine.transaction((connection) => connection.execute('INSERT INTO rows VALUES (2)')),
    /could not be synced/,
  );
  await insert(3, { durable: false });
  assert.deepEqual(await ids(), [1, 2, 3]);
  await engine.close();
});

test('a database that is not durable needs no log to be synced', async () => {
  const { path, engine, insert, ids } = await opened(false);
  await rm(`${path}-wal`);
  await insert(1);
  assert.deepEqual(await ids(), [1]);
  await engine.close();
});

test('a transaction that fails is undone and does not wait for the disk', async () => {
  const { engine, insert, ids } = await opened(true);
  await insert(1);
  const failing = engine.transaction(async (connection) => {
    await connection.execute('INSERT INTO rows VALUES (2)');
    throw new Error('stop');
  });
  await assert.rejects(failing, /stop/);
  assert.deepEqual(await ids(), [1]);
  await engine.close();
});

test('after a failure no later sync counts as one', async () => {
  const log = new LogSync(join(directory, 'absent', 'log'));
  await assert.rejects(log.sync(), /could not be synced/);
  await assert.rejects(log.sync(), /could not be synced/);
  await log.close();
});
