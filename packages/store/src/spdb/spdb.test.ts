import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { type QuotaRequest, type ReadRecord, TaskState } from '@prairie/gfsp';
import fc from 'fast-check';
import { migrations } from './schema.ts';
import { createShadowIntegrity } from './shadow-integrity.ts';
import { SqliteSpDb } from './spdb.ts';

const BIG = 2n ** 64n - 1n;

test('upload progress: only what is given changes', () => {
  let now = 100;
  const db = new SqliteSpDb({ path: ':memory:', now: () => now });
  db.insertUploadProgress(BIG, true);
  now = 200;
  db.insertUploadProgress(BIG, false);
  db.updateUploadProgress(BIG, { task_state: TaskState.SEAL_OBJECT_DOING, secondary_signatures: [Buffer.of(1, 2)] });
  const row = db.getUploadProgress(BIG)!;
  assert.equal(row.is_agent_upload, true);
  assert.equal(row.task_state_description, 'TASK_STATE_SEAL_OBJECT_DOING');
  assert.deepEqual(row.secondary_signatures, [Buffer.of(1, 2)]);
  assert.deepEqual([row.create_timestamp_second, row.update_timestamp_second], [100, 200]);
  db.updateUploadProgress(BIG, { error_description: '', task_state: TaskState.INIT });
  assert.equal(db.getUploadProgress(BIG)?.task_state_description, 'TASK_STATE_INIT_UNSPECIFIED');
  assert.throws(() => db.updateUploadProgress(1n, {}), /object 1 has no upload progress/);
  db.deleteUploadProgress(BIG);
  assert.equal(db.getUploadProgress(BIG), undefined);
});

test('upload progress is listed by state, page by page', () => {
  const db = new SqliteSpDb({ path: ':memory:' });
  for (let i = 1n; i <= 9n; i++) {
    db.insertUploadProgress(i, false);
    db.updateUploadProgress(i, { task_state: Number(i % 3n) });
  }
  const ids = (after?: bigint) => db.listUploadProgress([1, 2], 4, after).map((row) => row.object_id);
  assert.deepEqual(ids(), [1n, 2n, 4n, 5n]);
  assert.deepEqual(ids(5n), [7n, 8n]);
  assert.deepEqual(db.listUploadProgress([], 4), []);
});

test('checksums of objects and of single pieces', () => {
  const db = new SqliteSpDb({ path: ':memory:' });
  const meta = {
    object_id: BIG,
    redundancy_index: -1,
    integrity_checksum: Buffer.alloc(32, 1),
    piece_checksum_list: [Buffer.alloc(32, 2), Buffer.alloc(32, 3)],
    object_size: BIG,
  };
  assert.equal(db.getIntegrity(BIG, -1), undefined);
  db.deleteIntegrity(BIG, -1);
  db.setIntegrity({ ...meta, object_size: 1n });
  db.setIntegrity(meta);
  const stored = db.getIntegrity(BIG, -1)!;
  assert.deepEqual({ ...stored, integrity_checksum: Buffer.from(stored.integrity_checksum) }, meta);
  assert.equal(db.getIntegrity(BIG, 0), undefined);
  db.deleteIntegrity(BIG, -1);
  assert.equal(db.getIntegrity(BIG, -1), undefined);

  for (const segment_index of [10, 2, 1]) {
    const piece_checksum = Buffer.alloc(32, segment_index);
    db.setPieceHash({ object_id: 5n, segment_index, redundancy_index: 3, piece_checksum, version: 0n });
  }
  assert.deepEqual(
    db.listPieceHashes(5n, 3).map((row) => row.segment_index),
    [1, 2, 10],
  );
  db.deletePieceHashes(5n, 3);
  assert.deepEqual(db.listPieceHashes(5n, 3), []);
});

test('an update has its checksums beside those of the sealed content', () => {
  const db = new SqliteSpDb({ path: ':memory:' });
  const row = {
    object_id: BIG,
    redundancy_index: 2,
    integrity_checksum: Buffer.alloc(32, 1),
    piece_checksum_list: [Buffer.alloc(32, 2)],
    object_size: BIG,
  };
  const shadow = { ...row, integrity_checksum: Buffer.alloc(32, 9), version: 3n, updated_at: 1_795_000_000n };
  db.setIntegrity(row);
  db.setShadowIntegrity({ ...shadow, object_size: 1n });
  db.setShadowIntegrity(shadow);
  const stored = db.getShadowIntegrity(BIG, 2)!;
  assert.deepEqual({ ...stored, integrity_checksum: Buffer.from(stored.integrity_checksum) }, shadow);
  assert.equal(db.getShadowIntegrity(BIG, -1), undefined);
  db.deleteShadowIntegrity(BIG, 2);
  assert.equal(db.getShadowIntegrity(BIG, 2), undefined);
  assert.ok(db.getIntegrity(BIG, 2));
});

