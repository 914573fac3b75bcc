import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BucketTraffic, QuotaRequest, ReadRecord } from '@prairie/gfsp';
import fc from 'fast-check';
import { SqliteSpDb } from './spdb.ts';

const NOVEMBER = '2026-11';
const BUCKET = 2n ** 64n - 1n;

const request: QuotaRequest = {
  bucket_id: BUCKET,
  bucket_name: 'photos',
  month: NOVEMBER,
  read_size: 0n,
  charged_quota: 0n,
  free_quota: 0n,
  monthly_free_quota: 0n,
};
const record: ReadRecord = {
  bucket_id: BUCKET,
  object_id: 2n,
  user_address: '',
  read_timestamp_us: 1000n,
  bucket_name: 'photos',
  object_name: 'a',
  read_size: 0n,
};

const inMemory = () => new SqliteSpDb({ path: ':memory:' });

function read(db: SqliteSpDb, read_size: bigint, quota: Partial<QuotaRequest> = {}, at = 1000n): boolean {
  const whole = { ...record, read_size, read_timestamp_us: at };
  return db.consumeReadQuota({ ...request, ...quota, read_size }, whole);
}

/** Left and read of each pool: charged, monthly, one-time. */
function pools({ charged_quota_size, ...row }: BucketTraffic) {
  return {
    charged: [charged_quota_size, row.read_consumed_size],
    monthly: [row.monthly_quota_size, row.monthly_free_quota_consumed_size],
    free: [row.free_quota_size, row.free_quota_consumed_size],
  };
}

test('charged first, then monthly, then one-time; back in the same order', () => {
  const db = inMemory();
  const quota = { charged_quota: 100n, monthly_free_quota: 50n, free_quota: 30n };
  const now = () => pools(db.getBucketTraffic(BUCKET, NOVEMBER)!);
  assert.equal(read(db, 80n, quota), true);
  assert.deepEqual(now(), { charged: [100n, 80n], monthly: [50n, 0n], free: [30n, 0n] });
  assert.equal(read(db, 80n, quota), true);
  assert.deepEqual(now(), { charged: [100n, 100n], monthly: [0n, 50n], free: [20n, 10n] });
  assert.equal(read(db, 21n, quota), false);
  assert.equal(db.listReadRecords(BUCKET, 0n, 2n ** 62n, 10).length, 2);
  db.reimburseReadQuota(BUCKET, NOVEMBER, 120n);
  assert.deepEqual(now(), { charged: [100n, 0n], monthly: [20n, 30n], free: [20n, 10n] });
  db.reimburseReadQuota(BUCKET, NOVEMBER, 60n);
  assert.deepEqual(now(), { charged: [100n, 0n], monthly: [50n, 0n], free: [30n, 0n] });
});

test('the charged quota is what the chain says at each read, more or less than before', () => {
  const db = inMemory();
  assert.equal(read(db, 70n, { charged_quota: 100n }), true);
  assert.equal(read(db, 10n, { charged_quota: 60n }), false);
  assert.equal(read(db, 10n, { charged_quota: 90n }), true);
  assert.deepEqual(pools(db.getBucketTraffic(BUCKET, NOVEMBER)!).charged, [90n, 80n]);
});

test('property: any order of reads, refunds and changed quotas keeps the sum of every pool', () => {
  const size = fc.bigInt(0n, 1000n);
  const step = fc.record({ read: size, backOfHundred: fc.bigInt(0n, 100n), charged: size, early: fc.boolean() });
  fc.assert(
    fc.property(fc.record({ free: size, monthly: size }), fc.array(step, { maxLength: 30 }), (quota, steps) => {
      const db = inMemory();
      let open: bigint[] = [];
      let consumed = 0n;
      for (const { read: read_size, backOfHundred, charged, early } of steps) {
        const before = db.getBucketTraffic(BUCKET, NOVEMBER);
        const free = before?.free_quota_size ?? quota.free;
        const monthly = before?.monthly_quota_size ?? quota.monthly;
        const left = charged - (before?.read_consumed_size ?? 0n);
        const enough = read_size <= (left > 0n ? left : 0n) + free + monthly;
        const pool = { charged_quota: charged, free_quota: quota.free, monthly_free_quota: quota.monthly };
        assert.equal(read(db, read_size, pool), enough);
        if (enough) {
          consumed += read_size;
          open.push((read_size * backOfHundred) / 100n);
        }
        // several are under way before one of them ends
        if (!early) continue;
        for (const back of open) db.reimburseReadQuota(BUCKET, NOVEMBER, back);
        consumed -= open.reduce((sum, back) => sum + back, 0n);
        open = [];
        const row = db.getBucketTraffic(BUCKET, NOVEMBER);
        if (!row) continue;
        const all = pools(row);
        assert.equal(all.charged[1]! + all.monthly[1]! + all.free[1]!, consumed);
        assert.equal(all.monthly[0]! + all.monthly[1]!, quota.monthly);
        assert.equal(all.free[0]! + all.free[1]!, quota.free);
      }
      db.close();
    }),
    { numRuns: 60 },
  );
});

