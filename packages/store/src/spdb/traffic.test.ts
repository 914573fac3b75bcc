import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BucketTraffic, QuotaRequest, ReadRecord } from '@prairie/gfsp';
import fc from 'fast-check';
import { openSpDb, type SqlSpDb } from './spdb.ts';
import { inEachEngine } from './testing/engines.ts';

const NOVEMBER = '2026-11';
let buckets = 2n ** 62n;
const newBucket = () => ++buckets;

const request: QuotaRequest = {
  bucket_id: 0n,
  bucket_name: 'photos',
  month: NOVEMBER,
  read_size: 0n,
  charged_quota: 0n,
  free_quota: 0n,
  monthly_free_quota: 0n,
};
const record: ReadRecord = {
  bucket_id: 0n,
  object_id: 2n,
  user_address: '',
  read_timestamp_us: 1000n,
  bucket_name: 'photos',
  object_name: 'a',
  read_size: 0n,
};

type Quota = Partial<QuotaRequest>;

function read(db: SqlSpDb, bucket_id: bigint, read_size: bigint, quota: Quota = {}, at = 1000n): Promise<boolean> {
  const whole = { ...record, bucket_id, read_size, read_timestamp_us: at };
  return db.consumeReadQuota({ ...request, bucket_id, ...quota, read_size }, whole);
}

/** Left and read of each pool: charged, monthly, one-time. */
function pools({ charged_quota_size, ...row }: BucketTraffic) {
  return {
    charged: [charged_quota_size, row.read_consumed_size],
    monthly: [row.monthly_quota_size, row.monthly_free_quota_consumed_size],
    free: [row.free_quota_size, row.free_quota_consumed_size],
  };
}

