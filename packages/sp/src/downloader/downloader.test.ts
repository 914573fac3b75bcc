import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldPayment, greenfieldStorage as storage } from '@prairie/chain';
import { type ByteStream, type DownloadObjectTask, newTask, silentLogger } from '@prairie/gfsp';
import fc from 'fast-check';
import { operatorOf, TestChain } from '../testing/chain.ts';
import { Disk, payloadOf, rejectsWith } from '../testing/network.ts';
import { DownloaderModule, type DownloaderOptions } from './index.ts';

const USER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';

/** A sealed object of 2500 bytes in three segments, in a bucket with 5000 bytes of read quota. */
async function setUp(options: Partial<DownloaderOptions> = {}, object: Partial<storage.ObjectInfo> = {}) {
  const chain = new TestChain();
  const disk = new Disk();
  const payload = payloadOf(2500);
  for (let at = 0; at < 3; at++) {
    await disk.pieceStore.put(`s1_s${at}`, payload.subarray(at * 1024, (at + 1) * 1024));
  }
  const bucket_info = { ...chain.addBucket('bucket', 1), charged_read_quota: 5000n };
  const object_info = chain.addObject({
    payload_size: 2500n,
    object_status: storage.ObjectStatus.OBJECT_STATUS_SEALED,
    ...object,
  });
  Object.assign(chain, { spPrice: async () => undefined });
  const dependencies = { consensus: chain, ...disk, logger: silentLogger };
  const all = { operatorAddress: operatorOf(1), sliceBytes: 100, ...options };
  const downloader = new DownloaderModule(all, dependencies);
  const request = (over: Partial<DownloadObjectTask> = {}, user_address = USER): DownloadObjectTask => ({
    object_info,
    bucket_info,
    storage_params: chain.params,
    task: newTask({ user_address }),
    low: 0n,
    high: 2499n,
    ...over,
  });
  /** Bytes of the 5000 that are left. */
  const quotaLeft = (): bigint => {
    const month = new Date().toISOString().slice(0, 7);
    const record = {
      bucket_id: bucket_info.id,
      object_id: 1n,
      user_address: '',
      read_timestamp_us: 1n,
      bucket_name: 'bucket',
      object_name: 'o1',
    };
    for (let size = 5000n; size > 0n; size--) {
      const quota = { bucket_id: bucket_info.id, bucket_name: 'bucket', month, read_size: size };
      const pools = { charged_quota: 5000n, free_quota: 0n, monthly_free_quota: 0n };
      if (!disk.spdb.consumeReadQuota({ ...quota, ...pools }, { ...record, read_size: size })) continue;
      disk.spdb.reimburseReadQuota(bucket_info.id, month, size);
      return size;
    }
    return 0n;
  };
  return { chain, disk, payload, downloader, request, quotaLeft, object_info, bucket_info };
}

