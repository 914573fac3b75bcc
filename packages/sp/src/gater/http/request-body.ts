/** The body of a request: read when a handler wants it, discarded when nobody does. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ByteStream } from '@prairie/gfsp';

/** Of a body that nobody wants, so much is read, and for so long; then the connection is broken off. */
const DISCARD_BYTES = 64 * 1024 * 1024;
const DISCARD_MS = 30_000;

export interface RequestBodyDependencies {
  /** Its `Connection` header says whether the connection lives on. */
  response: ServerResponse;
  /** No faster than the client may send. */
  paced: (bytes: ByteStream) => ByteStream;
}

export class RequestBody {
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #paced: RequestBodyDependencies['paced'];
  /** The client sends nothing until it is told to (`Expect: 100-continue`). */
  #isHeldBack: boolean;
  #discarded: Promise<void> | undefined;

  constructor(message: IncomingMessage, { response, paced }: RequestBodyDependencies) {
    this.#message = message;
    this.#response = response;
    this.#paced = paced;
    this.#isHeldBack = message.httpVersion === '1.1' && /100-continue/i.test(message.headers.expect ?? '');
    // until it is told, a refusal ends the connection: nobody knows whether the body comes after all
    if (this.#isHeldBack) response.setHeader('Connection', 'close');
  }

  /**
   * Chunks as they arrive; not asking for the next one holds the client back. Ending early leaves the connection open,
   * so that the answer still goes out on it.
   */
  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#isHeldBack) {
      this.#isHeldBack = false;
      this.#response.removeHeader('Connection');
      this.#response.writeContinue();
    }
    yield* this.#paced(this.#message.iterator({ destroyOnReturn: false }));
  }

  /** Nothing is left of it, or the client waits to be told that it may send it. */
  get isIn(): boolean {
    return this.#message.complete || this.#isHeldBack;
  }

  /**
   * Reads on what a refused client still sends: closing at once would reset the connection, and the client would lose
   * the answer that says why. Resolves when there is no more, or it became too much.
   */
  discard(): Promise<void> {
    this.#discarded ??= this.#discard();
    return this.#discarded;
  }

  async #discard(): Promise<void> {
    const message = this.#message;
    if (message.complete || message.destroyed) return;
    let discarded = 0;
    const timer = setTimeout(() => message.destroy(), DISCARD_MS).unref();
    message.on('data', (chunk: Buffer) => {
      discarded += chunk.length;
      if (discarded > DISCARD_BYTES) message.destroy();
    });
    message.on('error', () => {});
    message.resume();
    await new Promise((resolve) => message.once('end', resolve).once('close', resolve));
    clearTimeout(timer);
  }
}
