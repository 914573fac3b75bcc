/** Requests as bytes on a socket, well-formed or not, and what comes back. */
import { connect, type Socket } from 'node:net';

/** What is done with the body, which some clients do not get to the end of. */
export type Framing =
  | 'none'
  | 'length'
  | 'chunked'
  /** Two lengths that differ. */
  | 'two-lengths'
  /** A chunk whose size is no number. */
  | 'broken-chunk'
  /** More is announced than comes; then the connection is cut. */
  | 'cut-body'
  /** The connection is cut within the header. */
  | 'cut-header'
  /** The body waits for `100 Continue`, which may never come. */
  | 'expect';

export interface WireRequest {
  method: string;
  target: string;
  /** In order; names may come twice. */
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer;
  framing: Framing;
}

export interface WireAnswer {
  status: number;
  headers: ReadonlyMap<string, string>;
  body: Buffer;
}

/** Longer than any handler keeps a client waiting: an update waits up to 30 s for the seal before it. */
const ANSWER_MS = 45_000;
/** What is cut stays open for a moment, so that the server has begun with it. */
const CUT_MS = 20;

/** Nobody is there for the answer to these: the connection is cut from here. */
export const isCut = ({ framing }: WireRequest): boolean => framing === 'cut-body' || framing === 'cut-header';

/**
 * What is no HTTP is refused where it stops being that, and what has a body that nobody expects is answered before the
 * body is in. The connection is closed with bytes still on the way then: the answer may be cut short, get lost, or come
 * after another one.
 */
export function isLossy({ method, target, headers, framing }: WireRequest): boolean {
  const hasControls = (text: string) => /\p{Cc}/u.test(text.replaceAll('\t', ''));
  const isUnexpected = framing !== 'none' && !['PUT', 'POST'].includes(method);
  const isBroken = framing === 'broken-chunk' || framing === 'two-lengths' || isUnexpected;
  return isBroken || headers.some(([, value]) => hasControls(value)) || /[^!-~]/.test(target);
}

export function headerBytes({ method, target, headers, body, framing }: WireRequest): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  const length: Partial<Record<Framing, string>> = {
    length: `Content-Length: ${body.length}\r\n`,
    expect: `Content-Length: ${body.length}\r\nExpect: 100-continue\r\n`,
    'two-lengths': `Content-Length: ${body.length}\r\nContent-Length: ${body.length + 1}\r\n`,
    'cut-body': `Content-Length: ${body.length + 1000}\r\n`,
    chunked: 'Transfer-Encoding: chunked\r\n',
    'broken-chunk': 'Transfer-Encoding: chunked\r\n',
  };
  return Buffer.from(
    `${method} ${target} HTTP/1.1\r\n${lines.join('')}Connection: close\r\n${length[framing] ?? ''}\r\n`,
  );
}

function bodyBytes({ body, framing }: WireRequest): Buffer {
  const chunk = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);
  if (framing === 'chunked')
    return Buffer.concat([body.length > 0 ? chunk : Buffer.alloc(0), Buffer.from('0\r\n\r\n')]);
  if (framing === 'broken-chunk') return Buffer.concat([chunk, Buffer.from('no number\r\nrest\r\n')]);
  return framing === 'none' ? Buffer.alloc(0) : body;
}

/** The answer; undefined when none came before the end of the connection. @throws Error when nothing comes for long */
export function exchange(port: number, request: WireRequest): Promise<WireAnswer | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer within ${ANSWER_MS} ms`));
    }, ANSWER_MS);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // a server may close before it has read all: what came until then counts
    socket.on('error', () => {});
    socket.once('close', () => {
      clearTimeout(timer);
      try {
        resolve(parseAnswer(Buffer.concat(chunks), request));
      } catch (error) {
        reject(error);
      }
    });
    socket.once('connect', () => send(socket, request));
  });
}

function send(socket: Socket, request: WireRequest): void {
  const header = headerBytes(request);
  if (request.framing === 'cut-header') {
    socket.write(header.subarray(0, Math.floor(header.length / 2)));
    setTimeout(() => socket.destroy(), CUT_MS);
    return;
  }
  socket.write(header);
  socket.write(bodyBytes(request));
  if (request.framing === 'cut-body') setTimeout(() => socket.destroy(), CUT_MS);
}

/** @throws Error when it is no HTTP, or ends before it should */
function parseAnswer(bytes: Buffer, request: WireRequest): WireAnswer | undefined {
  if (bytes.length === 0) return undefined;
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) throw new Error(`an answer without an end of its header: ${bytes.toString('latin1').slice(0, 200)}`);
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
  if (!status) throw new Error(`an answer that begins with ${JSON.stringify(first.slice(0, 100))}`);
  const rest = bytes.subarray(end + 4);
  // 100 Continue comes before the answer
  if (status === 100) return parseAnswer(rest, request);
  const headers = new Map(
    lines.map((line) => [line.split(':', 1)[0]!.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const isBodyless = request.method === 'HEAD' || status === 304;
  return { status, headers, body: isBodyless ? Buffer.alloc(0) : bodyOf(rest, headers, isLossy(request)) };
}

function bodyOf(bytes: Buffer, headers: ReadonlyMap<string, string>, isLenient: boolean): Buffer {
  if (headers.get('transfer-encoding') === 'chunked') return unchunked(bytes);
  const announced = headers.get('content-length');
  if (announced === undefined) return bytes;
  if (!isLenient && Number(announced) !== bytes.length) {
    throw new Error(`an answer of ${bytes.length} bytes that announced ${announced}`);
  }
  return bytes.subarray(0, Number(announced));
}

function unchunked(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16);
    if (end < 0 || !(size >= 0)) throw new Error('an answer with broken chunks');
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
