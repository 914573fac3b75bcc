/** Every statement of the SPDB finds its rows by an index, in every engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UPLOAD_LOGS } from '@prairie/gfsp';
import { shardTable } from '../shards.ts';
import { openDatabase } from '../sql/database.ts';
import { quoted, type TableShape } from '../sql/definition.ts';
import type { Session } from '../sql/session.ts';
import { EXPLAIN } from '../testing/explain.ts';
import { MAX_EVENTS } from './event-logs.ts';
import { history } from './schema/history.ts';
import { plainTables, shardedTables } from './schema/tables.ts';
import { SqlTables } from './tables.ts';
import { inEachEngine } from './testing/engines.ts';
import { recording } from './testing/recording.ts';

const DIGITS = Array.from({ length: 10 }, (_, digit) => `SELECT ${digit}`).join(' UNION ALL ');
const USER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
/** A row for each provider of the chain. */
const SMALL = ['sp_info'];

const NO_SCRUB = {
  ...{ redundancy_index: -2, started_at: 1, last_started_at: 0, last_finished_at: 0 },
  ...{ last_pieces: 0, last_bytes: 0, last_damaged: 0, last_repaired: 0, last_failed: 0 },
};

/** Every method once, or in each way that it asks the database. */
async function askAll(tables: SqlTables): Promise<void> {
  const row = { object_id: 7n, redundancy_index: 3, integrity_checksum: Buffer.alloc(32), piece_checksum_list: [] };
  await tables.insertUploadProgress(7n, false);
  await tables.getUploadProgress(7n);
  await tables.updateUploadProgress(7n, { task_state: 3 });
  for (const states of [[1], [1, 2, 7]]) await tables.listUploadProgress(states, 50, 9n);
  await tables.deleteUploadProgress(7n);
  await tables.setIntegrity({ ...row, object_size: 1n });
  await tables.getIntegrity(7n, 3);
  await tables.deleteIntegrity(7n, 3);
  await tables.listIntegrity({ object_id: 1_000_007n, redundancy_index: 3 }, 50);
  await tables.listIntegrity(undefined, 50_000);
  await tables.setShadowIntegrity({ ...row, object_size: 1n, version: 1n, updated_at: 1n });
  await tables.getShadowIntegrity(7n, 3);
  await tables.deleteShadowIntegrity(7n, 3);
  await tables.setPieceHash({ ...row, segment_index: 0, piece_checksum: Buffer.alloc(32), version: 0n });
  await tables.listPieceHashes(7n, 3);
  await tables.deletePieceHashes(7n, 3);

  await tables.listShadowIntegrity(50, { object_id: 1_000_007n, redundancy_index: 3 });
  await tables.listClaims([7n, 1_000_009n]);
  await tables.listClaimedObjects(1_000_007n, 1_000_900n, 50);
  await tables.deletePieceHashesOf(7n, 3, 0n);
  const condemned = { object_id: 7n, redundancy_index: 3, version: 1n };
  await tables.setCondemned({ ...condemned, segment_count: 1, blocked_until: 0 });
  await tables.getCondemned(condemned);
  await tables.listCondemned(50, 1_000_007n);
  await tables.isCondemned(condemned);
  await tables.deleteCondemned(condemned);
  const range = { start_gc_block_id: 0n, end_gc_block_id: 9n, current_gc_block_id: 3n, last_deleted_object_id: 1n };
  await tables.setGcProgress({ task_key: 'a', ...range });
  await tables.listGcProgress(50);
  await tables.deleteGcProgress('a');

  const read = { bucket_id: 9n, bucket_name: 'b', read_size: 1n };
  const record = { ...read, object_id: 1n, object_name: 'o', user_address: '', read_timestamp_us: 5n };
  for (const month of ['2030-01', '2030-01', '2030-02']) {
    const pools = { charged_quota: 9n, free_quota: 0n, monthly_free_quota: 0n };
    assert.equal(await tables.consumeReadQuota({ ...read, month, ...pools }, record), true);
  }
  await tables.reimburseReadQuota(9n, '2030-02', 1n);
  await tables.reimburseReadQuota(9n, '2030-01', 1n);
  await tables.getBucketTraffic(9n, '2030-01');
  await tables.getLatestBucketTraffic(9n);
  await tables.listBucketTraffic('2030-01', 1, 50);
  await tables.countBucketTraffic('2030-01');
  await tables.listReadRecords(9n, 1n, 100n, 50);
  await tables.listTrafficBefore('2029-12', 50);
  await tables.deleteTrafficBefore('2029-12', 50);
  await tables.countReadRecordsBefore(1n, 50);
  await tables.deleteReadRecordsBefore(100n, 50);

  const scope = { user_address: USER, domain: 'https://a.test' };
  const key = { ...scope, current_public_key: 'ab', expiry_date: 2_000_000_000_000n };
  for (const current_nonce of [1, 2]) assert.equal(await tables.replaceAuthKey({ ...key, current_nonce }), true);
  await tables.getAuthKey(scope);
  for (const expiry_date of [1000n, 2000n]) await tables.putAuthKeyV2({ ...scope, public_key: 'ab', expiry_date });
  await tables.putAuthKeyV2({ ...scope, public_key: 'cd', expiry_date: 1000n });
  await tables.getAuthKeyV2(scope, 'ab');
  await tables.listAuthKeysV2(scope);
  await tables.deleteAuthKeysV2(scope, ['ab']);
  assert.equal(await tables.deleteExpiredAuthKeysV2(1500n, 2), 1);

  await tables.updateBucketMigration(9n, { dest_sp_id: 4 });
  await tables.getBucketMigration(9n);
  await tables.deleteBucketMigration(9n);
  await tables.listBucketMigrations([1, 20], 50, 9n);
  await tables.setSubscribeProgress('a', 7n);
  await tables.getSubscribeProgress('a');
  const unit = { swap_out_key: 'familyID-1', is_dest_sp: true, swap_out_msg: '', completed_gvg_list: [] };
  await tables.insertSwapOutUnit(unit);
  await tables.getSwapOutUnit('familyID-1', true);
  const failed = { object_id: 7n, virtual_group_id: 3, redundancy_index: -1, retry: 0 };
  const progress = { start_after: 0n, next_start_after: 9n, limit: 50, status: 0, object_count: 0n };
  await tables.setRecoverGvg({ ...progress, virtual_group_id: 3, virtual_group_family_id: 1, redundancy_index: -1 });
  await tables.listRecoverGvgs();
  await tables.deleteRecoverGvg(3);
  await tables.insertRecoverFailed(failed);
  await tables.setRecoverFailed({ ...failed, retry: 1 });
  await tables.listRecoverFailed(50, 6n);
  await tables.countRecoverFailed(3);
  await tables.deleteRecoverFailed(7n);
  const counts = { pieces: 1, bytes: 2, damaged: 3, repaired: 2, failed: 1 };
  await tables.setScrubProgress({ ...NO_SCRUB, ...counts, holder: 'a', held_until: 60, object_id: 7n });
  await tables.getScrubProgress();
  const common = { ...{ update_time: '', object_id: 1n, bucket: 'b', object: 'o' }, state: '', error: '', logs: '' };
  await tables.addUploadEvents(UPLOAD_LOGS.map((log) => ({ ...common, log })));
  await tables.setSpInfo(await tables.listSpInfo());
}

