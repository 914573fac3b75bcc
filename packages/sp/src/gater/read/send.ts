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
    if (left === 0) response.end(chunk);
    else if (!response.write(chunk)) await drained(response);
  }
  if (left > 0) throw new Error(`the content ended ${left} bytes early`);
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, headers).end();
}

/** The client took what was written, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
