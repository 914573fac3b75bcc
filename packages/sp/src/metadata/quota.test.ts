import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldSp, greenfieldStorage as storage } from '@prairie/chain';
import { type Consensus, silentLogger } from '@prairie/gfsp';
import { memorySpDb } from '../testing/memory-spdb.ts';
import { QuotaTables } from './quota.ts';

const OPERATOR = `0x${'11'.repeat(20)}`;
const bucket = storage.BucketInfo.create({ id: 3n, bucket_name: 'photos', charged_read_quota: 100n });

/** Bucket 3 with 100 bytes of charged quota, 50 one-time, 30 each month. */
function setUp(chain: Partial<Consensus> = {}, maxQuotaQueries?: number) {
  const spdb = memorySpDb();
  const known = {
    bucketById: async (id: bigint) => (id === 3n ? { bucket_info: bucket, is_rate_limited: false } : undefined),
    spPrice: async () => greenfieldSp.SpStoragePrice.create({ free_read_quota: 50n }),
    ...chain,
  };
  const limit = maxQuotaQueries === undefined ? {} : { maxQuotaQueries };
  const options = { operatorAddress: OPERATOR, monthlyFreeQuota: 30n, ...limit };
  const tables = new QuotaTables(options, { spdb, chain: known, logger: silentLogger });
  const read = async (read_size: bigint, month = '2026-11', bucket_id = 3n) => {
    const pools = { charged_quota: 100n, free_quota: 50n, monthly_free_quota: 30n };
    const of = { bucket_id, bucket_name: 'photos', read_size };
    const record = { ...of, object_id: 1n, user_address: '', read_timestamp_us: 10n, object_name: 'a' };
    assert.ok(await spdb.consumeReadQuota({ ...of, month, ...pools }, record));
  };
  return { spdb, tables, read };
}

test('a month without reads shows what it begins with; the charged quota is the chain’s', async () => {
  const { tables, read } = setUp();
  const fresh = {
    charged_quota_size: 100n,
    sp_free_quota_size: 50n,
    consumed_size: 0n,
    free_quota_consume_size: 0n,
    sp_monthly_free_quota_size: 30n,
    monthly_free_quota_consume_size: 0n,
  };
  assert.deepEqual(await tables.getBucketReadQuota(bucket, '2026-11'), fresh);
  await read(135n);
  const bought = { ...bucket, charged_read_quota: 500n };
  assert.deepEqual(await tables.getBucketReadQuota(bought, '2026-11'), {
    ...fresh,
    charged_quota_size: 500n,
    sp_free_quota_size: 45n,
    consumed_size: 100n,
    free_quota_consume_size: 5n,
    sp_monthly_free_quota_size: 0n,
    monthly_free_quota_consume_size: 30n,
  });
  assert.deepEqual(await tables.getBucketReadQuota(bucket, 'any text'), fresh);
});

test('a chain that does not tell the one-time quota hides none of the rest', async () => {
  const { tables } = setUp({ spPrice: async () => Promise.reject(new Error('no answer')) });
  assert.equal((await tables.getBucketReadQuota(bucket, '2026-11')).sp_free_quota_size, 0n);
});

test('what migrates is the newest month; without one, what the chain and the provider give', async () => {
  const { tables, read } = setUp();
  const fresh = await tables.getLatestBucketReadQuota(3n);
  assert.deepEqual([fresh.month, fresh.bucket_name, fresh.free_quota_size], ['', '', 50n]);
  assert.deepEqual([fresh.charged_quota_size, fresh.monthly_free_quota_size], [100n, 30n]);
  await read(135n, '2026-10');
  await read(7n, '2026-11');
  const latest = await tables.getLatestBucketReadQuota(3n);
  assert.deepEqual([latest.month, latest.bucket_name, latest.free_quota_size], ['2026-11', 'photos', 45n]);
  assert.deepEqual([latest.read_consumed_size, latest.charged_quota_size], [7n, 100n]);
  await assert.rejects(tables.getLatestBucketReadQuota(4n), { innerCode: 90008 });
});

test('the sums of all buckets are those of each', async () => {
  const { tables, read } = setUp();
  for (let id = 1n; id <= 5n; id++) await read(id * 30n, '2026-11', id);
  assert.equal(await tables.getBucketReadQuotaCount('2026-11'), 5);
  const rows = [...(await tables.listBucketReadQuota('2026-11', 0, 3))];
  rows.push(...(await tables.listBucketReadQuota('2026-11', 3, 3)));
  for (const { bucket_id, bucket_name, charged_quota_size, ...row } of rows) {
    const { charged_quota_size: _, ...own } = await tables.getBucketReadQuota({ ...bucket, id: bucket_id }, '2026-11');
    assert.deepEqual(row, own);
    assert.deepEqual([bucket_name, charged_quota_size], ['photos', 100n]);
  }
  assert.equal(rows.length, 5);
});

test('records are bounded whatever is asked', async () => {
  const { tables, read } = setUp();
  for (let i = 0; i < 3; i++) await read(1n);
  const list = async (max_record_num: number) => {
    const query = { bucket_id: 3n, start_timestamp_us: 0n, end_timestamp_us: 100n, max_record_num };
    return (await tables.listBucketReadRecord(query)).map((row) => row.timestamp_us);
  };
  assert.deepEqual(await list(2), [10n, 11n]);
  for (const most of [0, -1, Number.MAX_SAFE_INTEGER]) assert.deepEqual(await list(most), [10n, 11n, 12n]);
});

test('more queries than allowed are 90002, tables that fail 95202', async () => {
  let answer = () => {};
  const price = new Promise<undefined>((resolve) => {
    answer = () => resolve(undefined);
  });
  const { tables, spdb } = setUp({ spPrice: () => price }, 1);
  const first = tables.getBucketReadQuota(bucket, '2026-11');
  await assert.rejects(tables.getBucketReadQuotaCount('2026-11'), { innerCode: 90002 });
  answer();
  await first;
  await spdb.close();
  await assert.rejects(tables.getBucketReadQuotaCount('2026-11'), { innerCode: 95202 });
});
