import { baseErrors, type Downloader, type DownloadObjectTask, sharedDownloaderErrors } from '@prairie/gfsp';
import { MAX_MESSAGE_BYTES, PAYLOAD_BYTES } from '../channel-options.ts';
import { inChunks } from '../chunks.ts';
import type { Caller } from '../client/caller.ts';
import { DownloadObjectRequest, DownloadObjectResponse } from '../messages/downloader.ts';
import { DownloadChunk } from '../messages/prairie.ts';
import { defineRpc, down, serve, unary } from '../method.ts';

/** For callers of the reference: the whole range in one message. */
export const downloadService = defineRpc('base.types.gfspserver.GfSpDownloadService', {
  // not repeatable: it charges read quota
  GfSpDownloadObject: unary(DownloadObjectRequest, DownloadObjectResponse, { deadlineMs: 300_000 }),
});

export const streamedDownloadService = defineRpc('prairie.Downloader', {
  DownloadObject: down(DownloadObjectRequest, DownloadChunk),
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
      for await (const chunk of await downloader.downloadObject(task)) chunks.push(chunk);
      return { data: Buffer.concat(chunks) };
    },
  });

export const serveStreamedDownload = (downloader: Downloader) =>
  serve(streamedDownloadService, {
    async DownloadObject({ download_object_task }) {
      const bytes = await downloader.downloadObject(present(download_object_task));
      return messages(bytes);
    },
  });

async function* messages(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<DownloadChunk> {
  for await (const data of inChunks(bytes, PAYLOAD_BYTES)) yield { data };
}

function present(task: DownloadObjectTask | undefined): DownloadObjectTask {
  if (!task?.object_info) throw baseErrors.downloadTaskDangling();
  return task;
}

export const callDownloader = (caller: Caller): Downloader => ({
  async downloadObject(download_object_task) {
    const chunks = await caller.down(streamedDownloadService.methods.DownloadObject, { download_object_task });
    return payloadOf(chunks);
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
