/**
 * What the JavaScript SDK has in browsers and misses in Node. Importing this puts it there, so that the methods that are
 * meant for pages run here unmodified.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';

/** Where Node tells of requests before they are sent. */
const REQUEST_CREATED = 'http.client.request.created';

/** In parts, the SDK pipes the stream of a `Blob`: outside browsers it counts on Node's own kind of streams. */
Object.assign(ReadableStream.prototype, {
  pipe(this: ReadableStream<Uint8Array>, target: NodeJS.WritableStream) {
    return Readable.fromWeb(this as never).pipe(target);
  },
});

/** Its HTTP client keeps the text of XML answers in browsers only, unless it is told to. */
const superagent = createRequire(import.meta.url)('superagent') as { buffer: Record<string, boolean> };
superagent.buffer['application/xml'] = true;

/** Runs `work` with every new request shown to `see`. */
export async function seeingRequests<T>(see: (request: ClientRequest) => void, work: () => Promise<T>): Promise<T> {
  const listener = (message: unknown) => see((message as { request: ClientRequest }).request);
  subscribe(REQUEST_CREATED, listener);
  try {
    return await work();
  } finally {
    unsubscribe(REQUEST_CREATED, listener);
  }
}