test('a new month carries the one-time quota on; what comes back of the old one becomes one-time quota', () => {
  const db = inMemory();
  const quota = { charged_quota: 10n, free_quota: 100n, monthly_free_quota: 5n };
  assert.equal(read(db, 55n, quota), true);
  assert.equal(read(db, 1n, { ...quota, month: '2026-12', free_quota: 999n }), true);
  const december = () => pools(db.getLatestBucketTraffic(BUCKET)!);
  assert.deepEqual(december(), { charged: [10n, 1n], monthly: [5n, 0n], free: [60n, 0n] });
  db.reimburseReadQuota(BUCKET, NOVEMBER, 7n);
  assert.deepEqual(december().free, [67n, 0n]);
  assert.equal(db.getLatestBucketTraffic(BUCKET)?.month, '2026-12');
  // nothing is known of the month that it would belong to
  db.reimburseReadQuota(BUCKET, '2027-01', 7n);
  db.reimburseReadQuota(5n, NOVEMBER, 7n);
  assert.deepEqual(december().free, [67n, 0n]);
  assert.equal(db.getBucketTraffic(5n, NOVEMBER), undefined);
});

test('property: pages of records miss none and repeat none, whatever the clock says', () => {
  const times = fc.array(fc.bigInt(1000n, 1010n), { maxLength: 40 });
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 7 }), (clock, limit) => {
      const db = inMemory();
      for (const [i, at] of clock.entries()) read(db, BigInt(i), { charged_quota: 2n ** 40n }, at);
      const other = { ...record, bucket_id: 7n };
      db.consumeReadQuota({ ...request, bucket_id: 7n }, other);
      const seen: bigint[] = [];
      for (let from = 0n; ; ) {
        const page = db.listReadRecords(BUCKET, from, 2n ** 62n, limit);
        seen.push(...page.map((row) => row.read_size));
        if (page.length < limit) break;
        from = page.at(-1)!.read_timestamp_us + 1n;
      }
      assert.deepEqual(
        seen,
        clock.map((_, i) => BigInt(i)),
      );
      db.close();
    }),
    { numRuns: 60 },
  );
});

test('a clock that was far ahead does not take later records with it', () => {
  const db = inMemory();
  const quota = { charged_quota: 100n };
  const day = 86_400_000_000n;
  read(db, 1n, quota, day);
  read(db, 2n, quota, 5n);
  read(db, 3n, quota, 5n);
  const rows = db.listReadRecords(BUCKET, 5n, 7n, 10);
  assert.deepEqual(
    rows.map((row) => [row.read_size, row.read_timestamp_us]),
    [
      [2n, 5n],
      [3n, 6n],
    ],
  );
});

test('buckets of a month by id, page by page, and their number', () => {
  const db = inMemory();
  const quota = { charged_quota: 10n };
  for (const bucket_id of [9n, 3n, 7n, 5n]) read(db, 1n, { ...quota, bucket_id });
  read(db, 1n, { ...quota, bucket_id: 4n, month: '2026-12' });
  const ids = (offset: number, limit: number) =>
    db.listBucketTraffic(NOVEMBER, offset, limit).map((row) => row.bucket_id);
  assert.deepEqual(ids(0, 3), [3n, 5n, 7n]);
  assert.deepEqual(ids(3, 3), [9n]);
  assert.deepEqual(ids(4, 3), []);
  assert.deepEqual([db.countBucketTraffic(NOVEMBER), db.countBucketTraffic('bad')], [4, 0]);
});

test('several processes on one file count as one', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'traffic-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const open = () => new SqliteSpDb({ path: join(folder, 'sp.db') });
  const [one, other] = [open(), open()];
  const quota = { charged_quota: 30n, free_quota: 20n, monthly_free_quota: 10n };
  for (let i = 0; i < 30; i++) assert.equal(read(i % 2 ? one : other, 2n, quota), true);
  assert.equal(read(one, 1n, quota), false);
  assert.equal(read(other, 1n, quota), false);
  one.reimburseReadQuota(BUCKET, NOVEMBER, 1n);
  assert.equal(read(other, 1n, quota), true);
  const times = one.listReadRecords(BUCKET, 0n, 2n ** 62n, 100).map((row) => row.read_timestamp_us);
  assert.equal(new Set(times).size, 31);
  one.close();
  other.close();
});
