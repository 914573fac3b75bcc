import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { QUOTA, read, setUp, thisMonth } from './testing.ts';

/** Runs the jobs, so many at a time. */
async function inParallel(width: number, jobs: readonly (() => Promise<void>)[]): Promise<void> {
  const waiting = [...jobs];
  const work = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) await job();
  };
  await Promise.all(Array.from({ length: width }, work));
}

test('25 downloads, 5 at a time, are charged exactly, and each has its record', async () => {
  const { downloader, request, disk, bucket_info } = await setUp();
  const charged = { ...bucket_info, charged_read_quota: 25n * 2500n };
  const one = async () => {
    const bytes = await read(await downloader.downloadObject(request({ bucket_info: charged })));
    assert.equal(bytes.length, 2500);
  };
  await inParallel(5, Array(25).fill(one));
  assert.equal((await disk.spdb.getBucketTraffic(bucket_info.id, thisMonth()))?.read_consumed_size, 25n * 2500n);
  const records = await disk.spdb.listReadRecords(bucket_info.id, 0n, 2n ** 62n, 100);
  assert.equal(records.length, 25);
  assert.equal(new Set(records.map((row) => row.read_timestamp_us)).size, 25);
  await assert.rejects(downloader.downloadObject(request({ bucket_info: charged, high: 0n })), { innerCode: 30004 });
});

test('a download whose row cannot be read costs nothing', async () => {
  const { downloader, request, disk, quotaLeft } = await setUp();
  disk.spdb.getIntegrity = async () => {
    throw new Error('the database is away');
  };
  await assert.rejects(downloader.downloadObject(request()), { innerCode: 45201 });
  assert.equal(await quotaLeft(), QUOTA);
});

test('property: reads that end early, in any order, cost what was sent, and the pools keep their sum', async () => {
  const reads = fc.array(fc.record({ length: fc.integer({ min: 1, max: 2500 }), chunks: fc.nat({ max: 30 }) }), {
    minLength: 1,
    maxLength: 15,
  });
  await fc.assert(
    fc.asyncProperty(reads, fc.integer({ min: 1, max: 6 }), async (asked, width) => {
      const { downloader, request, disk, bucket_info } = await setUp({ monthlyFreeQuota: 4000n });
      let sent = 0n;
      const jobs = asked.map(({ length, chunks }) => async () => {
        const stream = await downloader.downloadObject(request({ high: BigInt(length) - 1n })).catch((error) => {
          assert.equal(error.innerCode, 30004);
        });
        if (!stream) return;
        const iterator = stream[Symbol.asyncIterator]();
        for (let i = 0; i < chunks; i++) {
          const { done, value } = await iterator.next();
          if (done) return;
          sent += BigInt(value.length);
        }
        await iterator.return?.();
      });
      await inParallel(width, jobs);
      const row = await disk.spdb.getBucketTraffic(bucket_info.id, thisMonth());
      const { read_consumed_size = 0n, monthly_free_quota_consumed_size = 0n } = row ?? {};
      assert.equal(read_consumed_size + monthly_free_quota_consumed_size, sent);
      assert.equal((row?.monthly_quota_size ?? 4000n) + monthly_free_quota_consumed_size, 4000n);
    }),
    { numRuns: 30 },
  );
});

test('property: what is taken and given back at once adds up, and never exceeds the quota', async () => {
  const size = fc.bigInt({ min: 1n, max: 2000n });
  await fc.assert(
    fc.asyncProperty(fc.array(size, { minLength: 1, maxLength: 12 }), async (sizes) => {
      const { downloader, bucket_info, quotaLeft } = await setUp();
      let kept = 0n;
      const take = async (taken: bigint, index: number) => {
        try {
          await downloader.deductQuotaForBucketMigrate(bucket_info.id, taken, thisMonth());
        } catch (error) {
          assert.equal((error as { innerCode: number }).innerCode, 30004);
          return;
        }
        if (index % 2) await downloader.reimburseQuota(bucket_info.id, taken, thisMonth());
        else kept += taken;
        assert.ok((await quotaLeft()) >= 0n);
      };
      await Promise.all(sizes.map(take));
      assert.equal(await quotaLeft(), QUOTA - kept);
    }),
    { numRuns: 30 },
  );
});