async function read(stream: ByteStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('property: any range is exactly those bytes, in slices', async () => {
  const { downloader, request, payload } = await setUp();
  const bound = fc.integer({ min: 0, max: 2499 });
  await fc.assert(
    fc.asyncProperty(bound, bound, async (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      // The operator reads without quota.
      const range = { low: BigInt(low), high: BigInt(high) };
      const stream = await downloader.downloadObject(request(range, operatorOf(1)));
      assert.deepEqual(await read(stream), payload.subarray(low, high + 1));
    }),
    { numRuns: 50 },
  );
});

test('pieces are read one slice ahead of the reader, no further', async () => {
  const { downloader, request, disk } = await setUp();
  const get = disk.pieceStore.get.bind(disk.pieceStore);
  let reads = 0;
  disk.pieceStore.get = (...args) => {
    reads += 1;
    return get(...args);
  };
  const stream = (await downloader.downloadObject(request()))[Symbol.asyncIterator]();
  assert.equal(reads, 1);
  await stream.next();
  await stream.next();
  await new Promise(setImmediate);
  assert.equal(reads, 3);
  await stream.return?.();
});

test('the whole length is charged at once; what is not sent is given back', async () => {
  const { downloader, request, quotaLeft } = await setUp();
  await read(await downloader.downloadObject(request({ high: 999n })));
  assert.equal(quotaLeft(), 4000n);
  const stream = (await downloader.downloadObject(request()))[Symbol.asyncIterator]();
  assert.equal(quotaLeft(), 1500n);
  await stream.next();
  await stream.return?.();
  assert.equal(quotaLeft(), 3900n);
});

test('a reader who leaves before the first byte pays nothing', async () => {
  const { downloader, request, quotaLeft } = await setUp();
  const stream = (await downloader.downloadObject(request()))[Symbol.asyncIterator]();
  await stream.return?.();
  assert.equal(quotaLeft(), 5000n);
});

test('without enough quota nothing is taken: 30004', async () => {
  const { downloader, request, quotaLeft } = await setUp();
  await read(await downloader.downloadObject(request()));
  await read(await downloader.downloadObject(request()));
  await rejectsWith(downloader.downloadObject(request({ high: 0n })), 30004);
  assert.equal(quotaLeft(), 0n);
});

test('the operator reads without quota', async () => {
  const { downloader, request, quotaLeft } = await setUp();
  await read(await downloader.downloadObject(request({}, operatorOf(1).toLowerCase())));
  assert.equal(quotaLeft(), 5000n);
});

test('a missing piece is 85102 before the first byte, a broken one 85101, and the quota is given back', async () => {
  const { downloader, request, disk, quotaLeft } = await setUp();
  await disk.pieceStore.delete('s1_s0');
  await rejectsWith(downloader.downloadObject(request()), 85102);
  await disk.pieceStore.put('s1_s0', payloadOf(50));
  await rejectsWith(downloader.downloadObject(request()), 85101);
  assert.equal(quotaLeft(), 5000n);
  await disk.pieceStore.put('s1_s0', payloadOf(1024));
  await disk.pieceStore.delete('s1_s1');
  const stream = await downloader.downloadObject(request());
  await rejectsWith(read(stream), 85102);
  assert.equal(quotaLeft(), 5000n - 1024n);
});

test('ranges that are not in the object are 30005', async () => {
  const { downloader, request } = await setUp();
  for (const [low, high] of [
    [5n, 4n],
    [0n, 2500n],
    [-1n, 4n],
  ] as const) {
    await rejectsWith(downloader.downloadObject(request({ low, high })), 30005);
  }
  const empty = await setUp({}, { payload_size: 0n });
  await rejectsWith(empty.downloader.downloadObject(empty.request()), 30005);
});

test('created objects are readable once they are whole: else 30009', async () => {
  const { downloader, request, disk } = await setUp({}, { object_status: storage.ObjectStatus.OBJECT_STATUS_CREATED });
  await rejectsWith(downloader.downloadObject(request()), 30009);
  const row = { object_id: 1n, redundancy_index: -1, integrity_checksum: Buffer.alloc(32, 1), object_size: 2500n };
  disk.spdb.setIntegrity({ ...row, piece_checksum_list: [Buffer.alloc(32)] });
  await rejectsWith(downloader.downloadObject(request()), 30009);
  disk.spdb.setIntegrity({ ...row, piece_checksum_list: [1, 2, 3].map((byte) => Buffer.alloc(32, byte)) });
  assert.equal((await read(await downloader.downloadObject(request()))).length, 2500);
  const discontinued = await setUp({}, { object_status: storage.ObjectStatus.OBJECT_STATUS_DISCONTINUED });
  await rejectsWith(discontinued.downloader.downloadObject(discontinued.request()), 30009);
});

test('a frozen payment account is 30008; one that cannot be asked about is not frozen', async () => {
  const { STREAM_ACCOUNT_STATUS_FROZEN } = greenfieldPayment.StreamAccountStatus;
  const frozen = await setUp();
  const record = greenfieldPayment.StreamRecord.create({ status: STREAM_ACCOUNT_STATUS_FROZEN });
  Object.assign(frozen.chain, { streamRecord: async () => record });
  await rejectsWith(frozen.downloader.downloadObject(frozen.request()), 30008);
  const unknown = await setUp();
  Object.assign(unknown.chain, { streamRecord: async () => Promise.reject(new Error('no answer')) });
  await read(await unknown.downloader.downloadObject(unknown.request()));
});

test('more downloads than allowed are 30003, and stopping ends those that run', async () => {
  const { downloader, request, quotaLeft } = await setUp({ maxDownloads: 1 });
  const first = await downloader.downloadObject(request());
  await rejectsWith(downloader.downloadObject(request()), 30003);
  await downloader.stop();
  await rejectsWith(read(first), 30003);
  assert.equal(quotaLeft(), 5000n);
});
