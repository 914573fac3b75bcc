import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSpDb } from '@prairie/store';
import { type Measurement, measure } from './measure.ts';

const BUCKETS = 1000;
const READ_SIZE = 65_536n;
/** Never used up. */
const PLENTY = 1n << 60n;
const MONTH = '2026-11';

/** What a read costs in the provider's tables: quota taken, and the record written, in a transaction that is durable. */
export async function* benchQuota(seconds: number): AsyncGenerator<Measurement> {
  const root = await mkdtemp(join(tmpdir(), 'prairie-bench-'));
  const db = await openSpDb({ engine: 'sqlite', path: join(root, 'spdb.sqlite') });
  const pools = { charged_quota: PLENTY, free_quota: 0n, monthly_free_quota: 0n };
  const consume = async (index: number) => {
    const of = {
      bucket_id: BigInt(index % BUCKETS) + 1n,
      bucket_name: `bucket-${index % BUCKETS}`,
      read_size: READ_SIZE,
    };
    const record = { object_id: 7n, object_name: 'holidays/2026/photo-0001.jpg', user_address: `0x${'5a'.repeat(20)}` };
    const read_timestamp_us = BigInt(Date.now()) * 1000n;
    await db.consumeReadQuota({ ...of, ...pools, month: MONTH }, { ...of, ...record, read_timestamp_us });
  };
  const giveBack = (index: number) => db.reimburseReadQuota(BigInt(index % BUCKETS) + 1n, MONTH, 1n);
  try {
    yield await measure({ name: 'quota: take, and write the record', bytes: 0, run: consume }, seconds);
    yield await measure({ name: 'quota: give back', bytes: 0, run: giveBack }, seconds);
  } finally {
    await db.close();
    await rm(root, { recursive: true });
  }
}
