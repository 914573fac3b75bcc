/** Request bodies with a limit. */
import type { IncomingMessage } from 'node:http';

/** As the node: bytes of a request's body on either port. */
export const MAX_BODY = 1_000_000;

/** Undefined when the body is larger than the node accepts; what is left of it is thrown away, so that an answer arrives. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) break;
    chunks.push(chunk);
  }
  if (size <= MAX_BODY) return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  // the connection goes on behind it: what nobody reads would block the requests after this one
  request.resume();
  return undefined;
}
