/** Sends recorded requests as they were: same line, same headers in the same order and case, same body. */
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { type Exchange, headerOf, type RecordedBody } from './recording.ts';

export interface Answer {
  status: number;
  headers: [string, string][];
  body: Buffer;
}

export interface Outgoing {
  method: string;
  url: string;
  headers: readonly [string, string][];
  body: Uint8Array;
}

/** No answer is waited for longer, milliseconds of the machine. */
const PATIENCE_MS = 30_000;

export class Sender {
  readonly #agent = new Agent({ keepAlive: true });

  /** @throws Error when the connection breaks */
  send(port: number, { method, url, headers, body }: Outgoing): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { method, path: url, headers: headers.flat(), host: '127.0.0.1', port, agent: this.#agent };
      const outgoing = request({ ...options, timeout: PATIENCE_MS, setHost: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { rawHeaders } = response;
          const pairs = rawHeaders.flatMap((name, i) =>
            i % 2 ? [] : [[name, rawHeaders[i + 1]!] as [string, string]],
          );
          resolve({ status: response.statusCode!, headers: pairs, body: Buffer.concat(chunks) });
        });
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)));
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

type Request = Pick<Exchange, 'method' | 'url' | 'request_headers' | 'request_body'>;

/** A recorded exchange's request. @throws Error when its body is not kept and does not follow from the formula */
export function outgoingOf({ method, url, request_headers, request_body }: Request): Outgoing {
  const length = Number(headerOf(request_headers, 'Content-Length') ?? request_body.len);
  return { method, url, headers: request_headers, body: bytesOf(request_body, length) };
}

/** Byte i of generated payloads is (i·31 + 7) & 255 (`fixtures/README.md`). */
export function generated(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + 7) & 255;
  return bytes;
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function bytesOf({ len, text, base64, sha256: digest }: RecordedBody, length: number): Buffer {
  if (text !== undefined) return Buffer.from(text);
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  const bytes = generated(length);
  // what an early answer cut off was recorded as far as it came
  if (sha256(bytes.subarray(0, len)) !== digest) throw new Error('a body that is not kept and not the generated one');
  return bytes;
}
