import { type ByteStream, baseErrors, type Uploader, type UploadObjectTask } from '@prairie/gfsp';
import { inChunks } from '../chunks.ts';
import type { Caller } from '../client/caller.ts';
import { Header, readHeader } from '../headers.ts';
import { UploadObjectRequest, UploadObjectResponse } from '../messages/uploader.ts';
import { defineRpc, serve, up } from '../method.ts';

export const uploadService = defineRpc('base.types.gfspserver.GfSpUploadService', {
  // no deadline: how long a payload may take is the uploader's business
  GfSpUploadObject: up(UploadObjectRequest, UploadObjectResponse),
});

export const serveUpload = (uploader: Uploader) =>
  serve(uploadService, {
    async GfSpUploadObject(requests, call) {
      const first = await requests.next();
      const task = first.done ? undefined : first.value.upload_object_task;
      if (first.done || !task) throw baseErrors.uploadObjectDangling();
      const announced = readHeader(call.metadata, Header.contentLength);
      const length = /^\d{1,19}$/.test(announced) ? BigInt(announced) : undefined;
      const hasMark = readHeader(call.metadata, Header.endMark) !== '';
      await uploader.uploadObject(task, payloads(first.value, requests, hasMark), length);
      return {};
    },
  });

/**
 * A stream that its sender cancels looks here like one that ended: Node ends an HTTP/2 stream before it says that it was
 * reset. So our callers end theirs with an empty message, and one that stops without it is broken. Other callers send
 * no mark; there the payload's checksum tells.
 */
async function* payloads(
  first: UploadObjectRequest,
  rest: AsyncIterable<UploadObjectRequest>,
  hasMark: boolean,
): AsyncGenerator<Uint8Array> {
  if (first.payload.length > 0) yield first.payload;
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
  async uploadObject(task, payload, contentLength) {
    const headers = {
      [Header.endMark]: '1',
      ...(contentLength !== undefined && { [Header.contentLength]: String(contentLength) }),
    };
    await caller.up(uploadService.methods.GfSpUploadObject, messages(task, payload, caller.payloadBytes), { headers });
  },
});

/** The task goes first and alone: the uploader may refuse it before there are bytes. An empty message is the end. */
async function* messages(
  upload_object_task: UploadObjectTask,
  payload: ByteStream,
  payloadBytes: number,
): AsyncGenerator<Partial<UploadObjectRequest>> {
  yield { upload_object_task };
  for await (const chunk of inChunks(payload, payloadBytes)) yield { payload: chunk };
  yield {};
}
