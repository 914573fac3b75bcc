/** The end of the process between any two statements: what is on disk then is continued to the same tables. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLogger } from '@prairie/gfsp';
import { BsDb } from '@prairie/store';
import fc from 'fast-check';
import { BlockSyncerModule } from './module.ts';
import { RecordedChain, recordedBlocks } from './testing.ts';

const UNTIL = 2200n;
const blocks = recordedBlocks(UNTIL);

function dump(db: BsDb): Record<string, unknown[]> {
  const tables = db.sqlite.all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  return Object.fromEntries(
    tables.map(({ name }) => {
      // `id` only counts insertions
      const rows = db.sqlite.all(`SELECT * FROM "${name}"`).map(({ id: _auto, ...row }) => row);
      return [name, rows.map((row) => JSON.stringify(row, (_k, v) => (typeof v === 'bigint' ? `${v}` : v))).sort()];
    }),
  );
}

async function sync(db: BsDb): Promise<void> {
  const syncer = new BlockSyncerModule({}, { db, chain: new RecordedChain(blocks), logger: silentLogger });
  await syncer.start();
  assert.equal(await syncer.waitForHeight(UNTIL, 60_000), true);
  await syncer.stop();
}

/** Syncs until statement `kill`, where it takes the files as they are on disk: what a killed process leaves. */
async function syncAndDie(path: string, copy: string, kill: number): Promise<void> {
  const db = new BsDb({ path });
  const stopped = Promise.withResolvers<void>();
  let statements = 0;
  const { run } = db.sqlite;
  db.sqlite.run = (sql, params) => {
    if (++statements === kill) {
      for (const suffix of ['', '-wal']) {
        if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
      }
    }
    if (statements >= kill) throw new Error('killed');
    return run.call(db.sqlite, sql, params);
  };
  const options = { onStopped: () => stopped.resolve(), retryMs: 0 };
  const syncer = new BlockSyncerModule(options, { db, chain: new RecordedChain(blocks), logger: silentLogger });
  await syncer.start();
  await stopped.promise;
  db.close();
}

test('killed between any two statements, it goes on as if nothing had happened', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bsdb-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const whole = new BsDb({ path: ':memory:' });
  let statements = 0;
  const { run } = whole.sqlite;
  whole.sqlite.run = (sql, params) => {
    statements++;
    return run.call(whole.sqlite, sql, params);
  };
  await sync(whole);
  const expected = dump(whole);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: statements - 1 }), async (kill) => {
      const name = join(folder, String(runs++));
      await syncAndDie(`${name}.db`, `${name}-left.db`, kill);
      const left = new BsDb({ path: `${name}-left.db` });
      await sync(left);
      assert.deepEqual(dump(left), expected);
      left.close();
    }),
    { numRuns: 12 },
  );
});
