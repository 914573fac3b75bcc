import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TaskState } from '@prairie/gfsp';
import { testDatabases } from '../../testing/databases.ts';
import { openRaw } from '../../testing/raw.ts';
import { openSpDb } from '../spdb.ts';

const BIG = 2n ** 64n - 1n;
const USER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
const bytes = (digit: number) => Buffer.alloc(32, digit);
const fixture = (name: string) => readFileSync(fileURLToPath(new URL(`../testing/${name}`, import.meta.url)), 'utf8');

function fileOf(t: TestContext, sql: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'spdb-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'sp.db');
  const old = new DatabaseSync(path);
  old.exec(sql);
  old.close();
  return path;
}

test('a file of version 6 is brought along without losing a row', async (t) => {
  const path = fileOf(t, fixture('version-6.sql'));
  await (await openSpDb({ engine: 'sqlite', path })).close();
  const db = await openSpDb({ engine: 'sqlite', path });
  t.after(() => db.close());

  const upload = (await db.getUploadProgress(1n))!;
  assert.deepEqual(upload.secondary_endpoints, ['http://127.0.0.1:9034', 'http://127.0.0.1:9035']);
  assert.deepEqual(upload.secondary_signatures, [Buffer.alloc(96, 1), Buffer.alloc(96, 2)]);
  assert.deepEqual([upload.task_state, upload.is_agent_upload, upload.content_time], [13, true, 5n]);
  assert.deepEqual((await db.getUploadProgress(BIG))?.secondary_endpoints, []);
  assert.equal((await db.getUploadProgress(BIG))?.error_description, 'it\'s "broken"');

  const content = { integrity_checksum: bytes(1), piece_checksum_list: [bytes(2), bytes(3)], object_size: BIG };
  for (const object_id of [5_000_000n, 320_000_000n, BIG]) {
    const key = { object_id, redundancy_index: 2 };
    assert.deepEqual(await db.getIntegrity(object_id, 2), { ...key, ...content });
  }
  assert.deepEqual((await db.getIntegrity(7n, -1))?.integrity_checksum, bytes(1));
  assert.deepEqual((await db.getIntegrity(8n, -1))?.piece_checksum_list, []);
  assert.equal((await db.getIntegrity(8n, -1))?.integrity_checksum.length, 0);
  assert.deepEqual(await db.getShadowIntegrity(9n, -1), {
    ...{ object_id: 9n, redundancy_index: -1, integrity_checksum: bytes(4), piece_checksum_list: [bytes(5)] },
    ...{ object_size: 12n, version: 3n, updated_at: 1_795_000_000n },
  });
  assert.deepEqual(
    (await db.listPieceHashes(11n, 3)).map((row) => [row.segment_index, row.piece_checksum]),
    [1, 2, 10].map((index) => [index, bytes(index)]),
  );

  assert.equal((await db.getBucketTraffic(BIG, '2026-11'))?.free_quota_size, 85n);
  assert.equal((await db.getLatestBucketTraffic(BIG))?.month, '2026-12');
  const records = await db.listReadRecords(BIG, 0n, 2n ** 62n, 10);
  assert.deepEqual(
    records.map((row) => [row.user_address, row.read_timestamp_us, row.object_name, row.read_size]),
    [
      [USER, 1_795_230_000_000_000n, 'a/ä.jpg', 30n],
      ['', 1_795_230_000_000_001n, 'a/ä.jpg', 1n],
    ],
  );
  const scope = { user_address: USER, domain: 'https://app.test' };
  assert.equal((await db.getAuthKey(scope))?.expiry_date, 1_795_663_000_123n);
  assert.equal((await db.getAuthKeyV2(scope, 'cd'.repeat(32)))?.expiry_date, 1_795_663_000_456n);
  const migration = await db.getBucketMigration(BIG);
  assert.deepEqual([migration?.migration_state, migration?.migrated_bytes, migration?.dest_sp_id], [7, 9n, 4]);
  assert.deepEqual((await db.getSwapOutUnit('familyID-3', true))?.completed_gvg_list, []);
  assert.deepEqual((await db.getSwapOutUnit('gvgIDList-1,2', false))?.completed_gvg_list, [1, 2]);

  // and goes on: new rows beside the old ones
  const read = { bucket_id: BIG, bucket_name: 'photos', read_size: 1n };
  const quota = { month: '2026-12', charged_quota: 10n, free_quota: 0n, monthly_free_quota: 0n };
  const record = { object_id: 2n, user_address: '', read_timestamp_us: 1n, object_name: 'b' };
  assert.equal(await db.consumeReadQuota({ ...read, ...quota }, { ...read, ...record }), true);
  assert.equal((await db.listReadRecords(BIG, 0n, 2n ** 62n, 10)).length, 3);
});