test('rows of uploads from before updates are about first contents', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spdb-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'sp.db');
  new SqliteSpDb({ path }).close();
  // as an older release left it
  const old = new DatabaseSync(path);
  old.exec('ALTER TABLE upload_object_progress DROP COLUMN content_time');
  old.exec('DROP TABLE shadow_integrity_meta');
  old.exec('INSERT INTO upload_object_progress (object_id, task_state) VALUES (7, 2)');
  old.exec(`UPDATE schema_version SET version = ${migrations.indexOf(createShadowIntegrity)}`);
  old.close();
  const db = new SqliteSpDb({ path });
  assert.equal(db.getUploadProgress(7n)?.content_time, 0n);
  db.updateUploadProgress(7n, { content_time: 5n });
  assert.equal(db.getUploadProgress(7n)?.content_time, 5n);
  db.close();
});

const record: ReadRecord = {
  bucket_id: 1n,
  object_id: 2n,
  user_address: '',
  read_timestamp_us: 1n,
  bucket_name: 'b',
  object_name: 'o',
  read_size: 0n,
};
const request: QuotaRequest = {
  bucket_id: 1n,
  bucket_name: 'b',
  month: '2026-11',
  read_size: 0n,
  charged_quota: 0n,
  free_quota: 0n,
  monthly_free_quota: 0n,
};

test('read quota: never more than there is, and what comes back can be read again', () => {
  const size = fc.bigInt(0n, 1000n);
  const step = fc.record({ read: size, percentBack: fc.bigInt(0n, 100n) });
  const pools = fc.record({ charged_quota: size, free_quota: size, monthly_free_quota: size });
  fc.assert(
    fc.property(pools, fc.array(step, { maxLength: 20 }), (quota, steps) => {
      const db = new SqliteSpDb({ path: ':memory:' });
      let left = quota.charged_quota + quota.free_quota + quota.monthly_free_quota;
      let read = 0n;
      for (const { read: read_size, percentBack } of steps) {
        const done = db.consumeReadQuota({ ...request, ...quota, read_size }, { ...record, read_size });
        assert.equal(done, read_size <= left);
        if (!done) continue;
        left -= read_size;
        read += read_size;
        const returned = (read_size * percentBack) / 100n;
        db.reimburseReadQuota(1n, '2026-11', returned);
        left += returned;
        read -= returned;
      }
      // giving back more than was read does not make quota
      db.reimburseReadQuota(1n, '2026-11', 1_000_000n);
      const all = { ...request, ...quota, read_size: left + read };
      assert.equal(db.consumeReadQuota({ ...all, read_size: all.read_size + 1n }, record), false);
      assert.equal(db.consumeReadQuota(all, record), true);
      db.close();
    }),
    { numRuns: 50 },
  );
});

test('read quota: the one-time quota is carried into the next month, the monthly one is new', () => {
  const db = new SqliteSpDb({ path: ':memory:' });
  const quota = { ...request, free_quota: 100n, monthly_free_quota: 10n };
  assert.equal(db.consumeReadQuota({ ...quota, read_size: 50n }, record), true);
  const december = { ...quota, month: '2026-12' };
  assert.equal(db.consumeReadQuota({ ...december, read_size: 71n }, record), false);
  assert.equal(db.consumeReadQuota({ ...december, read_size: 69n }, record), true);
  // of a read that began in November: to the newest month's one-time quota
  db.reimburseReadQuota(1n, '2026-11', 5n);
  assert.equal(db.consumeReadQuota({ ...december, read_size: 7n }, record), false);
  assert.equal(db.consumeReadQuota({ ...december, read_size: 6n }, record), true);
});

test('a transaction is whole, and is there after opening again', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spdb-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'sp.db');
  const db = new SqliteSpDb({ path });
  db.transaction(() => {
    db.insertUploadProgress(1n, false);
    db.consumeReadQuota({ ...request, free_quota: 1n, read_size: 1n }, record);
  });
  assert.throws(() =>
    db.transaction(() => {
      db.insertUploadProgress(2n, false);
      throw new Error('stop');
    }),
  );
  db.close();
  const again = new SqliteSpDb({ path });
  assert.deepEqual(
    again.listUploadProgress([TaskState.INIT], 10).map((row) => row.object_id),
    [1n],
  );
  again.close();
});
