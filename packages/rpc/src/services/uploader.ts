import { type ByteStream, baseErrors, type Uploader } from '@prairie/gfsp';
import { inChunks } from '../chunks.ts';
import type { Caller } from '../client/caller.ts';
import { Header, readHeader } from '../headers.ts';
import * as messages from '../messages/uploader.ts';
import { defineRpc, serve, up } from '../method.ts';

export const uploadService = defineRpc('base.types.gfspserver.GfSpUploadService', {
  // no deadline: how long a payload may take is the uploader's business
  GfSpUploadObject: up(messages.UploadObjectRequest, messages.UploadObjectResponse),
  GfSpResumableUploadObject: up(messages.ResumableUploadObjectRequest, messages.ResumableUploadObjectResponse),
});

export const serveUpload = (uploader: Uploader) =>
  serve(uploadService, {
    async GfSpUploadObject(requests, call) {
      const { first, payload, length } = await opened(requests, call);
      const task = first?.upload_object_task;
      if (!task) throw baseErrors.uploadObjectDangling();
      await uploader.uploadObject(task, payload, length, call.signal);
      return {};
    },
    async GfSpResumableUploadObject(requests, call) {
      const { first, payload, length } = await opened(requests, call);
      const task = first?.resumable_upload_object_task;
      if (!task) throw baseErrors.uploadObjectDangling();
      await uploader.resumableUploadObject(task, payload, length, call.signal);
      return {};
    },
  });

interface WithPayload {
  payload: Uint8Array;
}

/** The first message, which has the task, and the payload of all of them. */
async function opened<T extends WithPayload>(
  requests: AsyncIterator<T> & AsyncIterable<T>,
  { metadata }: { metadata: Parameters<typeof readHeader>[0] },
): Promise<{ first: T | undefined; payload: ByteStream; length: bigint | undefined }> {
  const { value, done } = await requests.next();
  const first = done ? undefined : (value as T);
  const announced = readHeader(metadata, Header.contentLength);
  const length = /^\d{1,19}$/.test(announced) ? BigInt(announced) : undefined;
  const hasMark = readHeader(metadata, Header.endMark) !== '';
  return { first, payload: payloads(first, requests, hasMark), length };
}

/**
 * A stream that its sender cancels looks here like one that ended: Node ends an HTTP/2 stream before it says that it was
 * reset. So our callers end theirs with an empty message, and one that stops without it is broken. Other callers send
 * no mark; there the payload's checksum tells.
 */
async function* payloads(
  first: WithPayload | undefined,
  rest: AsyncIterable<WithPayload>,
  hasMark: boolean,
): AsyncGenerator<Uint8Array> {
  if (first && first.payload.length > 0) yield first.payload;
  let isWhole = !hasMark;
  try {
    for await (const { payload } of rest) {
      if (payload.length > 0) yield payload;
      else isWhole = true;
    }
  } catch (error) {
    throw baseErrors.exceptionsStream(undefined, error);
  }
  if (!isWhole) throw baseErrors.exceptionsStream();
}

export const callUploader = (caller: Caller): Uploader => ({
  async uploadObject(upload_object_task, payload, contentLength, gone) {
    const sent = messagesOf({ upload_object_task }, payload, caller.payloadBytes);
    await caller.up(uploadService.methods.GfSpUploadObject, sent, {
      headers: headersOf(contentLength),
      ...(gone && { signal: gone }),
    });
  },
  async resumableUploadObject(resumable_upload_object_task, payload, contentLength, gone) {
    const sent = messagesOf({ resumable_upload_object_task }, payload, caller.payloadBytes);
    await caller.up(uploadService.methods.GfSpResumableUploadObject, sent, {
      headers: headersOf(contentLength),
      ...(gone && { signal: gone }),
    });
  },
});

const headersOf = (contentLength: bigint | undefined): Record<string, string> => ({
  [Header.endMark]: '1',
  ...(contentLength !== undefined && { [Header.contentLength]: String(contentLength) }),
});

/** The task goes first and alone: the uploader may refuse it before there are bytes. An empty message is the end. */
async function* messagesOf<T>(
  first: T,
  payload: ByteStream,
  payloadBytes: number,
): AsyncGenerator<T | Partial<WithPayload>> {
  yield first;
  for await (const chunk of inChunks(payload, payloadBytes)) yield { payload: chunk };
  yield {};
}
