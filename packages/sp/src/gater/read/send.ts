/** Bytes to a client, as fast as it takes them. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ByteStream } from '@prairie/gfsp';
import type { GatewayRequest } from '../http/handler.ts';
import type { ByteRange } from './range.ts';

export interface Answer {
  readonly status: 200 | 206 | 304;
  readonly headers: OutgoingHttpHeaders;
  /** What the body is; it may be empty. */
  readonly bytes: ByteRange;
}

/**
 * The head goes out with the first byte: an error before that is an answer of its own. A client that goes away ends the
 * read, and with it the charge. @throws what reading throws
 */
export async function send(
  body: ByteStream,
  { request, response }: { request: GatewayRequest; response: ServerResponse },
  { status, headers, bytes }: Answer,
): Promise<void> {
  let left = Number(bytes.high - bytes.low + 1n);
  if (response.destroyed) {
    await body[Symbol.asyncIterator]().return?.();
    return;
  }
  for await (const chunk of request.paced(body)) {
    // writing on would be an error that nobody hears
    if (response.destroyed) return;
    if (!response.headersSent) response.writeHead(status, headers);
    left -= chunk.length;
    await written(response, chunk, left === 0);
  }
  if (left > 0) throw new Error(`the content ended ${left} bytes early`);
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, headers).end();
}

/** The system has the bytes, or the client is gone: whoever made the chunk may use its memory again. */
function written(response: ServerResponse, chunk: Uint8Array, isLast: boolean): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('close', done);
      resolve();
    };
    response.once('close', done);
    if (isLast) response.end(chunk, done);
    else response.write(chunk, done);
  });
}