inEachEngine('read quota', ({ engine, shared, fresh }) => {
  const numRuns = engine === 'sqlite' ? 60 : 5;

  test('charged first, then monthly, then one-time; back in the same order', async () => {
    const db = await shared();
    const bucket = newBucket();
    const quota = { charged_quota: 100n, monthly_free_quota: 50n, free_quota: 30n };
    const now = async () => pools((await db.getBucketTraffic(bucket, NOVEMBER))!);
    assert.equal(await read(db, bucket, 80n, quota), true);
    assert.deepEqual(await now(), { charged: [100n, 80n], monthly: [50n, 0n], free: [30n, 0n] });
    assert.equal(await read(db, bucket, 80n, quota), true);
    assert.deepEqual(await now(), { charged: [100n, 100n], monthly: [0n, 50n], free: [20n, 10n] });
    assert.equal(await read(db, bucket, 21n, quota), false);
    assert.equal((await db.listReadRecords(bucket, 0n, 2n ** 62n, 10)).length, 2);
    await db.reimburseReadQuota(bucket, NOVEMBER, 120n);
    assert.deepEqual(await now(), { charged: [100n, 0n], monthly: [20n, 30n], free: [20n, 10n] });
    await db.reimburseReadQuota(bucket, NOVEMBER, 60n);
    assert.deepEqual(await now(), { charged: [100n, 0n], monthly: [50n, 0n], free: [30n, 0n] });
  });

  test('a read that the pools do not suffice for leaves no row of the month', async () => {
    const db = await shared();
    const bucket = newBucket();
    assert.equal(await read(db, bucket, 1n), false);
    assert.equal(await db.getBucketTraffic(bucket, NOVEMBER), undefined);
    assert.equal(await db.getLatestBucketTraffic(bucket), undefined);
  });

  test('the charged quota is what the chain says at each read, more or less than before', async () => {
    const db = await shared();
    const bucket = newBucket();
    assert.equal(await read(db, bucket, 70n, { charged_quota: 100n }), true);
    assert.equal(await read(db, bucket, 10n, { charged_quota: 60n }), false);
    assert.equal(await read(db, bucket, 10n, { charged_quota: 90n }), true);
    assert.deepEqual(pools((await db.getBucketTraffic(bucket, NOVEMBER))!).charged, [90n, 80n]);
  });

  test('property: any order of reads, refunds and changed quotas keeps the sum of every pool', async () => {
    const db = await shared();
    const size = fc.bigInt(0n, 1000n);
    const step = fc.record({ read: size, backOfHundred: fc.bigInt(0n, 100n), charged: size, early: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.record({ free: size, monthly: size }),
        fc.array(step, { maxLength: 30 }),
        async (quota, steps) => {
          const bucket = newBucket();
          let open: bigint[] = [];
          let consumed = 0n;
          for (const { read: read_size, backOfHundred, charged, early } of steps) {
            const before = await db.getBucketTraffic(bucket, NOVEMBER);
            const free = before?.free_quota_size ?? quota.free;
            const monthly = before?.monthly_quota_size ?? quota.monthly;
            const left = charged - (before?.read_consumed_size ?? 0n);
            const enough = read_size <= (left > 0n ? left : 0n) + free + monthly;
            const pool = { charged_quota: charged, free_quota: quota.free, monthly_free_quota: quota.monthly };
            assert.equal(await read(db, bucket, read_size, pool), enough);
            if (enough) {
              consumed += read_size;
              open.push((read_size * backOfHundred) / 100n);
            }
            // several are under way before one of them ends
            if (!early) continue;
            for (const back of open) await db.reimburseReadQuota(bucket, NOVEMBER, back);
            consumed -= open.reduce((sum, back) => sum + back, 0n);
            open = [];
            const row = await db.getBucketTraffic(bucket, NOVEMBER);
            if (!row) continue;
            const all = pools(row);
            assert.equal(all.charged[1]! + all.monthly[1]! + all.free[1]!, consumed);
            assert.equal(all.monthly[0]! + all.monthly[1]!, quota.monthly);
            assert.equal(all.free[0]! + all.free[1]!, quota.free);
          }
        },
      ),
      { numRuns },
    );
  });

  test('giving back more than was read does not make quota', async () => {
    const db = await shared();
    const bucket = newBucket();
    const quota = { charged_quota: 100n, monthly_free_quota: 50n, free_quota: 30n };
    assert.equal(await read(db, bucket, 160n, quota), true);
    await db.reimburseReadQuota(bucket, NOVEMBER, 1_000_000n);
    assert.equal(await read(db, bucket, 181n, quota), false);
    assert.equal(await read(db, bucket, 180n, quota), true);
  });

  test('a new month carries the one-time quota on; what comes back of the old one becomes one-time quota', async () => {
    const db = await shared();
    const bucket = newBucket();
    const quota = { charged_quota: 10n, free_quota: 100n, monthly_free_quota: 5n };
    assert.equal(await read(db, bucket, 55n, quota), true);
    assert.equal(await read(db, bucket, 1n, { ...quota, month: '2026-12', free_quota: 999n }), true);
    const december = async () => pools((await db.getLatestBucketTraffic(bucket))!);
    assert.deepEqual(await december(), { charged: [10n, 1n], monthly: [5n, 0n], free: [60n, 0n] });
    await db.reimburseReadQuota(bucket, NOVEMBER, 7n);
    assert.deepEqual((await december()).free, [67n, 0n]);
    assert.equal((await db.getLatestBucketTraffic(bucket))?.month, '2026-12');
    // nothing is known of the month that it would belong to
    await db.reimburseReadQuota(bucket, '2027-01', 7n);
    await db.reimburseReadQuota(5n, NOVEMBER, 7n);
    assert.deepEqual((await december()).free, [67n, 0n]);
    assert.equal(await db.getBucketTraffic(5n, NOVEMBER), undefined);
  });

  test('property: pages of records miss none and repeat none, whatever the clock says', async () => {
    const db = await shared();
    const times = fc.array(fc.bigInt(1000n, 1010n), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: 1, max: 7 }), async (clock, limit) => {
        const [bucket, other] = [newBucket(), newBucket()];
        for (const [i, at] of clock.entries()) await read(db, bucket, BigInt(i), { charged_quota: 2n ** 40n }, at);
        await read(db, other, 0n);
        const seen: bigint[] = [];
        for (let from = 0n; ; ) {
          const page = await db.listReadRecords(bucket, from, 2n ** 62n, limit);
          seen.push(...page.map((row) => row.read_size));
          if (page.length < limit) break;
          from = page.at(-1)!.read_timestamp_us + 1n;
        }
        assert.deepEqual(
          seen,
          clock.map((_, i) => BigInt(i)),
        );
      }),
      { numRuns },
    );
  });

  test('a clock that was far ahead does not take later records with it', async () => {
    const db = await shared();
    const bucket = newBucket();
    const quota = { charged_quota: 100n };
    const day = 86_400_000_000n;
    await read(db, bucket, 1n, quota, day);
    await read(db, bucket, 2n, quota, 5n);
    await read(db, bucket, 3n, quota, 5n);
    assert.deepEqual(await db.listReadRecords(bucket, 5n, 7n, 10), [
      { ...record, bucket_id: bucket, read_size: 2n, read_timestamp_us: 5n },
      { ...record, bucket_id: bucket, read_size: 3n, read_timestamp_us: 6n },
    ]);
  });

  test('buckets of a month by id, page by page, and their number', async () => {
    const db = await shared();
    const quota = { charged_quota: 10n, month: '2020-01' };
    for (const bucket of [9n, 3n, 7n, 5n]) await read(db, bucket, 1n, quota);
    await read(db, 4n, 1n, { ...quota, month: '2020-02' });
    const ids = async (offset: number, limit: number) =>
      (await db.listBucketTraffic('2020-01', offset, limit)).map((row) => row.bucket_id);
    assert.deepEqual(await ids(0, 3), [3n, 5n, 7n]);
    assert.deepEqual(await ids(3, 3), [9n]);
    assert.deepEqual(await ids(4, 3), []);
    assert.deepEqual([await db.countBucketTraffic('2020-01'), await db.countBucketTraffic('bad')], [4, 0]);
  });

  test('several processes on one database count as one', async () => {
    const address = await fresh();
    const [one, other] = [await openSpDb(address), await openSpDb(address)];
    const bucket = newBucket();
    const quota = { charged_quota: 30n, free_quota: 20n, monthly_free_quota: 10n };
    // at once, from the month's first read on
    const reads = Array.from({ length: 40 }, (_, i) => read(i % 2 ? one : other, bucket, 2n, quota));
    assert.equal((await Promise.all(reads)).filter(Boolean).length, 30);
    assert.equal(await read(one, bucket, 1n, quota), false);
    assert.equal(await read(other, bucket, 1n, quota), false);
    await Promise.all([one, other].map((db) => db.reimburseReadQuota(bucket, NOVEMBER, 1n)));
    assert.equal(await read(other, bucket, 2n, quota), true);
    const times = (await one.listReadRecords(bucket, 0n, 2n ** 62n, 100)).map((row) => row.read_timestamp_us);
    assert.deepEqual([times.length, new Set(times).size], [31, 31]);
    await Promise.all([one.close(), other.close()]);
  });
});
