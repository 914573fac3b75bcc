import { baseErrors, type Downloader, type DownloadObjectTask, sharedDownloaderErrors } from '@prairie/gfsp';
import { MAX_MESSAGE_BYTES, PAYLOAD_BYTES } from '../channel-options.ts';
import { inChunks } from '../chunks.ts';
import type { Caller } from '../client/caller.ts';
import * as messages from '../messages/downloader.ts';
import { DownloadChunk } from '../messages/prairie.ts';
import { defineRpc, down, type MethodTraits, serve, unary } from '../method.ts';

const PIECE: MethodTraits = { deadlineMs: 60_000 };
const QUOTA: MethodTraits = { deadlineMs: 30_000 };

/** For callers of the reference `GfSpDownloadObject`: the whole range in one message. */
export const downloadService = defineRpc('base.types.gfspserver.GfSpDownloadService', {
  // not repeatable: it charges read quota
  GfSpDownloadObject: unary(messages.DownloadObjectRequest, messages.DownloadObjectResponse, { deadlineMs: 300_000 }),
  GfSpDownloadPiece: unary(messages.DownloadPieceRequest, messages.DownloadPieceResponse, PIECE),
  GfSpGetChallengeInfo: unary(messages.GetChallengeInfoRequest, messages.GetChallengeInfoResponse, {
    ...PIECE,
    repeatable: true,
  }),
  // not repeatable: each gives back, or takes
  GfSpReimburseQuota: unary(messages.ReimburseQuotaRequest, messages.ReimburseQuotaResponse, QUOTA),
  GfSpDeductQuotaForBucketMigrate: unary(
    messages.DeductQuotaForBucketMigrateRequest,
    messages.DeductQuotaForBucketMigrateResponse,
    QUOTA,
  ),
});

export const streamedDownloadService = defineRpc('prairie.Downloader', {
  DownloadObject: down(messages.DownloadObjectRequest, DownloadChunk),
});

/** Room for the rest of the message. */
const MAX_AT_ONCE = BigInt(MAX_MESSAGE_BYTES - 1024);

export const serveDownload = (downloader: Downloader) =>
  serve(downloadService, {
    async GfSpDownloadObject({ download_object_task }) {
      const task = present(download_object_task);
      const size = task.high - task.low + 1n;
      if (size > MAX_AT_ONCE) {
        throw sharedDownloaderErrors.invalidParams(
          `${size} bytes do not fit into one message of ${MAX_AT_ONCE}: ask for less`,
        );
      }
      const chunks: Uint8Array[] = [];
      for await (const chunk of await downloader.downloadObject(task)) chunks.push(chunk.slice());
      return { data: Buffer.concat(chunks) };
    },
    async GfSpDownloadPiece({ download_piece_task }) {
      return { data: await downloader.downloadPiece(present(download_piece_task)) };
    },
    async GfSpGetChallengeInfo({ challenge_piece_task }) {
      return downloader.getChallengeInfo(present(challenge_piece_task));
    },
    async GfSpReimburseQuota({ bucket_id, extra_quota, year_month }) {
      await downloader.reimburseQuota(bucket_id, extra_quota, year_month);
      return {};
    },
    async GfSpDeductQuotaForBucketMigrate({ bucket_id, deduct_quota, year_month }) {
      await downloader.deductQuotaForBucketMigrate(bucket_id, deduct_quota, year_month);
      return {};
    },
  });

export const serveStreamedDownload = (downloader: Downloader) =>
  serve(streamedDownloadService, {
    async DownloadObject({ download_object_task }) {
      const bytes = await downloader.downloadObject(present(download_object_task));
      return inMessages(bytes);
    },
  });

async function* inMessages(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<DownloadChunk> {
  for await (const data of inChunks(copiesOf(bytes), PAYLOAD_BYTES)) yield { data };
}

/** A message is put together of several chunks, and a chunk is the reader's only until it asks for the next one. */
async function* copiesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) yield chunk.slice();
}

function present<T extends Pick<DownloadObjectTask, 'object_info'>>(task: T | undefined): T {
  if (!task?.object_info) throw baseErrors.downloadTaskDangling();
  return task;
}

export const callDownloader = (caller: Caller): Downloader => ({
  async downloadObject(download_object_task) {
    const chunks = await caller.down(streamedDownloadService.methods.DownloadObject, { download_object_task });
    return payloadOf(chunks);
  },
  async downloadPiece(download_piece_task) {
    return (await caller.unary(downloadService.methods.GfSpDownloadPiece, { download_piece_task })).data;
  },
  async getChallengeInfo(challenge_piece_task) {
    const answer = await caller.unary(downloadService.methods.GfSpGetChallengeInfo, { challenge_piece_task });
    const { integrity_hash, checksums, data } = answer;
    return { integrity_hash, checksums, data };
  },
  async reimburseQuota(bucket_id, extra_quota, year_month) {
    await caller.unary(downloadService.methods.GfSpReimburseQuota, { bucket_id, extra_quota, year_month });
  },
  async deductQuotaForBucketMigrate(bucket_id, deduct_quota, year_month) {
    const request = { bucket_id, deduct_quota, year_month };
    await caller.unary(downloadService.methods.GfSpDeductQuotaForBucketMigrate, request);
  },
});

/** Not a generator: one that was never read would not end the call when it is returned. */
function payloadOf(chunks: AsyncIterableIterator<DownloadChunk>): AsyncIterableIterator<Uint8Array> {
  const bytes: AsyncIterableIterator<Uint8Array> = {
    async next() {
      const { done, value } = await chunks.next();
      return done ? { done, value: undefined } : { done: false, value: value.data };
    },
    async return() {
      await chunks.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => bytes,
  };
  return bytes;
}