const methodsOf = ({ prototype }: { prototype: object }) =>
  Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, { value }]) =>
    typeof value === 'function' && name !== 'constructor' ? [name] : [],
  );

/** Calls go to `tables`, their names to `asked`. */
function noting(tables: SqlTables, asked: Set<string>): SqlTables {
  const get = (target: SqlTables, name: keyof SqlTables) => {
    asked.add(name);
    return target[name].bind(target);
  };
  return new Proxy(tables, { get: get as ProxyHandler<SqlTables>['get'] & object });
}

/** 10,000 rows, so that reading all of them is never the cheapest: distinct, and none that is asked for. */
async function fill(session: Session, { name, columns }: TableShape): Promise<void> {
  const { engine } = session;
  const types = Object.entries(columns).map(([column, { types }]) => [quoted(engine, column), types[engine]] as const);
  const number = engine === 'mysql' ? "CONCAT('k', i)" : "'k' || i";
  const values = types.map(([, type]) => {
    if (/^(BOOLEAN|TINYINT)/.test(type)) return engine === 'postgres' ? 'false' : '0';
    if (/^(TIMESTAMP|DATETIME)/.test(type)) return "'2040-01-01 00:00:00'";
    return /^(TEXT|VARCHAR|LONGTEXT)/.test(type) ? number : 'i + 1000000';
  });
  await session.execute(
    `INSERT INTO ${name} (${types.map(([column]) => column).join(', ')})
     WITH digits (d) AS (${DIGITS}),
       numbers (i) AS (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 1 FROM digits a, digits b, digits c, digits e)
     SELECT ${values.join(', ')} FROM numbers`,
  );
  await session.execute(engine === 'mysql' ? `ANALYZE TABLE ${name}` : `ANALYZE ${name}`);
}

inEachEngine('the plan of every statement', ({ fresh }) => {
  test('reads no whole table, and sorts none', async (t) => {
    const db = await openDatabase(await fresh(), { history, durable: false });
    t.after(() => db.close());
    const parts = shardedTables.map((table) => ({ ...table, name: shardTable(table.name, 0) }));
    for (const table of [...plainTables, ...parts]) if (!SMALL.includes(table.name)) await fill(db.session, table);
    // more than a log may keep
    for (const log of UPLOAD_LOGS) {
      await db.session.execute(`INSERT INTO ${log} (id, bucket) VALUES (${MAX_EVENTS + 5000}, 'b')`);
    }
    const { session, statements } = recording(db.session);
    // and a scope that is full
    await db.session.execute(
      `INSERT INTO off_chain_auth_key_v2 (user_address, domain, public_key, expiry_date)
       SELECT '${USER}', 'https://a.test', public_key, expiry_date FROM off_chain_auth_key_v2 LIMIT 1000`,
    );
    const asked = new Set<string>();
    // with and without locks
    for (const lock of [false, true]) {
      const transaction = <T>(work: (within: Session) => Promise<T>) => work(session);
      const tables = new SqlTables({ session, relaxed: session, lock, transaction, now: () => 1 });
      await askAll(noting(tables, asked));
      await db.session.execute(`DELETE FROM bucket_traffic WHERE bucket_id = 9`);
      await db.session.execute(`DELETE FROM off_chain_auth_key WHERE user_address = '${USER}'`);
    }
    assert.deepEqual(
      methodsOf(SqlTables).filter((method) => !asked.has(method)),
      [],
      'a method that nothing asks',
    );
    const bad: string[] = [];
    for (const { sql, params } of statements()) {
      if (/^insert .* values /.test(sql) || SMALL.some((table) => sql.includes(table))) continue;
      const { lines, scans, sorts } = await EXPLAIN[db.engine](db.session, sql, params);
      // 0: not known in SQLite, and a page that was found before in MySQL
      const sorted = sorts.filter((rows) => rows > 0 || db.engine === 'sqlite');
      if (scans.length + sorted.length > 0) bad.push([sql, ...lines].join('\n'));
    }
    assert.deepEqual(bad, []);
  });
});
