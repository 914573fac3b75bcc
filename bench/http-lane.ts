/**
 * A client that costs next to nothing: one connection, one request at a time, sent as prepared bytes, its answer counted
 * and dropped. What is measured is the server then, also where both share a machine.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Of one answer. */
export interface Counted {
  status: number;
  bodyBytes: number;
}

const HEAD_END = '\r\n\r\n';
const CHUNK_END = Buffer.from('\r\n0\r\n\r\n');
/** Headers are a few hundred bytes: more is another protocol. */
const MAX_HEAD_BYTES = 64 << 10;

export class HttpLane {
  readonly #socket: Socket;
  #data: Buffer = Buffer.alloc(0);
  #failure: Error | undefined;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#data = this.#data.length === 0 ? chunk : Buffer.concat([this.#data, chunk]);
      this.#wake();
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static async open(port: number): Promise<HttpLane> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    return new HttpLane(socket);
  }

  /** @throws Error when the connection ends before the answer does, or the answer is no HTTP */
  async send(request: Buffer): Promise<Counted> {
    this.#socket.write(request);
    const head = await this.#head();
    const status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const bodyless = status === 204 || status === 304 || request.subarray(0, 5).toString('latin1') === 'HEAD ';
    if (bodyless) return { status, bodyBytes: 0 };
    if (length !== undefined) return { status, bodyBytes: await this.#skip(Number(length)) };
    if (/\r\ntransfer-encoding: *chunked/i.test(head)) return { status, bodyBytes: await this.#skipChunks() };
    throw new Error(`the answer says neither how long it is nor that it is chunked: ${head.slice(0, 200)}`);
  }

  close(): void {
    this.#socket.removeAllListeners();
    this.#socket.on('error', () => {});
    this.#socket.destroy();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  #more(): Promise<void> {
    if (this.#failure) throw this.#failure;
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #head(): Promise<string> {
    for (;;) {
      const end = this.#data.indexOf(HEAD_END);
      if (end >= 0) {
        const head = this.#data.toString('latin1', 0, end);
        this.#data = this.#data.subarray(end + HEAD_END.length);
        return head;
      }
      if (this.#data.length > MAX_HEAD_BYTES) throw new Error('the answer has no end of its headers');
      await this.#more();
    }
  }

  async #skip(length: number): Promise<number> {
    let left = length;
    for (;;) {
      const taken = Math.min(left, this.#data.length);
      this.#data = this.#data.subarray(taken);
      left -= taken;
      if (left === 0) return length;
      await this.#more();
    }
  }

  /** Bytes of the body and of its chunks' sizes: nothing follows the last chunk, as one request is under way at a time. */
  async #skipChunks(): Promise<number> {
    let bytes = 0;
    let tail: Buffer = Buffer.from('\r\n');
    for (;;) {
      bytes += this.#data.length;
      tail = Buffer.concat([tail, this.#data]).subarray(-CHUNK_END.length);
      this.#data = Buffer.alloc(0);
      if (tail.equals(CHUNK_END)) return bytes;
      await this.#more();
    }
  }
}
