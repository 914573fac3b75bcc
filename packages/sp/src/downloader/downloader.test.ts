import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { greenfieldPayment, greenfieldStorage as storage } from '@prairie/chain';
import fc from 'fast-check';
import { operatorOf } from '../testing/chain.ts';
import { payloadOf, rejectsWith } from '../testing/network.ts';
import { read, setUp } from './testing.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

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
  assert.equal(await quotaLeft(), 4000n);
  const stream = (await downloader.downloadObject(request()))[Symbol.asyncIterator]();
  assert.equal(await quotaLeft(), 1500n);
  await stream.next();
  await stream.return?.();
  assert.equal(await quotaLeft(), 3900n);
});

test('a reader who leaves before the first byte pays nothing', async () => {
  const { downloader, request, quotaLeft } = await setUp();
  const stream = (await downloader.downloadObject(request()))[Symbol.asyncIterator]();
  await stream.return?.();
  assert.equal(await quotaLeft(), 5000n);
});

test('without enough quota nothing is taken: 30004', async () => {
  const { downloader, request, quotaLeft } = await setUp();
  await read(await downloader.downloadObject(request()));
  await read(await downloader.downloadObject(request()));
  await rejectsWith(downloader.downloadObject(request({ high: 0n })), 30004);
  assert.equal(await quotaLeft(), 0n);
});

test('the operator reads without quota', async () => {
  const { downloader, request, quotaLeft } = await setUp();
  await read(await downloader.downloadObject(request({}, operatorOf(1).toLowerCase())));
  assert.equal(await quotaLeft(), 5000n);
});

test('a missing piece is 85102 before the first byte, a broken one 85101, and the quota is given back', async () => {
  const { downloader, request, disk, quotaLeft } = await setUp();
  await disk.pieceStore.delete('s1_s0');
  await rejectsWith(downloader.downloadObject(request()), 85102);
  await disk.pieceStore.put('s1_s0', payloadOf(50));
  await rejectsWith(downloader.downloadObject(request()), 85101);
  assert.equal(await quotaLeft(), 5000n);
  await disk.pieceStore.put('s1_s0', payloadOf(1024));
  await disk.pieceStore.delete('s1_s1');
  const stream = await downloader.downloadObject(request());
  await rejectsWith(read(stream), 85102);
  assert.equal(await quotaLeft(), 5000n - 1024n);
});

test('ranges that are not in the object are 30005', async () => {
  const { downloader, request } = await setUp();
  for (const [low, high] of [
    [5n, 3n],
    [0n, 2500n],
    [-1n, 4n],
  ] as const) {
    await rejectsWith(downloader.downloadObject(request({ low, high })), 30005);
  }
});

test('no bytes are free, and refused where bytes would be: an empty object, and who only asks', async () => {
  const { downloader, request, quotaLeft } = await setUp();
  assert.equal((await read(await downloader.downloadObject(request({ low: 5n, high: 4n })))).length, 0);
  assert.equal(await quotaLeft(), 5000n);
  const empty = await setUp({}, { payload_size: 0n });
  assert.equal((await read(await empty.downloader.downloadObject(empty.request({ high: -1n })))).length, 0);
  const { OBJECT_STATUS_DISCONTINUED } = storage.ObjectStatus;
  const gone = await setUp({}, { object_status: OBJECT_STATUS_DISCONTINUED });
  await rejectsWith(gone.downloader.downloadObject(gone.request({ high: -1n })), 30009);
});

test('created objects are readable once they are whole: else 30009', async () => {
  const { downloader, request, disk, payload } = await setUp(
    {},
    { object_status: storage.ObjectStatus.OBJECT_STATUS_CREATED },
  );
  await rejectsWith(downloader.downloadObject(request()), 30009);
  const row = { object_id: 1n, redundancy_index: -1, integrity_checksum: Buffer.alloc(32, 1), object_size: 2500n };
  await disk.spdb.setIntegrity({ ...row, piece_checksum_list: [Buffer.alloc(32)] });
  await rejectsWith(downloader.downloadObject(request()), 30009);
  const checksums = [0, 1, 2].map((at) => sha256(payload.subarray(at * 1024, (at + 1) * 1024)));
  await disk.spdb.setIntegrity({ ...row, piece_checksum_list: checksums });
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
  assert.equal(await quotaLeft(), 5000n);
});