test('files of the versions before had fewer tables and columns', async (t) => {
  const path = fileOf(t, fixture('version-6.sql'));
  const old = new DatabaseSync(path);
  old.exec('ALTER TABLE upload_object_progress DROP COLUMN content_time');
  for (const table of ['shadow_integrity_meta', 'swap_out_unit', 'off_chain_auth_key']) old.exec(`DROP TABLE ${table}`);
  old.exec('UPDATE schema_version SET version = 2');
  old.close();
  const db = await openSpDb({ engine: 'sqlite', path });
  assert.equal((await db.getUploadProgress(1n))?.content_time, 0n);
  await db.updateUploadProgress(1n, { content_time: 5n });
  assert.equal((await db.getUploadProgress(1n))?.content_time, 5n);
  assert.equal(await db.getSwapOutUnit('familyID-3', true), undefined);
  await db.close();
});

for (const { engine, skip, fresh } of testDatabases()) {
  if (engine !== 'mysql') {
    test(`a database with a table of ours that we did not make is refused (${engine})`, { skip }, async () => {
      const address = await fresh();
      const raw = await openRaw(address);
      await raw.execute('CREATE TABLE sp_info (other INTEGER)');
      await assert.rejects(openSpDb(address), /has a table sp_info, which this program did not make/);
      assert.deepEqual(await raw.tables(), ['sp_info']);
      await raw.close();
    });
    continue;
  }

  // whole databases of the reference's provider: test/conformance/db
  describe('rows of the reference’s provider', { skip }, () => {
    test('are read as they were meant', async (t) => {
      const address = await fresh();
      const raw = await openRaw(address);
      for (const statement of fixture('reference.sql').split(';\n')) if (statement.trim()) await raw.execute(statement);
      await raw.close();
      const db = await openSpDb(address);
      t.after(() => db.close());

      const upload = (await db.getUploadProgress(33n))!;
      assert.deepEqual([upload.task_state, upload.is_agent_upload, upload.content_time], [3, false, 0n]);
      assert.deepEqual([upload.secondary_endpoints, upload.secondary_signatures], [[], []]);
      assert.equal(upload.create_timestamp_second, 1_795_232_672);
      const replicated = (await db.getUploadProgress(34n))!;
      assert.deepEqual(replicated.secondary_endpoints, ['http://127.0.0.1:9034', 'http://127.0.0.1:9035']);
      assert.deepEqual(replicated.secondary_signatures, [Buffer.of(0xa1), Buffer.of(0xb2)]);
      assert.deepEqual(
        (await db.listUploadProgress([TaskState.UPLOAD_OBJECT_ERROR], 10)).map((row) => row.object_id),
        [33n],
      );

      const integrity = (await db.getIntegrity(6n, 0))!;
      assert.equal(integrity.piece_checksum_list.length, 2);
      assert.equal(Buffer.from(integrity.integrity_checksum).toString('hex').slice(0, 8), '567c2e52');

      const traffic = (await db.getBucketTraffic(1n, '2026-11'))!;
      assert.deepEqual([traffic.free_quota_size, traffic.free_quota_consumed_size], [4_726_444_380n, 273_555_620n]);
      const [record] = await db.listReadRecords(1n, 0n, 2n ** 62n, 1);
      assert.deepEqual([record?.object_name, record?.read_size], ['a.txt', 20n]);

      const scope = { user_address: USER, domain: 'https://app.test' };
      const key = (await db.getAuthKey(scope))!;
      assert.equal(key.expiry_date, BigInt(new Date('2026-11-26 03:15:43.000').getTime()));
      assert.deepEqual([key.current_nonce, key.next_nonce], [2, 3]);
      assert.equal(await db.replaceAuthKey({ ...key, current_nonce: 3, expiry_date: key.expiry_date + 1n }), true);
      assert.equal((await db.getAuthKey(scope))?.expiry_date, key.expiry_date + 1n);
      // as it is written when a user asks for the first nonce and comes back with it
      const asked = { user_address: USER, domain: 'https://new.test' };
      assert.equal((await db.getAuthKey(asked))?.expiry_date, 0n);
      const first = { ...asked, current_nonce: 1, current_public_key: 'ab'.repeat(32), expiry_date: key.expiry_date };
      assert.equal(await db.replaceAuthKey(first), true);
      assert.equal((await db.listAuthKeysV2(scope)).length, 1);
    });
  });
}
