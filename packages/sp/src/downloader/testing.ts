/** A downloader with one object; store, tables and chain are real or in memory. */
import type { greenfieldStorage as storage } from '@prairie/chain';
import { greenfieldStorage } from '@prairie/chain';
import { type ByteStream, type DownloadObjectTask, newTask, silentLogger } from '@prairie/gfsp';
import { operatorOf, TestChain } from '../testing/chain.ts';
import { Disk, payloadOf } from '../testing/network.ts';
import { DownloaderModule, type DownloaderOptions } from './index.ts';

export const USER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
/** Read quota of the bucket, bytes. */
export const QUOTA = 5000n;

export const thisMonth = (): string => new Date().toISOString().slice(0, 7);

/** A sealed object of 2500 bytes in three segments, in a bucket with 5000 bytes of read quota. */
export async function setUp(options: Partial<DownloaderOptions> = {}, object: Partial<storage.ObjectInfo> = {}) {
  const chain = new TestChain();
  const disk = new Disk();
  const payload = payloadOf(2500);
  for (let at = 0; at < 3; at++) {
    await disk.pieceStore.put(`s1_s${at}`, payload.subarray(at * 1024, (at + 1) * 1024));
  }
  const bucket_info = chain.addBucket('bucket', 1);
  bucket_info.charged_read_quota = QUOTA;
  const object_info = chain.addObject({
    payload_size: 2500n,
    object_status: greenfieldStorage.ObjectStatus.OBJECT_STATUS_SEALED,
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
  /** Bytes of the quota that are left. */
  const quotaLeft = async (): Promise<bigint> =>
    QUOTA - ((await disk.spdb.getBucketTraffic(bucket_info.id, thisMonth()))?.read_consumed_size ?? 0n);
  return { chain, disk, payload, downloader, request, quotaLeft, object_info, bucket_info };
}

export async function read(stream: ByteStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk.slice());
  return Buffer.concat(chunks);
}
